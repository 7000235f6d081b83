"""Soft delete, restore and purge. The database sees only updates, so the rules of references are followed here."""

import datetime as dt

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, select, true, update
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.soft_delete import SoftDelete
from app.errors import ConflictError
from app.queries.deleting import batches, going_along, own_references, references_to, refuse_restricted, table_of
from app.values import Key, utc_now


def soft_delete_row(db: Session, row: SoftDelete, key: Key) -> None:
    """Mark `row` and all that goes along as deleted, at one time; empty the references that say so.

    Errors: ConflictError, which names the live rows that refer to it, or to what goes with it, and may not lose it.
    """
    doomed = going_along(db, table_of(row), key, live_row)
    refuse_restricted(db, doomed, live_row)
    for table, keys in doomed.items():
        for reference in references_to(table):
            if reference.ondelete == "SET NULL":
                child = reference.parent.table
                for batch in batches(keys):
                    db.execute(update(child).where(reference.parent.in_(batch)).values({reference.parent: None}))
    stamp(db, row, key, doomed, utc_now())


def restore_row(db: Session, row: SoftDelete, key: Key) -> None:
    """Bring `row` back with all that was deleted together with it.

    Errors: ConflictError under a parent that is deleted; IntegrityError beside a live row with the same unique values.
    """
    deleted_at = row.deleted_at
    if deleted_at is None:
        return

    def deleted_together(table: Table) -> ColumnElement[bool]:
        return table.c.deleted_at == deleted_at

    revived = going_along(db, table_of(row), key, deleted_together)
    for table, keys in revived.items():
        for reference in table.foreign_keys:
            parent = reference.column.table
            if keys and "deleted_at" in parent.c:
                referred = select(reference.parent).where(table.c.id.in_(keys))
                gone = select(parent.c.id).where(parent.c.id.in_(referred), parent.c.deleted_at.is_not(None))
                if set(db.scalars(gone)) - revived.get(parent, set()):
                    raise ConflictError(f"It belongs to a deleted row of {parent.name}.")
    stamp(db, row, key, revived, None)


def stamp(db: Session, row: SoftDelete, key: Key, rows: dict[Table, set[Key]], deleted_at: dt.datetime | None) -> None:
    row.deleted_at = deleted_at
    db.flush()
    for table, keys in rows.items():
        for batch in batches(keys - {key} if table is table_of(row) else keys):
            db.execute(update(table).where(table.c.id.in_(batch)).values(deleted_at=deleted_at))
    # What the session holds of the other rows is out of date.
    for other in db:
        if other is not row:
            db.expire(other)


def live_row(table: Table) -> ColumnElement[bool]:
    return table.c.deleted_at.is_(None) if "deleted_at" in table.c else true()


def purge_deleted(db: Session, before: dt.datetime) -> int:
    """Delete for good what was deleted before that time and is referred to by no other row; return how many rows.

    For a job, which commits. Children go before their parents, so it takes one round a level.
    """
    purged = 0
    while True:
        removed = 0
        for table in Base.metadata.tables.values():
            if "deleted_at" in table.c:
                removed += purge_rows(db.connection(), table, before)
        if not removed:
            return purged
        purged += removed


def purge_rows(connection: Connection, table: Table, before: dt.datetime) -> int:
    conditions = purgeable(table, before)
    # MySQL's RESTRICT does not let a row go that refers to itself.
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
    # In a subquery of their own: not every database deletes from a table that another part of the statement reads.
    keys = select(row.c.id).where(row.c.deleted_at < before, *unreferred).distinct().subquery()
    return [table.c.deleted_at < before, table.c.id.in_(select(keys.c.id))]
