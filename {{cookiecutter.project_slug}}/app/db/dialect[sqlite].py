"""What is particular to SQLite. The rest of the application does not know which database it talks to."""

import re
import sqlite3

from sqlalchemy import URL, Connection, Engine, Integer, NullPool, Table, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

# Seconds that a writer waits for another one.
CONNECT_ARGS: dict[str, object] = {"timeout": 5}
PROBE_CONNECT_ARGS: dict[str, object] = {"timeout": 1}

# A file does not hang up.
PRE_PING = False

# Each SELECT is a transaction of its own, which leaves nothing to roll back.
READ_OPTIONS = {"begins": False}

# SQLite changes a table by copying it.
RENDER_AS_BATCH = True
TRANSACTIONAL_DDL = True


@event.listens_for(Table, "before_create")
def never_reuse_keys(table: Table, connection: Connection, **_: object) -> None:
    """A client may still hold the key of a deleted row: it must not become another row's."""
    if "id" in table.c:
        table.dialect_options["sqlite"]["autoincrement"] = isinstance(table.c.id.type, Integer)


def prepare(engine: Engine) -> None:
    """Explicit transactions, foreign keys, and readers that do not wait for writers."""
    _begin_explicitly(engine)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")


def migration_engine(url: URL | str) -> Engine:
    """One connection, transactions around DDL, and no foreign keys: a table that is copied is dropped once."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": 60})
    _begin_explicitly(engine)
    return engine


def lock_migrations(_: Connection) -> None:
    """Nothing to do: BEGIN IMMEDIATE has locked the file."""


def _begin_explicitly(engine: Engine) -> None:
    """Leave BEGIN to SQLAlchemy. The driver's own comes too late for savepoints and for reading before writing."""

    @event.listens_for(engine, "connect")
    def no_implicit_begin(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("begins", True):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def is_unavailable(error: DBAPIError) -> bool:
    """Whether trying again later may help: busy, locked, full, gone; not so an error in the statement."""
    return getattr(error.orig, "sqlite_errorname", "SQLITE_ERROR") != "SQLITE_ERROR"


def is_missing_value(error: IntegrityError) -> bool:
    return getattr(error.orig, "sqlite_errorname", "") in {"SQLITE_CONSTRAINT_NOTNULL", "SQLITE_CONSTRAINT_CHECK"}


def is_broken_reference(error: IntegrityError) -> bool:
    """Whether a row that is referred to is missing, or would be."""
    # Its error name is that of a trigger where the rule of a reference refuses.
    return str(error.orig) == "FOREIGN KEY constraint failed"


def clashing_columns(error: IntegrityError) -> list[str]:
    """The columns of the unique constraint that was hit, [] for any other error."""
    if getattr(error.orig, "sqlite_errorname", "") != "SQLITE_CONSTRAINT_UNIQUE":
        return []
    return re.findall(r"\w+\.(\w+)", str(error.orig))
