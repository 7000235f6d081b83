"""Finding one row, and the rows that a body refers to."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import InvalidInputError, NotFoundError
from app.keys import Key

Row = TypeVar("Row")


def get_one(db: Session, statement: Select[Row], name: str) -> Row:
    """The one row of `statement`. Errors: NotFoundError, which calls the row by `name`."""
    row = db.scalar(statement)
    if row is None:
        raise NotFoundError(f"There is no such {name}.")
    return row


def check_references(
    db: Session, references: Mapping[str, InstrumentedAttribute[Key]], values: Mapping[str, object]
) -> None:
    """Errors: InvalidInputError, where one of `values` refers to a row that is not there (or no longer seen)."""
    for field, key in references.items():
        value = values.get(field)
        # The lock keeps the row from being deleted before this transaction ends.
        if value is not None and db.scalar(select(key).where(key == value).with_for_update(read=True)) is None:
            raise InvalidInputError("There is no such row.", ("body", field))
