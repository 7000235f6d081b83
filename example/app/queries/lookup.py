"""Finding one row, or the rows that a body refers to."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import ConflictError, NotFoundError
from app.queries.locking import hold_rows, place
from app.schemas.base import Input
from app.values import Key

Row = TypeVar("Row")


# Stands for any key in a statement that is built once: building it takes longer than sending it.
KEY: BindParameter[Key] = bindparam("key")

# Where a word begins in the name of a class.
CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def get_one(db: Session, statement: Select[Row], key: Key) -> Row:
    """Return the row of `statement` with this KEY. Errors: NotFoundError, which names the entity."""
    return found_row(db.scalar(statement, {"key": key}), statement)


def lock_one(db: Session, statement: Select[Row], key: Key) -> Row:
    """Lock the row as `statement` says, and return it as it is now, even if the session has read it before.

    Errors: NotFoundError, which names the entity.
    """
    # Or else what the session has changed and not saved would be overwritten.
    db.flush()
    return found_row(db.scalar(statement, {"key": key}, execution_options={"populate_existing": True}), statement)


def found_row(row: Row | None, statement: Select[*tuple[Any, ...]]) -> Row:
    """Return the row that `statement` has found. Errors: the same."""
    if row is None:
        entity = statement.column_descriptions[0]["entity"].__name__
        raise NotFoundError(f"There is no such {CAPITALS.sub(' ', entity).lower()}.")
    return row


def check_references(db: Session, references: Mapping[str, InstrumentedAttribute[Key]], data: Input) -> None:
    """Check that the rows that `data` refers to exist and can be seen, and lock them against deletion.

    Errors: ConflictError, if one does not exist.
    """
    _check(db, references, [(("body",), data)])


def check_references_of_all(
    db: Session, references: Mapping[str, InstrumentedAttribute[Key]], data: Sequence[Input]
) -> None:
    """Do the same for many bodies, with one statement for each reference, or more for thousands of keys."""
    _check(db, references, [(("body", number), item) for number, item in enumerate(data)])


def _check(
    db: Session,
    references: Mapping[str, InstrumentedAttribute[Key]],
    bodies: Sequence[tuple[tuple[str | int, ...], Input]],
) -> None:
    for field, key in sorted(references.items(), key=lambda reference: place(reference[1].class_.__table__)):
        wanted = [(location, value) for location, body in bodies for value in _keys(body, field)]
        if wanted:
            held = hold_rows(db, key, {value for _, value in wanted})
            for location, value in wanted:
                if value not in held:
                    raise ConflictError("There is no such row.", (*location, field))


def _keys(body: Input, field: str) -> list[Key]:
    """Return the keys in a reference or a list of references: none if it is null or was not sent."""
    value = getattr(body, field) if field in body.model_fields_set else None
    return value if isinstance(value, list) else [] if value is None else [value]
