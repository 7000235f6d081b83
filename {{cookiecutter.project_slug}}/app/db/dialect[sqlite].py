"""Everything specific to SQLite. The rest of the application does not know which database it uses."""

import re
import sqlite3

from sqlalchemy import URL, Connection, Engine, Integer, NullPool, Table, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.base import has_column

# Seconds that a writer waits for another.
CONNECT_ARGS: dict[str, object] = {"timeout": 5}
PROBE_CONNECT_ARGS: dict[str, object] = {"timeout": 1}

# A file does not drop connections.
PRE_PING = False

# Each SELECT is a transaction of its own, so there is nothing to roll back.
READ_OPTIONS = {"begins": False}

# Alembic changes an SQLite table by copying it.
RENDER_AS_BATCH = True
TRANSACTIONAL_DDL = True

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


def prepare(engine: Engine) -> None:
    """Set up explicit transactions, foreign keys, and readers that do not wait for writers."""
    _begin_explicitly(engine)

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # A file that is only read, as with ?mode=ro&uri=true, stays as it is.
            if not error.sqlite_errorname.startswith("SQLITE_READONLY"):
                raise


def migration_engine(url: URL | str) -> Engine:
    """Make an engine with one connection, transactional DDL, and no foreign keys: copying a table drops the old one."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": 60})
    _begin_explicitly(engine)
    return engine


def lock_migrations(_: Connection) -> None:
    """Nothing to do: BEGIN IMMEDIATE has locked the file."""


def _begin_explicitly(engine: Engine) -> None:
    """Leave BEGIN to SQLAlchemy. The driver sends it too late for savepoints and for reads before writes."""

    @event.listens_for(engine, "connect")
    def no_implicit_begin(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("begins", True):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


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
