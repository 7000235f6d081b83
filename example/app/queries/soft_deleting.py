"""Soft delete, restore and purge. The database sees only updates, so the rules of references are applied here."""

import datetime as dt
from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, exists, select, true, update
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.soft_delete import SoftDelete
from app.errors import ConflictError
from app.queries.deleting import (
    by_table,
    every_row,
    find_cascade,
    lock_referring,
    own_references,
    references_to,
    referring,
    refuse_restricted,
    table_of,
)
from app.queries.locking import batches, hold_rows, place
from app.queries.lookup import get_one, lock_one
from app.values import Key, utc_now

Row = TypeVar("Row", bound=SoftDelete)


def soft_delete_row(db: Session, row: SoftDelete, key: Key) -> None:
    """Mark `row`, which is locked, and all that cascades with it as deleted, at the same time.

    References are set to null where they say so. Errors: ConflictError, which names the live rows that still need it,
    or need a row that is deleted with it.
    """
    affected = by_table(find_cascade(db, table_of(row), key, live_row, lock_referring))
    refuse_restricted(db, affected, live_row)
    references = [each for table in affected for each in references_to(table) if each.ondelete == "SET NULL"]
    for reference in sorted(references, key=lambda reference: place(reference.parent.table)):
        child = reference.parent.table
        for batch in batches(lock_referring(db, reference, affected[reference.column.table], every_row)):
            db.execute(update(child).where(child.c.id.in_(batch)).values({reference.parent: None}))
    stamp(db, row, key, affected, utc_now())


def restore_row(db: Session, statement: Select[Row], key: Key) -> Row:
    """Restore the row of `statement` with this KEY, with everything that was deleted together with it.

    Errors: NotFoundError; ConflictError, if a parent is deleted; IntegrityError, if a live row has the same unique
    values.
    """
    statement = statement.execution_options(include_deleted=True)
    row = get_one(db, statement, key)
    deleted_at = row.deleted_at
    if deleted_at is None:
        return row

    def deleted_together(table: Table) -> ColumnElement[bool]:
        return table.c.deleted_at == deleted_at

    # Not locked: nothing changes deleted rows, except another restoration of this one.
    restored = by_table(find_cascade(db, table_of(row), key, deleted_together, referring))
    hold_parents(db, restored)
    row = lock_one(db, statement.with_for_update(), key)
    if row.deleted_at == deleted_at:
        stamp(db, row, key, restored, None)
    return row


def hold_parents(db: Session, rows: Mapping[Table, set[Key]]) -> None:
    """Keep all rows that `rows` need from being deleted. Errors: ConflictError, if one is deleted."""
    parents: dict[Table, set[Key]] = {}
    for table, keys in rows.items():
        references = [each for each in table.foreign_keys if each.ondelete != "SET NULL" and is_soft(each.column.table)]
        for batch in batches(keys if references else ()):
            for row in db.execute(select(*(each.parent for each in references)).where(table.c.id.in_(batch))):
                for reference, parent in zip(references, row, strict=True):
                    parents.setdefault(reference.column.table, set()).update([] if parent is None else [parent])
    for table in sorted(parents, key=place):
        others = parents[table] - rows.get(table, set())
        if others != hold_rows(db, table.c.id, others, live_row(table)):
            raise ConflictError(f"It belongs to a deleted row of {table.name}.")


def stamp(db: Session, row: SoftDelete, key: Key, rows: dict[Table, set[Key]], deleted_at: dt.datetime | None) -> None:
    row.deleted_at = deleted_at
    db.flush()
    for table, keys in rows.items():
        for batch in batches(keys - {key} if table is table_of(row) else keys):
            db.execute(update(table).where(table.c.id.in_(batch)).values(deleted_at=deleted_at))
    # The session's state of the other rows is out of date.
    for other in db:
        if other is not row:
            db.expire(other)


def live_row(table: Table) -> ColumnElement[bool]:
    return table.c.deleted_at.is_(None) if is_soft(table) else true()


def is_soft(table: Table) -> bool:
    """Tell whether deleted rows stay in the table."""
    return "deleted_at" in table.c


def purge_deleted(db: Session, before: dt.datetime) -> int:
    """Delete for good what was deleted before that time and no other row refers to; return the number of rows.

    For a job, which has to commit. Children are deleted before their parents, in one round for each level.
    """
    purged = 0
    while True:
        removed = 0
        for table in Base.metadata.tables.values():
            if is_soft(table):
                removed += purge_rows(db.connection(), table, before)
        if not removed:
            return purged
        purged += removed


def purge_rows(connection: Connection, table: Table, before: dt.datetime) -> int:
    conditions = purgeable(table, before)
    # MySQL's RESTRICT does not delete a row that refers to itself.
    for reference in own_references(table):
        itself = reference.parent == table.c.id
        connection.execute(update(table).where(itself, *conditions).values({reference.parent: None}))
    return connection.execute(delete(table).where(*conditions)).rowcount


def purgeable(table: Table, before: dt.datetime) -> list[ColumnElement[bool]]:
    row = table.alias()
    unreferred = []
    for reference in references_to(table):
        child = reference.parent.table.alias()
        others = child.c.id != row.c.id if reference.parent.table is table else true()
        unreferred.append(~exists().where(child.c[reference.parent.name] == row.c.id, others))
    # In a subquery, since not every database can delete from a table that the same statement reads.
    keys = select(row.c.id).where(row.c.deleted_at < before, *unreferred).distinct().subquery()
    return [table.c.deleted_at < before, table.c.id.in_(select(keys.c.id))]
