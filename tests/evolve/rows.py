"""What a database holds and how it is made, before and after migrations.

These functions run in a process of the project, with its directory as the current one: see `conformance/forking.py`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from alembic.config import main
from sqlalchemy import Connection, Inspector, MetaData, Table, inspect, select, text, type_coerce
from sqlalchemy.types import NullType

Rows = dict[str, dict[str, list[Any]]]
"""By table, and by column: its values in the order of the keys."""
Schema = dict[str, Any]


def rows() -> Rows:
    """Return what the application reads: its own types make values of what is stored."""
    from app.db.models import Base
    from app.db.session import engine

    with engine.connect() as connection:
        return {table.name: _values(connection, table, table.columns) for table in Base.metadata.tables.values()}


def stored() -> Rows:
    """Return what the driver reads, whatever the models say."""
    from app.db.session import engine

    metadata = MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        return {
            table.name: _values(
                connection, table, [type_coerce(column, NullType()).label(column.name) for column in table.columns]
            )
            for table in metadata.tables.values()
            if table.name != "alembic_version"
        }


def _values(connection: Connection, table: Table, columns: Iterable[Any]) -> dict[str, list[Any]]:
    selected = list(columns)
    found = connection.execute(select(*selected).order_by(*table.primary_key.columns)).all()
    return {column.name: [_plain(row[number]) for row in found] for number, column in enumerate(selected)}


def _plain(value: object) -> object:
    """Return a value as JSON, the same for the same value of two types."""
    match value:
        case Enum():
            return value.value
        case Decimal() if not value.is_finite():
            return str(value)
        case Decimal():
            return format(value.normalize(), "f")
        case dict() | list():
            return json.dumps(value, sort_keys=True, default=str)
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def schema() -> Schema:
    """Return everything that the database says about its tables, without an order where that means nothing."""
    from app.db.session import engine

    with engine.connect() as connection:
        inspector = inspect(connection)
        names = sorted(set(inspector.get_table_names()) - {"alembic_version"})
        return {name: _table(connection, inspector, name) for name in names}


def _table(connection: Connection, inspector: Inspector, name: str) -> Schema:
    columns = {
        column["name"]: {
            "type": column["type"].compile(connection.dialect),
            **{key: str(column[key]) for key in ("nullable", "default", "identity", "computed") if column.get(key)},
        }
        for column in inspector.get_columns(name)
    }
    made: Schema = {"columns": columns, "key": _said(inspector.get_pk_constraint(name))}
    made["references"] = sorted(map(_said, inspector.get_foreign_keys(name)))
    made["uniques"] = sorted(map(_said, inspector.get_unique_constraints(name)))
    made["checks"] = sorted(map(_said, inspector.get_check_constraints(name)))
    made["indexes"] = sorted(map(_said, inspector.get_indexes(name)))
    if connection.dialect.name == "sqlite":
        statement = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
        made["keeps keys"] = "AUTOINCREMENT" in str(connection.scalar(statement, {"name": name}))
    return made


def _said(description: Any) -> str:
    return json.dumps(description, sort_keys=True, default=str)


def alembic(*words: str) -> None:
    main([*words])


def state() -> dict[str, object]:
    return {"rows": stored(), "schema": schema()}


def travel(base: str) -> dict[str, object]:
    """Upgrade a database that is at the revision `base`, go back there, and upgrade it again; return each state.

    There may be no way back: then the downgrade says so, and the way forth must still be open.
    """
    seen: dict[str, object] = {"before": stored(), "schema before": schema()}
    alembic("upgrade", "head")
    seen |= {"after": rows(), "schema after": schema()}
    alembic("check")
    try:
        alembic("downgrade", base)
    except SystemExit:
        seen |= {"back": None, "schema back": None}
    else:
        seen |= {"back": stored(), "schema back": schema()}
    alembic("upgrade", "head")
    seen |= {"again": rows(), "schema again": schema()}
    alembic("check")
    return seen


def anew() -> Schema:
    """Return what the migrations make of an empty database, there and back and there."""
    for words in (("upgrade", "head"), ("check",), ("downgrade", "base"), ("upgrade", "head")):
        alembic(*words)
    return schema()


def write(path: Path, function: Callable[[], object]) -> None:
    """Have another process read what a function returns."""
    path.write_text(json.dumps(function()), encoding="utf-8")
