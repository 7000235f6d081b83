"""The declarative base, the naming convention and what the models share."""

import datetime as dt

from sqlalchemy import Double, Index, MetaData, UniqueConstraint, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.db.column_types import UtcDateTime
from app.values import utc_now

NAMING_CONVENTION = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {
        dt.datetime: UtcDateTime(),
        float: Double(),
    }

    def __repr__(self) -> str:
        """Show the class and the key only, so that a row is safe to log."""
        identity = inspect(self).identity
        return f"<{type(self).__name__} {identity[0] if identity else 'without a key'}>"


class Timestamps:
    """Set by the application, not by the database: same precision everywhere, and known without a SELECT."""

    created_at: Mapped[dt.datetime] = mapped_column(default=utc_now, sort_order=1)
    updated_at: Mapped[dt.datetime] = mapped_column(default=utc_now, onupdate=utc_now, sort_order=2)


def has_column(table_name: str | None, name: str | None) -> bool:
    """Tell whether the models know a column of the database."""
    columns = (column for table in Base.metadata.tables.values() for column in table.columns)
    return any((column.table.name, column.name) == (table_name, name) for column in columns)


def constrained_columns(table_name: str | None, name: str | None) -> list[str]:
    """Return the columns of the unique constraint or index with this name."""
    for table in Base.metadata.tables.values():
        if table.name == table_name:
            constraints = [item for item in table.constraints if isinstance(item, UniqueConstraint)]
            uniques: list[UniqueConstraint | Index] = [*constraints, *table.indexes]
            return [column.name for unique in uniques if unique.name == name for column in unique.columns]
    return []
