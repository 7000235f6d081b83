from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.models.user import User
from app.queries.creating import create_rows
from app.queries.lookup import KEY, get_one, lock_one
from app.queries.paging import Slice, fetch_slice, select_columns
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, check_version
from app.schemas.user import UserCreate, UserListParameters, UserOut, UserUpdate

LISTED = select_columns(User, UserOut)

BY_ID = select(User).where(User.id == KEY)
TO_UPDATE = BY_ID.with_for_update(key_share=True)
TO_DELETE = BY_ID.with_for_update()


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
    user = lock_one(db, TO_UPDATE, user_id)
    check_version(user, versions)
    values = data.model_dump()
    for name, value in values.items():
        setattr(user, name, value)
    db.flush()
    return user


def delete_user(db: Session, user_id: int, versions: Versions = None) -> None:
    user = lock_one(db, TO_DELETE, user_id)
    check_version(user, versions)
    soft_delete_row(db, user, user_id)


def restore_user(db: Session, user_id: int) -> User:
    return restore_row(db, BY_ID, user_id)
