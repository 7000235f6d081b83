"""Everything specific to MySQL and MariaDB. The rest of the application does not know which database it uses."""

import re
import sys
import time
from collections.abc import Callable, Sequence
from operator import methodcaller
from typing import Any

from alembic.util import CommandError
from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    NullPool,
    Text,
    Time,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects.mysql.base import MySQLDDLCompiler, MySQLDialect
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateTable

from app.db.base import Base, constrained_columns
from app.settings import settings

# However the server is configured, a value that does not fit is an error, and a transaction sees what others have
# committed. REPEATABLE READ would show it old data, and lock the gaps between rows.
SQL_MODE = "TRADITIONAL,ONLY_FULL_GROUP_BY"
ISOLATION_LEVEL = "READ COMMITTED"
# In seconds. The timeouts for reading and writing are for a server that fails to enforce its own, shorter limits.
TIMEOUTS = {"connect_timeout": 3, "read_timeout": 15, "write_timeout": 15}
PROBE_TIMEOUTS = {"connect_timeout": 1, "read_timeout": 1, "write_timeout": 1}
MIGRATION_TIMEOUTS = {"connect_timeout": 10}

# In seconds. MySQL limits only SELECT statements.
STATEMENT_TIMEOUT, LOCK_TIMEOUT = 10, 5

# A connection is pinged before its first statement, and replaced if it is dead.
PRE_PING = True

# No AUTOCOMMIT: the driver switches it on and off with extra statements, which would make reads slower.
READ_OPTIONS: dict[str, bool] = {}

RENDER_AS_BATCH = False
# DDL commits implicitly, so each migration is a transaction of its own: its version is saved together with it.
TRANSACTIONAL_DDL = False

# Lock names are shared by all databases of a server and may have 64 characters, hence the hash.
MIGRATION_LOCK = "MD5(CONCAT(DATABASE(), ' migrations'))"
# Seconds between the attempts of a migration that does not get a lock, and the statements that are tried again.
PAUSE = 3
DDL = re.compile(r"\s*(ALTER|CREATE|DROP|RENAME|TRUNCATE)\b", re.IGNORECASE)
WAITED_TOO_LONG = 1205

# These tables say what becomes of an error; for what is in none of them, the answer is 500. SQLSTATEs are given by how
# they begin; numbers are those of errors that have no SQLSTATE of their own, or one that means several things.

# A retry may help.
READ_ONLY = {1290, 1792, 1836, 1874}
UNAVAILABLE_STATES = ("08", "28", "40", "70")  # connections, logins, deadlocks, statements that were ended
UNAVAILABLE = {
    *READ_ONLY,
    *(0, 2002, 2003, 2006, 2013, 2014, 2026, 2045, 2055, 4031),  # the connection is lost
    *(1044, 1049, 1129, 1130, 1524, 1820, 1862, 2054, 2059, 2061, 3118, 3159, 3955, 4150, 4151),  # it is refused
    *(1040, 1203, 1226, 1637),  # too many connections or transactions
    *(1927, 3032),  # the server has ended the connection, or is offline
    *(3, 1021, 1026, 1114, 1878),  # the disk is full
    *(5, 1037, 1041, 1135, 1998),  # there is no memory
    *(1205, 1206, 1689, 3572),  # waited too long for a lock, or there are too many
    *(1020, 1180, 1412, 1615, 1964),  # another transaction or migration came first
    *(1028, 3024),  # took too long
}

# A value of the client's does not fit.
BAD_VALUE_STATES = ("22",)
BAD_VALUE = {
    *(1265, 1292, 1300, 1366, 1411, 1525, 1690, 3988),  # into its column
    *(3140, 3156, 3157),  # into JSON
    *(1118, 1713),  # into a row
}

# It breaks a constraint. A deletion that cascades through more than fifteen foreign keys is one of the conflicts.
NO_DEFAULT = 1364
MISSING_VALUE = {NO_DEFAULT, 1048, 3819, 4025}
REFERENCE = {1216, 1217, 1451, 1452}
CONFLICT = {1022, 1062, 1169, 1586, 1761, 1762, 1859} | {1296, 1991, 3008}

# How much a statement may hold, in the `info` of a connection.
MAX_PACKET = "max_allowed_packet"


def connect_args(url: URL) -> dict[str, object]:
    return _arguments(url, TIMEOUTS)


def probe_connect_args(url: URL) -> dict[str, object]:
    return _arguments(url, PROBE_TIMEOUTS)


