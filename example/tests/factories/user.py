import itertools

from sqlalchemy.orm import Session

from app.crud.user import create_user
from app.db.models.user import User
from app.schemas.user import UserCreate

numbers = itertools.count(1)


def new_user(db: Session, /, **changes: object) -> dict[str, object]:
    """What a client sends to create a user."""
    n = next(numbers)
    values: dict[str, object] = {
        "name": f"Name {n}",
    }
    return values | changes


def make_user(db: Session, /, **changes: object) -> User:
    return create_user(db, UserCreate.model_validate(new_user(db, **changes)))
