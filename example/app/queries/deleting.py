"""Deleting rows by the rule of each reference to them, the `ondelete` of its foreign key."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice

from sqlalchemy import ColumnElement, ForeignKey, Table, select, true
from sqlalchemy.orm import Session, object_mapper

from app.db.base import Base
from app.errors import ConflictError
from app.values import Key

# Says which rows of a table count.
Condition = Callable[[Table], ColumnElement[bool]]


def delete_row(db: Session, row: Base, key: Key) -> None:
    """Delete `row`; the database deletes rows that refer to it, or sets their reference to null.

    Errors: ConflictError, which names the rows that still need it, or need a row that is deleted with it.
    """
    table = table_of(row)
    affected = rows_with_cascades(db, table, key, every_row)
    refuse_restricted(db, affected, every_row)
    # Neither the session nor MySQL's RESTRICT deletes a row that refers to itself.
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
    """Return the foreign keys that refer to `table`, but not those of join tables, which the database clears."""
    keys = [key for other in Base.metadata.tables.values() if "id" in other.c for key in other.foreign_keys]
    return tuple(sorted((key for key in keys if key.column.table is table), key=lambda key: str(key.parent)))


def own_references(table: Table) -> Iterator[ForeignKey]:
    """Return the foreign keys of `table` that refer to itself."""
    return (reference for reference in references_to(table) if reference.parent.table is table)


def rows_with_cascades(db: Session, table: Table, key: Key, condition: Condition) -> dict[Table, set[Key]]:
    """Find the row and all rows that cascade with it, as far as they meet the condition, level by level."""
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
    """Return the keys of the rows that refer to one of `keys`."""
    child = reference.parent.table
    found: set[Key] = set()
    for batch in batches(keys):
        found.update(db.scalars(select(child.c.id).where(reference.parent.in_(batch), condition(child))))
    return found


def batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Split `keys`, since databases limit the number of parameters in a statement."""
    rest = iter(keys)
    while batch := list(islice(rest, 10_000)):
        yield batch
