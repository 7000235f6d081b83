"""Everything specific to SQLite. The rest of the application does not know which database it uses."""

import os
import re
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    NullPool,
    Table,
    case,
    create_engine,
    event,
    func,
    make_url,
)
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.base import has_column

# A file does not drop connections.
PRE_PING = False

# Each SELECT is a transaction of its own, so there is nothing to roll back.
READ_OPTIONS = {"begins": False}

# Alembic changes an SQLite table by copying it.
RENDER_AS_BATCH = True
TRANSACTIONAL_DDL = True
DROPPED = re.compile(r"\s*DROP TABLE\b", re.IGNORECASE)
RENAMED = re.compile(r"\s*ALTER TABLE .+ RENAME TO \W?(\w+)", re.IGNORECASE)

# What becomes of an error, by how its name begins; for what is in neither table, the answer is 500.
# A retry may help: the file is locked, gone or read-only, the disk is full, or does not answer.
UNAVAILABLE = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "SQLITE_SCHEMA"),
    *("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR"),
    *("SQLITE_INTERRUPT", "SQLITE_NOMEM"),
)
# A value of the client's is too long.
BAD_VALUE = ("SQLITE_TOOBIG",)


@event.listens_for(Table, "before_create")
def never_reuse_keys(table: Table, connection: Connection, **_: object) -> None:
    """Never give a new row the key of a deleted one: a client may still hold it."""
    if "id" in table.c:
        table.dialect_options["sqlite"]["autoincrement"] = isinstance(table.c.id.type, Integer)


def connect_args(url: URL) -> dict[str, object]:
    return _arguments(url, 5)


def probe_connect_args(url: URL) -> dict[str, object]:
    return _arguments(url, 1)


def _arguments(url: URL, timeout: int) -> dict[str, object]:
    """`timeout`: seconds that a writer waits for another, if the URL does not say it."""
    return {} if "timeout" in url.query else {"timeout": timeout}


def prepare(engine: Engine) -> None:
    """Set up explicit transactions, foreign keys, readers that do not wait for writers, and `casefold`."""
    _begin_explicitly(engine)
    _use_wal(engine)
    _follow_the_file(engine)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.create_function("casefold", 1, str.casefold, deterministic=True)


def migration_engine(url: URL | str) -> Engine:
    """Make an engine with one connection, transactional DDL, and no foreign keys: copying a table drops the old one."""
    engine = create_engine(url, poolclass=NullPool, connect_args=_arguments(make_url(url), 60))
    _begin_explicitly(engine)
    _use_wal(engine)
    _keep_highest_keys(engine)
    return engine


def run_migrations(engine: Engine, run: Callable[[Connection], None]) -> None:
    """Run migrations on a connection."""
    with engine.connect() as connection:
        run(connection)


def lock_migrations(_: Connection) -> None:
    """Nothing to do: BEGIN IMMEDIATE locks the file."""


def hold_migration_lock(_: Connection) -> None:
    """Nothing to do: BEGIN IMMEDIATE locks the file."""


def _use_wal(engine: Engine) -> None:
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


def _begin_explicitly(engine: Engine) -> None:
    """Leave BEGIN to SQLAlchemy. The driver sends it too late for savepoints and for reads before writes."""

    @event.listens_for(engine, "connect")
    def no_implicit_begin(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("begins", True):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _keep_highest_keys(engine: Engine) -> None:
    """Have a copy that takes the place of a table go on from its highest key, which may be that of a deleted row."""
    highest: dict[str, int] = {}

    @event.listens_for(engine, "before_cursor_execute")
    def remember(_: Connection, cursor: sqlite3.Cursor, statement: str, *__: object) -> None:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
        if DROPPED.match(statement) and cursor.connection.execute(tables).fetchone():
            highest.update(cursor.connection.execute("SELECT name, seq FROM sqlite_sequence"))

    @event.listens_for(engine, "after_cursor_execute")
    def restore(_: Connection, cursor: sqlite3.Cursor, statement: str, *__: object) -> None:
        renamed = RENAMED.match(statement)
        if renamed and renamed[1] in highest:
            cursor.connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (renamed[1],))
            row = (renamed[1], highest[renamed[1]])
            cursor.connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", row)


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Search for a part of a text in any case. SQLite's own functions know the case of ASCII letters only."""
    found = func.instr(func.casefold(column), text.casefold()) > 0
    # Python's function takes no NULL.
    return case((column.is_not(None), found))


def is_unavailable(error: DBAPIError) -> bool:
    """Tell whether a retry may help, and the statement itself is fine."""
    return _name(error).startswith(UNAVAILABLE)


def is_bad_value(error: DBAPIError) -> bool:
    """Tell whether the client has sent a value that cannot be stored."""
    return _name(error).startswith(BAD_VALUE)


def _name(error: DBAPIError) -> str:
    """Return SQLite's name of an error, "" for one of the driver's own."""
    return getattr(error.orig, "sqlite_errorname", "")


def is_missing_value(error: IntegrityError) -> bool:
    return _name(error) in {"SQLITE_CONSTRAINT_NOTNULL", "SQLITE_CONSTRAINT_CHECK"}


def is_missing_from_models(error: IntegrityError) -> bool:
    """Tell whether a column that must have a value is not in the models, so that no client can give it one."""
    return _name(error) == "SQLITE_CONSTRAINT_NOTNULL" and not all(has_column(*pair) for pair in _columns(error))


def is_broken_reference(error: IntegrityError) -> bool:
    """Tell whether a row that is referred to is missing, or would be."""
    # By the message: under RESTRICT, the error name is that of a trigger.
    return str(error.orig) == "FOREIGN KEY constraint failed"


def clashing_columns(error: IntegrityError) -> list[str]:
    """Return the columns of the unique constraint that was violated, [] for any other error."""
    if _name(error) != "SQLITE_CONSTRAINT_UNIQUE":
        return []
    columns = _columns(error)
    return [name for _, name in columns] if all(has_column(*pair) for pair in columns) else []


def _columns(error: IntegrityError) -> list[tuple[str, str]]:
    """Return the columns that a message names, each with its table."""
    return re.findall(r"(\w+)\.(\w+)", str(error.orig))
