"""Creating many rows at once."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from app.db.base import Base

Model = TypeVar("Model", bound=Base)


def create_rows(db: Session, model: type[Model], rows: Sequence[Mapping[str, object]]) -> Sequence[Model]:
    """Create the rows and return them in the same order.

    MariaDB returns the keys of many rows from one statement, MySQL returns one generated key at a time.
    """
    created = [model(**row) for row in rows]
    db.add_all(created)
    db.flush()
    return created
