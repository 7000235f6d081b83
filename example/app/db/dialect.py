"""Everything specific to PostgreSQL. The rest of the application does not know which database it uses."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from alembic.util import CommandError
from psycopg.abc import RV, PQGen
from psycopg.pq import Conninfo, TransactionStatus
from sqlalchemy import URL, ColumnElement, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.base import constrained_columns, has_column
from app.settings import settings

# What the code relies on, however the server, the database or the role is configured. Under another isolation level, a
# creation beside a deletion would leave orphans.
PINNED = r"-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1 -c default_transaction_isolation=read\ committed"
# Timeouts are in milliseconds.
SESSION = "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
PROBE_LIMITS = "-c statement_timeout=1000"
NO_LIMITS = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"

# PgBouncer takes no options, so the role has to have the limits (docs/pgbouncer.md). And nothing is prepared: each
# transaction may run on another server connection, where the same name may stand for another client's statement.
POOLED: dict[str, object] = {"prepare_threshold": None}

# `replace_if_closed` detects a dead connection without a round trip.
PRE_PING = False

# Each SELECT is a transaction of its own: one round trip instead of three, and nothing to roll back.
READ_OPTIONS = {"begins": False}

RENDER_AS_BATCH = False
TRANSACTIONAL_DDL = True

# What becomes of an error, by its SQLSTATE or how that begins; for what is in neither table, the answer is 500.
# A retry may help.
UNAVAILABLE = (
    *("08", "28"),  # the connection is lost or refused
    *("25006", "25P03", "25P04"),  # the server is read-only, or has ended a transaction that took too long
    "40",  # a deadlock, or another conflict of transactions
    *("53000", "53100", "53200", "53300"),  # the disk is full, or there is no memory or connection left
    *("55006", "55P03"),  # waited too long for what others have locked
    "57",  # took too long, or an operator has ended it
    *("58000", "58030"),  # the disk does not answer
    *("72000", "HV00N"),  # a snapshot is too old, or a foreign server is away
)
# A value of the client's does not fit into its column, or into an index.
BAD_VALUE = ("22", "54000")

# Any number will do, as long as every migration of this application uses the same one.
MIGRATION_LOCK = 7_230_416_511
# Seconds between the attempts of a migration that does not get a lock.
PAUSE = 3


def connect_args(url: URL) -> dict[str, object]:
    """Also limit how long to wait for any answer, in seconds: for when the network swallows what the server says."""
    arguments = _arguments(url, 3, SESSION, through_pgbouncer=settings.db_pgbouncer)
    return arguments | {"answer_timeout": float(str(url.query.get("answer_timeout", 15)))}


def probe_connect_args(url: URL) -> dict[str, object]:
    return _arguments(url, 2, PROBE_LIMITS, through_pgbouncer=settings.db_pgbouncer) | {"answer_timeout": 2}


def _arguments(url: URL, seconds: int, limits: str, *, through_pgbouncer: bool = False) -> dict[str, object]:
    """Add to what the URL or libpq's environment says, which wins over a limit, but not over what the code relies on.

    `seconds`: how long to wait for a connection.
    """
    environment = {item.keyword.decode(): item.val.decode() for item in Conninfo.get_defaults() if item.val}
    given = environment | {name: " ".join(values) for name, values in url.normalized_query.items()}
    arguments = {"client_encoding": "utf8", "connect_timeout": given.get("connect_timeout", seconds)}
    return arguments | (POOLED if through_pgbouncer else {"options": f"{limits} {given.get('options', '')} {PINNED}"})


class ImpatientConnection(psycopg.Connection):
    """A connection that gives up on a server that does not answer."""

    answer_timeout: float

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, self.answer_timeout if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.info.transaction_status == TransactionStatus.ACTIVE:
                # The answer may still come, and would be taken for that of another statement.
                self.close()
            raise


@event.listens_for(Engine, "do_connect")
def connect(_: object, __: object, words: Sequence[str], options: Mapping[str, Any]) -> psycopg.Connection | None:
    """Connect for an engine whose `connect_args` have an `answer_timeout`, as all have but that of migrations."""
    if "answer_timeout" not in options:
        return None
    known = dict(options)
    answer_timeout = known.pop("answer_timeout")
    connection = ImpatientConnection.connect(*words, **known)
    connection.answer_timeout = answer_timeout
    return connection


def prepare(engine: Engine) -> None:
    """Leave BEGIN to SQLAlchemy, since the driver would send it before reads too; hand out live connections only."""
    _require_utf8(engine)

    @event.listens_for(engine, "connect")
    def no_implicit_begin(connection: psycopg.Connection, _: ConnectionPoolEntry) -> None:
        connection.autocommit = True

    @event.listens_for(engine, "checkout")
    def replace_if_closed(connection: psycopg.Connection, entry: ConnectionPoolEntry, _: object) -> None:
        """Do what a ping does, without its round trip: a server that closes a connection says so, and this reads it."""
        if "used" not in entry.info:
            # A new connection needs no check; and the pool replaces a refused one, but not twice.
            entry.info["used"] = True
            return
        try:
            # The first call reads why the connection was closed, the second that it was.
            connection.pgconn.consume_input()
            connection.pgconn.consume_input()
        except psycopg.OperationalError as error:
            raise DisconnectionError from error

    @event.listens_for(engine, "do_execute")
    def prepare_anew(
        cursor: psycopg.Cursor, statement: LiteralString, parameters: Mapping[str, object], _: object
    ) -> bool:
        """Repeat a SELECT that was prepared before a migration, unless a whole transaction has failed with it."""
        try:
            cursor.execute(statement, parameters)
        except psycopg.errors.FeatureNotSupported as error:
            if not _is_outdated(error) or cursor.connection.info.transaction_status != TransactionStatus.IDLE:
                raise
            # This makes the driver forget them, too.
            cursor.execute("DEALLOCATE ALL")
            cursor.execute(statement, parameters)
        return True

    @event.listens_for(engine, "handle_error")
    def replace_connections(context: ExceptionContext) -> None:
        """Replace all with outdated statements; and one to a server that has become a replica, since a failover."""
        error = context.original_exception
        if _is_outdated(error):
            context.is_disconnect = True
        elif isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
            context.is_disconnect, context.invalidate_pool_on_disconnect = True, False

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("begins", True):
            connection.exec_driver_sql("BEGIN")


def migration_engine(url: URL | str) -> Engine:
    """Make an engine with one connection, without time limits even if the role has them, except for locks."""
    engine = create_engine(url, poolclass=NullPool, connect_args=_arguments(make_url(url), 10, NO_LIMITS))
    _require_utf8(engine)

    @event.listens_for(engine, "begin")
    def limit_waiting(connection: Connection) -> None:
        # Outside of a transaction, CREATE INDEX CONCURRENTLY has to wait for others, and nobody waits behind it.
        if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{settings.migration_lock_timeout}s'")

    return engine


def run_migrations(engine: Engine, run: Callable[[Connection], None]) -> None:
    """Run migrations on a connection. If a lock is not to be had, undo them, and try again."""
    commits: list[Connection] = []

    @event.listens_for(engine, "commit")
    def note(connection: Connection) -> None:
        commits.append(connection)

    for attempt in range(1, settings.migration_attempts + 1):
        try:
            with engine.connect() as connection:
                run(connection)
            return
        except OperationalError as error:
            # After a commit, which a revision may send itself, only a person can tell what to do.
            if commits or not isinstance(error.orig, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
                raise
            if attempt == settings.migration_attempts:
                raise CommandError(
                    f"nothing was changed, since other transactions were in the way, {attempt} times for "
                    f"{settings.migration_lock_timeout} seconds: end long ones, or set MIGRATION_LOCK_TIMEOUT and "
                    f"MIGRATION_ATTEMPTS. {error.statement}"
                ) from None
        time.sleep(PAUSE)


def _require_utf8(engine: Engine) -> None:
    """Refuse a database that cannot hold every text."""

    @event.listens_for(engine, "connect")
    def check_encoding(connection: psycopg.Connection, _: ConnectionPoolEntry) -> None:
        # The server says it when it accepts a connection, so this costs no statement.
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            connection.close()
            raise psycopg.OperationalError(f"a database with ENCODING 'UTF8' is needed, and this one has '{encoding}'")


def lock_migrations(connection: Connection) -> None:
    """Let one process at a time create or migrate tables; the lock ends with the transaction."""
    _lock(connection, "pg_try_advisory_xact_lock")


def hold_migration_lock(connection: Connection) -> None:
    """Take that lock until the connection is closed, through every transaction of the migrations on another one."""
    connection.execution_options(isolation_level="AUTOCOMMIT")
    _lock(connection, "pg_try_advisory_lock")


def _lock(connection: Connection, function: str) -> None:
    # Whoever waits has no statement and no transaction open: CREATE INDEX CONCURRENTLY, perhaps in the migration that
    # has the lock, would wait for those in turn.
    while not connection.scalar(text(f"SELECT {function}({MIGRATION_LOCK})")):
        connection.rollback()
        time.sleep(0.2)


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Search for a part of a text in any case. With the locale C, that is the case of ASCII letters only."""
    return column.icontains(text, autoescape=True)


