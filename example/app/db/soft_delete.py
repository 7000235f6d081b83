"""Soft delete: a deleted row stays in its table, hidden from all queries that do not ask for it."""

import datetime as dt
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Executable, Index, event, text
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, mapped_column, with_loader_criteria


def unique_while_live(name: str, *columns: str) -> Index:
    """Make values unique among live rows only, so that they can be used again after a deletion."""
    return Index(name, *columns, unique=True, postgresql_where=text("deleted_at IS NULL"))


class SoftDelete:
    deleted_at: Mapped[dt.datetime | None] = mapped_column(sort_order=3)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


@event.listens_for(SoftDelete, "before_delete", propagate=True)
def refuse_delete(mapper: Mapper[SoftDelete], connection: Connection, row: SoftDelete) -> None:
    # The row would be gone for good, whatever refers to it.
    raise RuntimeError(f"{row!r} is not deleted by db.delete(): call soft_delete_row() of app/queries/soft_deleting.py")


LIVE = with_loader_criteria(SoftDelete, lambda cls: cls.deleted_at.is_(None), include_aliases=True)


@event.listens_for(Session, "do_orm_execute")
def hide_deleted(state: ORMExecuteState) -> None:
    """Add `deleted_at IS NULL` to every ORM query, of any session, for each soft-deletable entity that it touches.

    `.execution_options(include_deleted=True)` on a statement opts out. Core statements on tables and `text()` pass
    unchanged, and `db.get()` returns a deleted row that the session already holds: use `select()`.
    """
    if not (state.is_select or state.is_update or state.is_delete) or state.is_column_load:
        return
    if not state.execution_options.get("include_deleted"):
        state.statement = _live(state.statement)


# A statement that is built once is completed once, so that SQLAlchemy can reuse what it caches on it.
_completed: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()


def _live(statement: Executable) -> Executable:
    found = _completed.get(statement)
    if found is None:
        found = _completed[statement] = statement.options(LIVE)
    return found
