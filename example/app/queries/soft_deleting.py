"""Soft delete, restore and purge. The database sees only updates, so the rules of references are applied here."""

import datetime as dt

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, select, true, update
from sqlalchemy.orm import Session

from app.db.base import Base
from app.db.soft_delete import SoftDelete
from app.errors import ConflictError
from app.queries.deleting import batches, own_references, references_to, refuse_restricted, rows_with_cascades, table_of
from app.values import Key, utc_now


def soft_delete_row(db: Session, row: SoftDelete, key: Key) -> None:
    """Mark `row` and all that cascades with it as deleted, at the same time; set references to null where they say so.

    Errors: ConflictError, which names the live rows that still need it, or need a row that is deleted with it.
    """
    affected = rows_with_cascades(db, table_of(row), key, live_row)
    refuse_restricted(db, affected, live_row)
    for table, keys in affected.items():
        for reference in references_to(table):
            if reference.ondelete == "SET NULL":
                child = reference.parent.table
                for batch in batches(keys):
                    db.execute(update(child).where(reference.parent.in_(batch)).values({reference.parent: None}))
    stamp(db, row, key, affected, utc_now())


def restore_row(db: Session, row: SoftDelete, key: Key) -> None:
    """Restore `row` with everything that was deleted together with it.

    Errors: ConflictError, if a parent is deleted; IntegrityError, if a live row has the same unique values.
    """
    deleted_at = row.deleted_at
    if deleted_at is None:
        return

    def deleted_together(table: Table) -> ColumnElement[bool]:
        return table.c.deleted_at == deleted_at

    restored = rows_with_cascades(db, table_of(row), key, deleted_together)
    for table, keys in restored.items():
        for reference in table.foreign_keys:
            parent = reference.column.table
            if keys and "deleted_at" in parent.c:
                referred = select(reference.parent).where(table.c.id.in_(keys))
                gone = select(parent.c.id).where(parent.c.id.in_(referred), parent.c.deleted_at.is_not(None))
                if set(db.scalars(gone)) - restored.get(parent, set()):
                    raise ConflictError(f"It belongs to a deleted row of {parent.name}.")
    stamp(db, row, key, restored, None)


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
    return table.c.deleted_at.is_(None) if "deleted_at" in table.c else true()


def purge_deleted(db: Session, before: dt.datetime) -> int:
    """Delete for good what was deleted before that time and no other row refers to; return the number of rows.

    For a job, which has to commit. Children are deleted before their parents, in one round for each level.
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
