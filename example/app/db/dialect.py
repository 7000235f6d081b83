"""What is particular to PostgreSQL. The rest of the application does not know which database it talks to."""

import psycopg
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.base import constrained_columns
from app.settings import settings

# Milliseconds for a statement, for a lock, and for a transaction that does nothing; moments come in UTC.
SESSION = "-c timezone=UTC -c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
PROBE_LIMITS = "-c statement_timeout=1000"
NO_LIMITS = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"

# PgBouncer takes no options, so there the role has the limits (docs/pgbouncer.md). And each transaction may get another
# connection to the server, where another client's statement has the name of the one that psycopg has prepared.
POOLED: dict[str, object] = {"prepare_threshold": None}

# Seconds to connect.
CONNECT_ARGS = {"connect_timeout": 3} | (POOLED if settings.db_pgbouncer else {"options": SESSION})
PROBE_CONNECT_ARGS = {"connect_timeout": 2} | (POOLED if settings.db_pgbouncer else {"options": PROBE_LIMITS})

# A dead connection is found without asking the server: see `replace_if_closed`.
PRE_PING = False

# Each SELECT is a transaction of its own: one round trip instead of three, and nothing to roll back.
READ_OPTIONS = {"begins": False}

RENDER_AS_BATCH = False
TRANSACTIONAL_DDL = True

# Any number will do, as long as every migration of this application takes the same.
MIGRATION_LOCK = 7_230_416_511


def prepare(engine: Engine) -> None:
    """Leave BEGIN to SQLAlchemy, since the driver's own comes before reads, too; and hand out living connections only."""

    @event.listens_for(engine, "connect")
    def no_implicit_begin(connection: psycopg.Connection, _: ConnectionPoolEntry) -> None:
        connection.autocommit = True

    @event.listens_for(engine, "checkout")
    def replace_if_closed(connection: psycopg.Connection, entry: ConnectionPoolEntry, _: object) -> None:
        """What a ping does, without its round trip: a server that has closed a connection has told this computer."""
        if "used" not in entry.info:
            # The pool makes a new one in place of one that is refused, but not twice.
            entry.info["used"] = True
            return
        try:
            # First comes why the connection was closed, then that it is.
            connection.pgconn.consume_input()
            connection.pgconn.consume_input()
        except psycopg.OperationalError as error:
            raise DisconnectionError from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("begins", True):
            connection.exec_driver_sql("BEGIN")


def migration_engine(url: URL | str) -> Engine:
    """One connection, without the time limits of requests, also where the role has them."""
    return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10, "options": NO_LIMITS})


def lock_migrations(connection: Connection) -> None:
    """Let one `alembic upgrade` run at a time; the lock ends with the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})


def is_unavailable(error: DBAPIError) -> bool:
    """Whether trying again later may help: the server is away, out of connections, or too slow."""
    return isinstance(error.orig, psycopg.OperationalError | psycopg.InterfaceError)


def is_missing_value(error: IntegrityError) -> bool:
    return isinstance(error.orig, psycopg.errors.NotNullViolation | psycopg.errors.CheckViolation)


def is_broken_reference(error: IntegrityError) -> bool:
    """Whether a row that is referred to is missing, or would be."""
    return isinstance(error.orig, psycopg.errors.ForeignKeyViolation | psycopg.errors.RestrictViolation)


def clashing_columns(error: IntegrityError) -> list[str]:
    """The columns of the unique constraint that was hit, [] for any other error."""
    if not isinstance(error.orig, psycopg.errors.UniqueViolation):
        return []
    return constrained_columns(error.orig.diag.table_name, error.orig.diag.constraint_name)
