from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.models.user import User
from app.queries.creating import create_rows
from app.queries.lookup import KEY, get_one
from app.queries.paging import Slice, fetch_slice, select_columns
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, claim_version
from app.schemas.user import UserCreate, UserListParameters, UserOut, UserUpdate

LISTED = select_columns(User, UserOut)

BY_ID = select(User).where(User.id == KEY)


def list_users(db: Session, parameters: UserListParameters) -> Slice:
    return fetch_slice(db, LISTED, parameters)


def create_user(db: Session, data: UserCreate) -> User:
    user = User(**data.model_dump())
    db.add(user)
    db.flush()
    return user


def bulk_create_users(db: Session, data: Sequence[UserCreate]) -> Sequence[User]:
    return create_rows(db, User, [item.model_dump() for item in data])


def get_user(db: Session, user_id: int) -> User:
    return get_one(db, BY_ID, user_id)


def update_user(db: Session, user_id: int, data: UserUpdate, versions: Versions = None) -> User:
    claim_version(db, User.id == user_id, User.updated_at, versions)
    user = get_user(db, user_id)
    values = data.model_dump()
    for name, value in values.items():
        setattr(user, name, value)
    db.flush()
    return user


def delete_user(db: Session, user_id: int, versions: Versions = None) -> None:
    claim_version(db, User.id == user_id, User.updated_at, versions)
    user = get_one(db, BY_ID.with_for_update(), user_id)
    soft_delete_row(db, user, user_id)


def restore_user(db: Session, user_id: int) -> User:
    statement = BY_ID.with_for_update().execution_options(include_deleted=True)
    user = get_one(db, statement, user_id)
    restore_row(db, user, user_id)
    return user
