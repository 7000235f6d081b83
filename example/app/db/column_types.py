"""Column types that SQLAlchemy does not have."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, String, TypeDecorator

from app.settings import settings


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware datetime, in UTC both in the database and in Python. Naive ones are refused as ambiguous."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[dt.datetime]:
        return dt.datetime

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value and value.astimezone(dt.UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[object], dt.datetime | None] | None:
        """Convert only behind PgBouncer: all other connections already return UTC."""
        return super().result_processor(dialect, coltype) if settings.db_pgbouncer else None


class EnumText(TypeDecorator[str]):
    """A member of an enum. It is text without a CHECK, so that a new value needs no migration; the schemas check it.

    While a version that has more values is being deployed, this one reads some that it does not know: as plain text.
    """

    impl = String(60)
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members
        self._known = {member.value: member for member in members}

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self._known.get(value, value)
