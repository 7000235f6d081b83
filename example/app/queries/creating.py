"""Creating many rows at once."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.db.base import Base

Model = TypeVar("Model", bound=Base)


def create_rows(db: Session, model: type[Model], rows: Sequence[Mapping[str, object]]) -> Sequence[Model]:
    """Create the rows and return them in the same order, in as few statements as the database allows."""
    return db.scalars(insert(model).returning(model, sort_by_parameter_order=True), rows).all()
