"""Everything specific to PostgreSQL. The rest of the application does not know which database it uses."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text
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

# Seconds to connect, and to wait for any answer: for when the network swallows what the server would say.
CONNECT_ARGS = {"connect_timeout": 3, "answer_timeout": 15, "client_encoding": "utf8"} | (
    POOLED if settings.db_pgbouncer else {"options": f"{PINNED} {SESSION}"}
)
PROBE_CONNECT_ARGS = {"connect_timeout": 2, "answer_timeout": 2} | (
    POOLED if settings.db_pgbouncer else {"options": PROBE_LIMITS}
)

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
    """Make an engine with one connection, without time limits even if the role has them."""
    return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10, "options": NO_LIMITS})


def lock_migrations(connection: Connection) -> None:
    """Let one `alembic upgrade` run at a time; the lock ends with the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


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
