"""How migrations connect to PostgreSQL, and wait for each other."""

import time
from collections.abc import Callable

import psycopg
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from app.db.dialect import arguments_for, require_utf8
from app.settings import settings

NO_LIMITS = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"
RENDER_AS_BATCH = False
TRANSACTIONAL_DDL = True
# Any number will do, as long as every migration of this application uses the same one.
MIGRATION_LOCK = 7_230_416_511
# Seconds between the attempts of a migration that does not get a lock.
PAUSE = 3


def migration_engine(url: URL | str) -> Engine:
    """Make an engine with one connection, without time limits even if the role has them, except for locks."""
    arguments = arguments_for(make_url(url), NO_LIMITS, connect=10, answer=None)
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    require_utf8(engine)

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


def lock_migrations(connection: Connection) -> None:
    """Let one process at a time create or migrate tables; the lock ends with the transaction."""
    # CREATE INDEX CONCURRENTLY, perhaps in the migration that has the lock, waits for the snapshots of others. So who
    # waits has no transaction open, and the SELECT has no parameter: with one, it would keep its snapshot.
    while not connection.scalar(text(f"SELECT pg_try_advisory_xact_lock({MIGRATION_LOCK})")):
        connection.rollback()
        time.sleep(0.2)


def hold_migration_lock(connection: Connection) -> None:
    """Take that lock until the connection is closed, through every transaction of the migrations on another one.

    A lock of the session would outlive it behind PgBouncer.
    """
    lock_migrations(connection)
