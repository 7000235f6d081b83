"""Baked projects, users' shells and database servers for the tests that need them."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest
from _pytest.nodeid import coerce_node_id

from tests import databases
from tests.baking import Bake, Shell

# As a background job of a shell, these tests ignore Ctrl+C, and processes that they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Compiled modules are kept, since the suites of many projects share them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have all tests of an `xdist_group` run by one worker, which makes what they share only once."""
    # xdist reads the group from the end of a test's id, but writes it to where pytest 9.2 no longer has the id.
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
    """Generates a project from the given answers and the defaults; the same answers give the same directory."""
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
    """A cache for each worker, so that mypy analyses the libraries, which take most of the time, only once."""
    return Path(__file__).parents[1] / ".mypy_cache" / f"generated-{worker_id}"


@pytest.fixture
def site_directory(tmp_path: Path, mypy_cache: Path) -> Path:
    """A directory for a `Site`, with the worker's cache of types."""
    mypy_cache.mkdir(parents=True, exist_ok=True)
    (tmp_path / "mypy").symlink_to(mypy_cache)
    return tmp_path


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
    with databases.postgresql_server() as url:
        yield url


@pytest.fixture(scope="session")
def mysql_server() -> Iterator[str]:
    with databases.mysql_server() as url:
        yield url


@pytest.fixture
def database_server(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Return the URL of a server for a kind of database, "" if it needs none."""
    servers = {"postgresql": "postgresql_server", "mysql": "mysql_server"}
    return lambda database: request.getfixturevalue(servers[database]) if database in servers else ""


Scratch = Callable[[str], AbstractContextManager[str]]


@pytest.fixture
def scratch_database(request: pytest.FixtureRequest, tmp_path: Path) -> Scratch:
    """Creates an empty database of a kind and yields its URL; the database is dropped afterwards."""

    def scratch(database: str) -> AbstractContextManager[str]:
        if database == "sqlite":
            return databases.sqlite_database(tmp_path)
        if database == "postgresql":
            return databases.postgresql_database(request.getfixturevalue("postgresql_server"))
        return databases.mysql_database(request.getfixturevalue("mysql_server"))

    return scratch
