"""Connections to SQLite.

Only this module, `driver_errors` and `migrating` know which database the application uses.
"""

import os
import sqlite3
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, Engine, case, event, func
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

# A file does not drop connections.
PRE_PING = False
# Each SELECT is a transaction of its own, so there is nothing to roll back.
READ_OPTIONS = {"begins": False}


def connect_args(url: URL) -> dict[str, object]:
    return arguments_for(url, 5)


def probe_connect_args(url: URL) -> dict[str, object]:
    return arguments_for(url, 1)


def arguments_for(url: URL, timeout: int) -> dict[str, object]:
    """`timeout`: seconds that a writer waits for another, if the URL does not say it."""
    return {} if "timeout" in url.query else {"timeout": timeout}


def prepare(engine: Engine) -> None:
    """Set up explicit transactions, foreign keys, readers that do not wait for writers, and `casefold`."""
    begin_explicitly(engine)
    use_wal(engine)
    _follow_the_file(engine)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.create_function("casefold", 1, str.casefold, deterministic=True)


def use_wal(engine: Engine) -> None:
    """Switch the file to a write-ahead log, where readers do not wait for writers; the file remembers it."""

    @event.listens_for(engine, "connect")
    def switch(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # This does not wait for a writer, as everything else does. A later connection will switch it.
            # A file that is only read, as with ?mode=ro&uri=true, stays as it is.
            if not error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_READONLY")):
                raise


def _follow_the_file(engine: Engine) -> None:
    """Leave a file that is deleted or replaced, where all that is written would be lost; do not start an empty one."""
    opened: set[str] = set()

    @event.listens_for(engine, "do_connect")
    def refuse_a_missing_file(*_: object) -> None:
        if not all(map(os.path.exists, opened)):
            error = sqlite3.OperationalError("the database's file is gone")
            error.sqlite_errorname = "SQLITE_CANTOPEN"
            raise error

    @event.listens_for(engine, "connect")
    def remember(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        path = connection.execute("PRAGMA database_list").fetchone()[2]
        opened.add(path)
        entry.info["file"] = path, _identity(path)

    @event.listens_for(engine, "checkout")
    def compare(_: sqlite3.Connection, entry: ConnectionPoolEntry, __: object) -> None:
        path, identity = entry.info["file"]
        if _identity(path) != identity:
            raise DisconnectionError


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def begin_explicitly(engine: Engine) -> None:
    """Leave BEGIN to SQLAlchemy. The driver sends it too late for savepoints and for reads before writes."""

    @event.listens_for(engine, "connect")
    def no_implicit_begin(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("begins", True):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Search for a part of a text in any case. SQLite's own functions know the case of ASCII letters only."""
    found = func.instr(func.casefold(column), text.casefold()) > 0
    # Python's function takes no NULL.
    return case((column.is_not(None), found))
