"""How migrations connect to MySQL and MariaDB, and wait for each other."""

import re
import time
from collections.abc import Callable, Sequence

from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from app.db import driver_errors
from app.db.dialect import ISOLATION_LEVEL, MIGRATION_LOCK, arguments_for
from app.settings import settings

MIGRATION_TIMEOUTS = {"connect_timeout": 10}
RENDER_AS_BATCH = False
# DDL commits implicitly, so each migration is a transaction of its own: its version is saved together with it.
TRANSACTIONAL_DDL = False
# Seconds between the attempts of a migration that does not get a lock, and the statements that are tried again.
PAUSE = 3
DDL = re.compile(r"\s*(ALTER|CREATE|DROP|RENAME|TRUNCATE)\b", re.IGNORECASE)
WAITED_TOO_LONG = 1205

# These tables say what becomes of an error; for what is in none of them, the answer is 500. SQLSTATEs are given by how
# they begin; numbers are those of errors that have no SQLSTATE of their own, or one that means several things.


def migration_engine(url: URL | str) -> Engine:
    """Make an engine with one connection, without time limits, except for locks of tables.

    A DDL statement that does not get one has changed nothing, so it is tried again.
    """
    arguments = arguments_for(make_url(url), MIGRATION_TIMEOUTS)
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
                if driver_errors.number_and_text(error)[0] != WAITED_TOO_LONG:
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
        if driver_errors.number_and_text(error.orig)[0] != WAITED_TOO_LONG:
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
