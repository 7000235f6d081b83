"""What is specific to SQLite."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from fastapi.testclient import TestClient
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError

from app.db import dialect, driver_errors, migrating
from app.db.local import prepare_local_database
from app.db.revisions import read_revisions
from app.db.session import new_engine
from app.main import create_app
from app.settings import Settings, settings
from app.web.health import Readiness
from tests.conftest import alembic_config
from tests.database import scratch_database

HEAD = next(iter(read_revisions().heads))


def probe_engine(url: str) -> Engine:
    return create_engine(url, connect_args=dialect.probe_connect_args(make_url(url)))


@pytest.mark.parametrize(
    ("make_engine", "timeout"),
    [(lambda url: new_engine(SecretStr(url)), 5), (probe_engine, 1), (migrating.migration_engine, 60)],
)
def test_timeout_in_the_address_wins(make_engine: Callable[[str], Engine], timeout: int) -> None:
    with scratch_database() as url:
        for address, seconds in ((url, timeout), (f"{url}?timeout=7", 7)):
            with make_engine(address).connect() as connection:
                assert connection.scalar(text("PRAGMA busy_timeout")) == 1000 * seconds
            connection.engine.dispose()


def journal_mode(url: str) -> object:
    with closing(sqlite3.connect(make_url(url).database or "")) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]


def test_migrations_make_a_file_whose_readers_do_not_wait() -> None:
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")

        assert journal_mode(url) == "wal"


@pytest.mark.parametrize("make_engine", [lambda url: new_engine(SecretStr(url)), migrating.migration_engine])
def test_connection_to_another_file_while_somebody_writes(make_engine: Callable[[str], Engine]) -> None:
    with scratch_database() as url:
        with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as writer:
            writer.execute("CREATE TABLE things (id INTEGER)")
            writer.execute("BEGIN IMMEDIATE")
            engine = make_engine(url)
            with engine.connect().execution_options(begins=False) as connection:
                assert connection.scalars(text("SELECT id FROM things")).all() == []
            engine.dispose()
        assert journal_mode(url) == "delete"

        with engine.connect():
            assert journal_mode(url) == "wal"
        engine.dispose()


def test_local_start_with_a_file_that_is_no_database(caplog: pytest.LogCaptureFixture) -> None:
    with scratch_database() as url:
        Path(make_url(url).database or "").write_text("no database" * 100, encoding="utf-8")

        prepare_local_database(new_engine(SecretStr(url)))

    assert caplog.messages == ["the database is not there yet: file is not a database"]


@pytest.mark.parametrize("address", ["sqlite:///", "sqlite:///:memory:", "sqlite:///?timeout=9"])
def test_address_without_a_file_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="must name a file"):
        Settings(database_url=SecretStr(address))


@pytest.fixture
def place() -> Iterator[Path]:
    """The file of a migrated database."""
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")
        yield Path(make_url(url).database or "")


@pytest.fixture
def ask(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], tuple[object, str]]]:
    """Asks a service for the version of its database, with what its readiness says; it has asked before."""
    url = SecretStr(f"sqlite:///{place}")
    monkeypatch.setattr(settings, "database_url", url)
    engine, readiness = new_engine(url), Readiness()

    def ask() -> tuple[object, str]:
        with engine.connect() as connection:
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version, readiness.find_problem()

    assert ask() == (HEAD, "")
    yield ask
    engine.dispose()
    readiness.close()


def test_file_that_is_deleted_is_missed(place: Path, ask: Callable[[], tuple[object, str]]) -> None:
    away = place.rename(place.with_name("away.db"))

    for _ in range(2):
        with pytest.raises(OperationalError, match="the database's file is gone") as raised:
            ask()
        assert driver_errors.is_unavailable(raised.value)
    assert not place.exists()

    away.rename(place)
    assert ask() == (HEAD, "")


def test_file_that_is_replaced_is_used(place: Path, ask: Callable[[], tuple[object, str]]) -> None:
    new = place.with_name("new.db")
    with closing(sqlite3.connect(new)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES ('newer')")

    new.replace(place)

    assert ask() == ("newer", "")


@pytest.mark.parametrize("content", [None, b"", b"no database" * 100])
def test_not_ready_with_another_file(content: bytes | None, place: Path, ask: Callable[[], tuple[object, str]]) -> None:
    readiness = Readiness()
    place.unlink()
    if content is not None:
        place.write_bytes(content)

    assert readiness.find_problem() != ""
    readiness.close()


def status_after(name: str) -> int:
    """Return the status of a request that fails with SQLite's error of this name."""
    app = create_app(routers=())

    @app.get("/fail")
    def fail() -> None:
        error = sqlite3.DatabaseError("failed")
        error.sqlite_errorname = name
        raise DatabaseError("SELECT 1", None, error)

    with TestClient(app, raise_server_exceptions=False) as client:
        return client.get("/fail").status_code


MAY_SUCCEED_LATER = (
    *("SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED_SHAREDCACHE", "SQLITE_PROTOCOL", "SQLITE_SCHEMA"),
    *("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_READONLY_DBMOVED", "SQLITE_FULL", "SQLITE_IOERR_WRITE"),
    *("SQLITE_INTERRUPT", "SQLITE_NOMEM"),
)
FAILS_AGAIN = (
    *("SQLITE_ERROR", "SQLITE_INTERNAL", "SQLITE_PERM", "SQLITE_ABORT", "SQLITE_CORRUPT", "SQLITE_CORRUPT_INDEX"),
    *("SQLITE_NOTFOUND", "SQLITE_MISUSE", "SQLITE_NOLFS", "SQLITE_AUTH", "SQLITE_FORMAT", "SQLITE_RANGE"),
    "SQLITE_NOTADB",
)


@pytest.mark.parametrize("name", MAY_SUCCEED_LATER)
def test_error_that_a_retry_may_mend_is_a_503(name: str) -> None:
    assert status_after(name) == 503


@pytest.mark.parametrize("name", FAILS_AGAIN)
def test_error_that_a_retry_does_not_mend_is_a_500(name: str) -> None:
    assert status_after(name) == 500


def test_value_that_does_not_fit_is_a_422() -> None:
    assert status_after("SQLITE_TOOBIG") == 422