def _arguments(url: URL, timeouts: dict[str, int]) -> dict[str, object]:
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
        cursor.execute(f"SELECT @@{MAX_PACKET}")
        record.info[MAX_PACKET] = cursor.fetchall()[0][0]
        cursor.close()

    @event.listens_for(engine, "checkin")
    def unlock_migrations(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if connection and record.info.pop(MIGRATION_LOCK, False):
            cursor = connection.cursor()
            cursor.execute(f"SELECT RELEASE_LOCK({MIGRATION_LOCK})")
            cursor.close()

    @event.listens_for(engine, "handle_error")
    def classify(context: ExceptionContext) -> DBAPIError | None:
        """PyMySQL does not know most of the numbers."""
        error = context.original_exception
        number, _ = number_and_text(error)
        too_long = _is_too_long(context)
        if too_long or number in READ_ONLY:
            # The server hangs up on such a statement; and after a failover, the next connection goes to another server.
            context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
        if number in MISSING_VALUE | REFERENCE | CONFLICT:
            return IntegrityError(context.statement, None, error, hide_parameters=True)
        if too_long or number in BAD_VALUE or _state(error).startswith(BAD_VALUE_STATES):
            return DataError(context.statement, None, error, hide_parameters=True)
        return None


def migration_engine(url: URL | str) -> Engine:
    """Make an engine with one connection, without time limits, except for locks of tables.

    A DDL statement that does not get one has changed nothing, so it is tried again.
    """
    arguments = _arguments(make_url(url), MIGRATION_TIMEOUTS)
    engine = create_engine(url, poolclass=NullPool, isolation_level=ISOLATION_LEVEL, connect_args=arguments)

    @event.listens_for(engine, "connect")
    def limit_waiting(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET SESSION lock_wait_timeout = {settings.migration_lock_timeout}")
        cursor.close()

    @event.listens_for(engine, "do_execute")
    def try_several_times(cursor: DBAPICursor, statement: str, parameters: Sequence[object], _: object) -> bool:
        attempts = settings.migration_attempts if DDL.match(statement) else 1
        for _attempt in range(attempts - 1):
            try:
                cursor.execute(statement, parameters)
            except Exception as error:
                if number_and_text(error)[0] != WAITED_TOO_LONG:
                    raise
                time.sleep(PAUSE)
            else:
                return True
        # SQLAlchemy makes the last attempt.
        return False

    return engine


def run_migrations(engine: Engine, run: Callable[[Connection], None]) -> None:
    """Run migrations on a connection."""
    try:
        with engine.connect() as connection:
            run(connection)
    except OperationalError as error:
        if number_and_text(error.orig)[0] != WAITED_TOO_LONG:
            raise
        raise CommandError(
            "other transactions are in the way of this statement, and what its revision did before it stays: end long "
            f"ones, or set MIGRATION_LOCK_TIMEOUT and MIGRATION_ATTEMPTS. {error.statement}"
        ) from None


def lock_migrations(connection: Connection) -> None:
    """Let one process at a time create or migrate tables; the lock ends with the connection, or in its pool."""
    # In short steps: a statement that waited for long would be ended by the limits of requests.
    while not connection.scalar(text(f"SELECT GET_LOCK({MIGRATION_LOCK}, 1)")):
        pass
    connection.info[MIGRATION_LOCK] = True


def hold_migration_lock(connection: Connection) -> None:
    """Take that lock until the connection is closed, however long it is idle."""
    connection.execute(text("SET SESSION wait_timeout = 86400"))
    lock_migrations(connection)


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


def number_and_text(error: BaseException | None) -> tuple[object, str]:
    """Return the number and the message of a driver's error."""
    return (error.args[0], str(error.args[-1])) if error and error.args else (None, "")


def _state(error: BaseException | None) -> str:
    """Return the SQLSTATE of a driver's error, "" if it has none."""
    return getattr(error, "sqlstate", None) or ""


def _is_too_long(context: ExceptionContext) -> bool:
    """Tell whether a statement is longer than the server allows. It says so, or only hangs up while that is sent."""
    number, _ = number_and_text(context.original_exception)
    if number == 1153 or context.connection is None or number not in {2006, 2013}:
        return number == 1153
    limit: int = context.connection.info.get(MAX_PACKET, sys.maxsize)
    return len(f"{context.statement} {context.parameters}".encode(errors="replace")) > limit


def is_unavailable(error: DBAPIError) -> bool:
    """Tell whether a retry may help: the server is down or out of resources, or a lock took too long."""
    number, _ = number_and_text(error.orig)
    return number in UNAVAILABLE or _state(error.orig).startswith(UNAVAILABLE_STATES)


def is_bad_value(error: DBAPIError) -> bool:
    """Tell whether the client has sent a value that cannot be stored."""
    return isinstance(error, DataError)


def is_missing_value(error: IntegrityError) -> bool:
    return number_and_text(error.orig)[0] in MISSING_VALUE


def is_missing_from_models(error: IntegrityError) -> bool:
    """Tell whether a column that must have a value is not in the models, so that no client can give it one."""
    # An INSERT of a model names all of its columns.
    return number_and_text(error.orig)[0] == NO_DEFAULT


def is_broken_reference(error: IntegrityError) -> bool:
    """Tell whether a row that is referred to is missing, or would be."""
    return number_and_text(error.orig)[0] in REFERENCE


def clashing_columns(error: IntegrityError) -> list[str]:
    """Return the columns of the unique constraint that was violated, [] for any other error."""
    # The constraint's name comes last, on MySQL after the table's. The values before it come from the client.
    number, message = number_and_text(error.orig)
    key = re.search(r"for key '(?:\w+\.)?(\w+)'$", message)
    if number != 1062 or not key:
        return []
    columns = (column for table in Base.metadata.tables for column in constrained_columns(table, key[1]))
    return [column for column in columns if column != "_live"]
