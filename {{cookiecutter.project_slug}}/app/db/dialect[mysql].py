"""Connections to MySQL and MariaDB.

Only this module, `driver_errors` and `migrating` know which database the application uses.
"""

from operator import methodcaller
from typing import Any

from sqlalchemy import URL, ColumnElement, DateTime, Engine, LargeBinary, Text, Time, event
from sqlalchemy.dialects.mysql.base import MySQLDDLCompiler, MySQLDialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateTable

from app.db import driver_errors

# However the server is configured, a value that does not fit is an error, and a transaction sees what others have
# committed. REPEATABLE READ would show it old data, and lock the gaps between rows.
SQL_MODE = "TRADITIONAL,ONLY_FULL_GROUP_BY"
ISOLATION_LEVEL = "READ COMMITTED"
# In seconds. The timeouts for reading and writing are for a server that fails to enforce its own, shorter limits.
TIMEOUTS = {"connect_timeout": 3, "read_timeout": 15, "write_timeout": 15}
PROBE_TIMEOUTS = {"connect_timeout": 1, "read_timeout": 1, "write_timeout": 1}
# In seconds. MySQL limits only SELECT statements.
STATEMENT_TIMEOUT, LOCK_TIMEOUT = 10, 5
# A connection is pinged before its first statement, and replaced if it is dead.
PRE_PING = True
# No AUTOCOMMIT: the driver switches it on and off with extra statements, which would make reads slower.
READ_OPTIONS: dict[str, bool] = {}
# Lock names are shared by all databases of a server and may have 64 characters, hence the hash.
MIGRATION_LOCK = "MD5(CONCAT(DATABASE(), ' migrations'))"


def connect_args(url: URL) -> dict[str, object]:
    return arguments_for(url, TIMEOUTS)


def probe_connect_args(url: URL) -> dict[str, object]:
    return arguments_for(url, PROBE_TIMEOUTS)


def arguments_for(url: URL, timeouts: dict[str, int]) -> dict[str, object]:
    """Add to what the URL says, which wins over a timeout, but not over what the code relies on."""
    modes = ",".join([*url.normalized_query.get("sql_mode", ()), SQL_MODE])
    own = {name: seconds for name, seconds in timeouts.items() if name not in url.query}
    return {"charset": "utf8mb4", "sql_mode": modes, **own}


def prepare(engine: Engine) -> None:
    """Set time limits for statements and locks, release the migration lock, and correct the class of exceptions."""

    @event.listens_for(engine, "connect")
    def set_limits(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        limit = f"max_execution_time = {1000 * STATEMENT_TIMEOUT}"
        if is_mariadb(engine.dialect):
            limit = f"max_statement_time = {STATEMENT_TIMEOUT}"
        cursor = connection.cursor()
        cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {LOCK_TIMEOUT}, {limit}")
        # Not in the driver's `init_command`, which a URL may have.
        cursor.execute(f"SET SESSION TRANSACTION ISOLATION LEVEL {ISOLATION_LEVEL}")
        cursor.execute(f"SELECT @@{driver_errors.MAX_PACKET}")
        record.info[driver_errors.MAX_PACKET] = cursor.fetchall()[0][0]
        cursor.close()

    @event.listens_for(engine, "checkin")
    def unlock_migrations(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if connection and record.info.pop(MIGRATION_LOCK, False):
            cursor = connection.cursor()
            cursor.execute(f"SELECT RELEASE_LOCK({MIGRATION_LOCK})")
            cursor.close()

    event.listen(engine, "handle_error", driver_errors.classify)


def is_mariadb(dialect: object) -> bool:
    return isinstance(dialect, MySQLDialect) and dialect.is_mariadb


# Columns hold as much, and as precisely, as on other databases. By default, datetimes and times lose fractions of a
# second, and text ends at 64 KB.


@compiles(DateTime, "mysql", "mariadb")
def wide_datetime(*_: object, **__: object) -> str:
    return "DATETIME(6)"


@compiles(Time, "mysql", "mariadb")
def wide_time(*_: object, **__: object) -> str:
    return "TIME(6)"


@compiles(Text, "mysql", "mariadb")
def wide_text(*_: object, **__: object) -> str:
    return "MEDIUMTEXT"


@compiles(LargeBinary, "mysql", "mariadb")
def wide_binary(*_: object, **__: object) -> str:
    return "LONGBLOB"


@compiles(CreateTable, "mysql", "mariadb")
def exact_text(create: CreateTable, compiler: MySQLDDLCompiler, **_: object) -> str:
    """Compare text exactly, as other databases do: case, accents and trailing spaces matter."""
    collation = "utf8mb4_nopad_bin" if is_mariadb(compiler.dialect) else "utf8mb4_0900_bin"
    # SQLAlchemy gives no types for this method.
    statement: str = methodcaller("visit_create_table", create)(compiler)
    return f"{statement.rstrip()} CHARACTER SET utf8mb4 COLLATE {collation}\n\n"


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Search for a part of a text in any case."""
    return column.icontains(text, autoescape=True)
