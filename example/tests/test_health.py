import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

from app.db.revisions import read_revisions
from app.main import create_app
from app.settings import settings
from app.web.admission import Slots
from app.web.health import Readiness
from tests.conftest import alembic_config
from tests.database import scratch_database

BEHIND = "the database is behind its migrations; run: alembic upgrade head"


@pytest.fixture(scope="module")
def migrated() -> Iterator[str]:
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")
        yield url


@pytest.fixture
def readiness_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Readiness]]:
    """Makes the readiness of a service that uses the database at a URL."""
    made: list[Readiness] = []

    def make(url: str) -> Readiness:
        monkeypatch.setattr(settings, "database_url", SecretStr(url))
        made.append(Readiness())
        return made[-1]

    yield make
    for readiness in made:
        readiness.close()


def test_live(client: TestClient) -> None:
    response = client.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "live"}


def test_full_collections_pass_over_what_stays() -> None:
    """They stop every request; to look at the whole application again takes them a tenth of a second."""
    with TestClient(create_app(routers=())):
        assert gc.get_freeze_count() > 10_000


def test_ready(client: TestClient) -> None:
    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "ready"}


def test_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.health.Readiness.find_problem", lambda self: "it is gone")

    with TestClient(create_app(routers=())) as client:
        response = client.get("/health/ready")
        assert client.get("/health/live").status_code == 200

    assert response.status_code == 503
    assert response.json()["title"] == "Not ready"


def test_ready_while_every_slot_is_taken() -> None:
    app = create_app(routers=())

    with TestClient(app) as client:
        app.state.slots = Slots(0, timeout=0.01)
        response = client.get("/health/ready")

    assert response.status_code == 200


def test_readiness_asks_the_database_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def find_no_problem(readiness: object) -> str:
        asked.append(readiness)
        return ""

    monkeypatch.setattr("app.web.health.Readiness.find_problem", find_no_problem)

    with TestClient(create_app(routers=())) as client:
        statuses = [client.get("/health/ready").status_code for _ in range(5)]

    assert statuses == [200] * 5
    assert len(asked) == 1


def test_readiness_takes_one_statement(migrated: str, readiness_of: Callable[[str], Readiness]) -> None:
    readiness = readiness_of(migrated)
    assert readiness.find_problem() == ""
    statements: list[str] = []

    def record(_: Connection, cursor: object, statement: str, *__: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", record)
    try:
        assert readiness.find_problem() == ""
    finally:
        event.remove(Engine, "before_cursor_execute", record)

    assert statements == ["SELECT version_num FROM alembic_version"]


def test_not_ready_without_migrations(
    readiness_of: Callable[[str], Readiness], caplog: pytest.LogCaptureFixture
) -> None:
    with scratch_database() as url:
        readiness = readiness_of(url)

        assert [asyncio.run(readiness.ask()) for _ in range(2)] == [False, False]

    (message,) = caplog.messages
    assert message.startswith("not ready: cannot read alembic_version; run: alembic upgrade head (")


@pytest.mark.parametrize(
    ("current", "problem"), [(["2"], ""), (["1"], BEHIND), ([], BEHIND), (["newer"], ""), (["1", "newer"], "")]
)
def test_ready_unless_a_migration_is_missing(
    current: list[str],
    problem: str,
    migrated: str,
    readiness_of: Callable[[str], Readiness],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    revisions = replace(read_revisions(), heads=frozenset({"2"}), known=frozenset({"1", "2"}))
    monkeypatch.setattr("app.web.health.read_revisions", lambda: revisions)
    with create_engine(migrated, poolclass=NullPool).begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        for revision in current:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})

    assert readiness_of(migrated).find_problem() == problem


def test_not_ready_if_the_migrations_cannot_be_read(
    migrated: str, readiness_of: Callable[[str], Readiness], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("app.db.revisions.PYPROJECT", tmp_path / "pyproject.toml")

    assert readiness_of(migrated).find_problem().startswith("cannot read the migrations; run: alembic heads (")


def test_not_ready_while_the_database_is_busy(
    readiness_of: Callable[[str], Readiness], monkeypatch: pytest.MonkeyPatch
) -> None:
    end = threading.Event()
    monkeypatch.setattr("app.web.health.Readiness.find_problem", lambda self: end.wait(10) and "")

    async def ask() -> bool:
        answer = await readiness_of(settings.database_url.get_secret_value()).ask()
        end.set()
        return answer

    assert not asyncio.run(ask())
