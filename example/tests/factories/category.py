import itertools

from sqlalchemy.orm import Session

from app.crud.category import create_category
from app.db.models.category import Category
from app.schemas.category import CategoryCreate

numbers = itertools.count(1)


def new_category(db: Session, /, **changes: object) -> dict[str, object]:
    """What a client sends to create a category."""
    n = next(numbers)
    values: dict[str, object] = {
        "name": f"Name {n}",
    }
    return values | changes


def make_category(db: Session, /, **changes: object) -> Category:
    return create_category(db, CategoryCreate.model_validate(new_category(db, **changes)))
