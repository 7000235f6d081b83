from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.models.user import User
from app.queries.lookup import get_one
from app.queries.paging import Slice, fetch_slice
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.schemas.base import DeletablePageQuery
from app.schemas.user import UserCreate, UserUpdate

LIST_COLUMNS = (
    User.id,
    User.name,
    User.created_at,
    User.updated_at,
    User.deleted_at,
)


def list_users(db: Session, page: DeletablePageQuery) -> Slice:
    statement = select(*LIST_COLUMNS).execution_options(include_deleted=page.include_deleted)
    return fetch_slice(db, statement, User.id, page)


def create_user(db: Session, data: UserCreate) -> User:
    values = data.model_dump()
    user = User(**values)
    db.add(user)
    db.flush()
    return user


def get_user(db: Session, user_id: int) -> User:
    return get_one(db, select(User).where(User.id == user_id), "user")


def update_user(db: Session, user_id: int, data: UserUpdate) -> User:
    user = get_user(db, user_id)
    values = data.model_dump()
    for name, value in values.items():
        setattr(user, name, value)
    db.flush()
    return user


def delete_user(db: Session, user_id: int) -> None:
    statement = select(User).where(User.id == user_id)
    user = get_one(db, statement.with_for_update(), "user")
    soft_delete_row(db, user, user_id)


def restore_user(db: Session, user_id: int) -> User:
    statement = select(User).where(User.id == user_id)
    statement = statement.with_for_update().execution_options(include_deleted=True)
    user = get_one(db, statement, "user")
    restore_row(db, user, user_id)
    return user
