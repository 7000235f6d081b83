"""Deleting rows by the rule of each reference to them, the `ondelete` of its foreign key."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from sqlalchemy import ColumnElement, ForeignKey, Table, delete, select, true
from sqlalchemy.orm import Session, object_mapper

from app.db.base import Base
from app.errors import ConflictError
from app.queries.locking import batches, place
from app.values import Key

# Says which rows of a table count.
Condition = Callable[[Table], ColumnElement[bool]]
# Rows of one table that were found together, by their keys.
Level = tuple[Table, set[Key]]
Find = Callable[[Session, ForeignKey, set[Key], Condition], set[Key]]

# Databases follow only so many references from row to row: MySQL fifteen.
MOST_LEVELS = 10


def delete_row(db: Session, row: Base, key: Key) -> None:
    """Delete `row`, which is locked; the database deletes rows that refer to it, or sets their reference to null.

    Errors: ConflictError, which names the rows that still need it, or need a row that is deleted with it.
    """
    table = table_of(row)
    levels = find_cascade(db, table, key, every_row, lock_referring)
    refuse_restricted(db, by_table(levels), every_row)
    # Neither the session nor MySQL's RESTRICT deletes a row that refers to itself.
    for reference in own_references(table):
        if getattr(row, reference.parent.name) == key:
            setattr(row, reference.parent.name, None)
    db.flush()
    for other, keys in reversed(levels[MOST_LEVELS:]):
        for batch in batches(keys):
            db.execute(delete(other).where(other.c.id.in_(batch)))
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


def cascades_to(table: Table) -> Iterator[ForeignKey]:
    return (reference for reference in references_to(table) if reference.ondelete == "CASCADE")


def own_references(table: Table) -> Iterator[ForeignKey]:
    """Return the foreign keys of `table` that refer to itself."""
    return (reference for reference in references_to(table) if reference.parent.table is table)


def find_cascade(db: Session, table: Table, key: Key, condition: Condition, find: Find) -> list[Level]:
    """Find the rows that cascade with a row, as far as they meet the condition, level by level; itself comes first."""
    levels = [(table, {key})]
    rows = {table: {key}}
    waiting = {reference: {key} for reference in cascades_to(table)}
    while waiting:
        # From the top down, so that all rows that a table's rows may refer to are known by then.
        reference = min(waiting, key=lambda reference: place(reference.parent.table))
        child = reference.parent.table
        found = find(db, reference, waiting.pop(reference), condition) - rows.setdefault(child, set())
        if found:
            levels.append((child, found))
            rows[child] |= found
            for further in cascades_to(child):
                waiting.setdefault(further, set()).update(found)
    return levels


def by_table(levels: Iterable[Level]) -> dict[Table, set[Key]]:
    rows: dict[Table, set[Key]] = {}
    for table, keys in levels:
        rows.setdefault(table, set()).update(keys)
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


def referring(db: Session, reference: ForeignKey, keys: set[Key], condition: Condition) -> set[Key]:
    """Return the keys of the rows that refer to one of `keys`."""
    child = reference.parent.table
    found: set[Key] = set()
    for batch in batches(keys):
        found.update(db.scalars(select(child.c.id).where(reference.parent.in_(batch), condition(child))))
    return found


def lock_referring(db: Session, reference: ForeignKey, keys: set[Key], condition: Condition) -> set[Key]:
    """Do the same, and lock the rows."""
    child = reference.parent.table
    found: set[Key] = set()
    for batch in batches(keys):
        statement = select(child.c.id).where(reference.parent.in_(batch), condition(child))
        found.update(db.scalars(statement.order_by(child.c.id).with_for_update()))
    return found