def is_unavailable(error: DBAPIError) -> bool:
    """Tell whether a retry may help: the server is down, out of connections, or too slow."""
    state = _state(error)
    if error.connection_invalidated:
        return True
    return state.startswith(UNAVAILABLE) if state else isinstance(error, OperationalError | InterfaceError)


def _is_outdated(error: BaseException) -> bool:
    """Tell whether a prepared statement cannot be used any more: a column of its result has another type."""
    if not isinstance(error, psycopg.errors.FeatureNotSupported):
        return False
    # The message may be in any language.
    return error.diag.source_function == "RevalidateCachedQuery"


def is_bad_value(error: DBAPIError) -> bool:
    """Tell whether the client has sent a value that cannot be stored. Reading a value has no statement."""
    state = _state(error)
    fits = not state.startswith(BAD_VALUE) if state else not isinstance(error, DataError)
    return error.statement is not None and not fits


def _state(error: DBAPIError) -> str:
    """Return the SQLSTATE of an error, "" for one of the driver's own, as when it finds no server."""
    return getattr(error.orig, "sqlstate", None) or ""


def is_missing_value(error: IntegrityError) -> bool:
    return isinstance(error.orig, psycopg.errors.NotNullViolation | psycopg.errors.CheckViolation)


def is_missing_from_models(error: IntegrityError) -> bool:
    """Tell whether a column that must have a value is not in the models, so that no client can give it one."""
    details = error.orig.diag if isinstance(error.orig, psycopg.errors.NotNullViolation) else None
    return details is not None and not has_column(details.table_name, details.column_name)


def is_broken_reference(error: IntegrityError) -> bool:
    """Tell whether a row that is referred to is missing, or would be."""
    return isinstance(error.orig, psycopg.errors.ForeignKeyViolation | psycopg.errors.RestrictViolation)


def clashing_columns(error: IntegrityError) -> list[str]:
    """Return the columns of the unique constraint that was violated, [] for any other error."""
    if not isinstance(error.orig, psycopg.errors.UniqueViolation):
        return []
    return constrained_columns(error.orig.diag.table_name, error.orig.diag.constraint_name)
