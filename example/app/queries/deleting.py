"""Deleting rows, by the rule of each reference to them: the `ondelete` of its foreign key."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice

from sqlalchemy import ColumnElement, ForeignKey, Table, select, true
from sqlalchemy.orm import Session, object_mapper

from app.db.base import Base
from app.errors import ConflictError
from app.values import Key

# Which rows of a table count.
Condition = Callable[[Table], ColumnElement[bool]]


def delete_row(db: Session, row: Base, key: Key) -> None:
    """Delete `row`; the database deletes or empties what refers to it.

    Errors: ConflictError, which names what refers to it, or to what goes with it, and may not lose it.
    """
    table = table_of(row)
    doomed = going_along(db, table, key, every_row)
    refuse_restricted(db, doomed, every_row)
    # Neither the session nor MySQL's RESTRICT lets a row go that refers to itself.
    for reference in own_references(table):
        if getattr(row, reference.parent.name) == key:
            setattr(row, reference.parent.name, None)
    db.flush()
    db.delete(row)
    db.flush()


def every_row(_: Table) -> ColumnElement[bool]:
    return true()


def table_of(row: object) -> Table:
    table = object_mapper(row).local_table
    assert isinstance(table, Table)
    return table


@cache
def references_to(table: Table) -> tuple[ForeignKey, ...]:
    """The references of rows to rows of `table`. Join tables have no rows of their own; the database clears them."""
    keys = [key for other in Base.metadata.tables.values() if "id" in other.c for key in other.foreign_keys]
    return tuple(sorted((key for key in keys if key.column.table is table), key=lambda key: str(key.parent)))


def own_references(table: Table) -> Iterator[ForeignKey]:
    """The references of rows of `table` to rows of the same."""
    return (reference for reference in references_to(table) if reference.parent.table is table)


def going_along(db: Session, table: Table, key: Key, condition: Condition) -> dict[Table, set[Key]]:
    """The row and, among those that meet the condition, all rows that a cascade takes with it: one statement a level."""
    rows = {table: {key}}
    waiting = [(table, {key})]
    while waiting:
        parent, keys = waiting.pop()
        for reference in references_to(parent):
            if reference.ondelete == "CASCADE":
                child = reference.parent.table
                found = referring(db, reference, keys, condition) - rows.setdefault(child, set())
                rows[child] |= found
                if found:
                    waiting.append((child, found))
    return rows


def refuse_restricted(db: Session, rows: dict[Table, set[Key]], condition: Condition) -> None:
    for table, keys in rows.items():
        for reference in references_to(table):
            child = reference.parent.table
            if keys and reference.ondelete == "RESTRICT":
                others = referring(db, reference, keys, condition) - rows.get(child, set())
                if others:
                    also = ", deleted ones counted" if condition is every_row and "deleted_at" in child.c else ""
                    raise ConflictError(f"Rows of {child.name} still refer to this by {reference.parent.name}{also}.")


def referring(db: Session, reference: ForeignKey, keys: Iterable[Key], condition: Condition) -> set[Key]:
    """The keys of the rows that refer to one of `keys`."""
    child = reference.parent.table
    found: set[Key] = set()
    for batch in batches(keys):
        found.update(db.scalars(select(child.c.id).where(reference.parent.in_(batch), condition(child))))
    return found


def batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Databases bound the number of parameters of a statement."""
    rest = iter(keys)
    while batch := list(islice(rest, 10_000)):
        yield batch
