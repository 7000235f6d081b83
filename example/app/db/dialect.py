"""Connections to PostgreSQL.

Only this module, `driver_errors` and `migrating` know which database the application uses.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import Conninfo, TransactionStatus
from sqlalchemy import URL, ColumnElement, Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from app.db import driver_errors
from app.settings import settings

# What the code relies on, however the server, the database or the role is configured. Under another isolation level, a
# creation beside a deletion would leave orphans.
PINNED = r"-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1 -c default_transaction_isolation=read\ committed"
# Timeouts are in milliseconds.
SESSION = "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
PROBE_LIMITS = "-c statement_timeout=1000"
# PgBouncer takes no options, so the role has to have the limits (docs/pgbouncer.md). And nothing is prepared: each
# transaction may run on another server connection, where the same name may stand for another client's statement.
POOLED: dict[str, object] = {"prepare_threshold": None}
# `replace_if_closed` detects a dead connection without a round trip.
PRE_PING = False
# Each SELECT is a transaction of its own: one round trip instead of three, and nothing to roll back.
READ_OPTIONS = {"begins": False}


def connect_args(url: URL) -> dict[str, object]:
    """With `?answer_timeout=` in a URL, requests wait so many seconds for any answer: more than `statement_timeout`."""
    answer = float(str(url.query.get("answer_timeout", 15)))
    return arguments_for(url, SESSION, connect=3, answer=answer, through_pgbouncer=settings.db_pgbouncer)


def probe_connect_args(url: URL) -> dict[str, object]:
    return arguments_for(url, PROBE_LIMITS, connect=2, answer=2, through_pgbouncer=settings.db_pgbouncer)


def arguments_for(
    url: URL, limits: str, *, connect: int, answer: float | None, through_pgbouncer: bool = False
) -> dict[str, object]:
    """Add to what the URL or libpq's environment says, which wins over a limit, but not over what the code relies on.

    `connect`, `answer`: how many seconds to wait for a connection, and for any answer: the network may swallow it.
    """
    environment = {item.keyword.decode(): item.val.decode() for item in Conninfo.get_defaults() if item.val}
    given = environment | {name: " ".join(values) for name, values in url.normalized_query.items()}
    arguments = {
        "client_encoding": "utf8",
        "connect_timeout": given.get("connect_timeout", connect),
        "answer_timeout": answer,
    }
    return arguments | (POOLED if through_pgbouncer else {"options": f"{limits} {given.get('options', '')} {PINNED}"})


class ImpatientConnection(psycopg.Connection):
    """A connection that gives up on a server that does not answer."""

    answer_timeout: float | None

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
    """Connect for an engine that `arguments_for` has given an `answer_timeout`; others connect as usual."""
    if "answer_timeout" not in options:
        return None
    known = dict(options)
    answer_timeout = known.pop("answer_timeout")
    connection = ImpatientConnection.connect(*words, **known)
    connection.answer_timeout = answer_timeout
    return connection


def prepare(engine: Engine) -> None:
    """Leave BEGIN to SQLAlchemy, since the driver would send it before reads too; hand out live connections only."""
    require_utf8(engine)

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
            if (
                not driver_errors.is_outdated(error)
                or cursor.connection.info.transaction_status != TransactionStatus.IDLE
            ):
                raise
            # This makes the driver forget them, too.
            cursor.execute("DEALLOCATE ALL")
            cursor.execute(statement, parameters)
        return True

    @event.listens_for(engine, "handle_error")
    def replace_connections(context: ExceptionContext) -> None:
        """Replace all with outdated statements; and one to a server that has become a replica, since a failover."""
        error = context.original_exception
        if driver_errors.is_outdated(error):
            context.is_disconnect = True
        elif isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
            context.is_disconnect, context.invalidate_pool_on_disconnect = True, False

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("begins", True):
            connection.exec_driver_sql("BEGIN")


def require_utf8(engine: Engine) -> None:
    """Refuse a database that cannot hold every text."""

    @event.listens_for(engine, "connect")
    def check_encoding(connection: psycopg.Connection, _: ConnectionPoolEntry) -> None:
        # The server says it when it accepts a connection, so this costs no statement.
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            connection.close()
            raise psycopg.OperationalError(f"a database with ENCODING 'UTF8' is needed, and this one has '{encoding}'")


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Search for a part of a text in any case. With the locale C, that is the case of ASCII letters only."""
    return column.icontains(text, autoescape=True)
