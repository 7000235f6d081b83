"""Creating many rows at once."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.db.base import Base

Model = TypeVar("Model", bound=Base)


def create_rows(db: Session, model: type[Model], rows: Sequence[Mapping[str, object]]) -> Sequence[Model]:
    """The new rows in the order of `rows`: one statement for as many of them as the database takes at once."""
    return db.scalars(insert(model).returning(model, sort_by_parameter_order=True), rows).all()
