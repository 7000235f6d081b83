"""A request has one session and one commit, and leaves nothing behind if it fails."""

import asyncio
import threading
from typing import Annotated

import pytest
from fastapi import Depends
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import QueuePool, delete, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from app.db.session import PrimaryReadSession, ReadSession, SessionLocal, engine
from app.dependencies import DbSession
from app.main import create_app
from app.web.admission import Slots
from tests.cases import every_entity
from tests.database import READ_MODE
from tests.expectations import Case
from tests.keys import Key


def count_rows(case: Case) -> int:
    with SessionLocal() as db:
        return db.scalar(select(func.count()).select_from(case.model)) or 0


@every_entity
def test_error_after_a_flush_keeps_nothing(committing_client: TestClient, case: Case) -> None:
    app = create_app(routers=())

    @app.post("/broken")
    def write_and_fail(db: DbSession) -> None:
        case.make(db)
        raise ZeroDivisionError

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.post("/broken")

    assert response.status_code == 500
    assert response.json()["title"] == "Internal server error"
    assert count_rows(case) == 0


@every_entity
def test_forgotten_commit_is_an_error(committing_client: TestClient, case: Case) -> None:
    app = create_app(routers=())

    @app.post("/forgetful")
    def write_and_forget(db: DbSession) -> Key:
        return case.make(db)

    with TestClient(app) as client, pytest.raises(RuntimeError, match=r"without db\.commit\(\)"):
        client.post("/forgetful")

    assert count_rows(case) == 0


@every_entity
def test_write_that_is_taken_back_needs_no_commit(committing_client: TestClient, case: Case) -> None:
    app = create_app(routers=())

    @app.post("/try")
    def write_and_take_back(db: DbSession) -> Key:
        key = case.make(db)
        db.rollback()
        return key

    @app.post("/try-a-part")
    def write_in_a_savepoint(db: DbSession) -> Key:
        with db.begin_nested() as savepoint:
            key = case.make(db)
            savepoint.rollback()
        return key

    with TestClient(app) as client:
        statuses = [client.post(path).status_code for path in ("/try", "/try-a-part")]

    assert statuses == [200, 200]
    assert count_rows(case) == 0


@every_entity
def test_request_that_is_given_up_keeps_nothing(committing_client: TestClient, case: Case) -> None:
    """As when the server shuts down without waiting any longer: the handler's thread goes on with a closed session."""
    app = create_app(routers=())
    given_up, ended = threading.Event(), threading.Event()

    async def give_up() -> None:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        @app.post("/pair")
        def write_twice(db: DbSession) -> None:
            try:
                case.make(db)
                loop.call_soon_threadsafe(begun.set)
                given_up.wait(timeout=5)
                case.make(db)
                db.commit()
            finally:
                ended.set()

        app.state.slots = Slots(1, timeout=1)
        async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
            request = asyncio.create_task(client.post("/pair"))
            await asyncio.wait_for(begun.wait(), 30)
            request.cancel()
            await asyncio.wait({request})
            given_up.set()
            await asyncio.to_thread(ended.wait, 5)

    asyncio.run(give_up())

    assert count_rows(case) == 0


@every_entity
def test_two_writes_are_one_commit(committing_client: TestClient, commits: list[object], case: Case) -> None:
    app = create_app(routers=())

    @app.post("/pair")
    def write_twice(db: DbSession) -> None:
        for _ in range(min(2, case.rows)):
            case.make(db)
        db.commit()

    with TestClient(app) as client:
        commits.clear()
        client.post("/pair")

        assert len(commits) == 1
    assert count_rows(case) == min(2, case.rows)


@every_entity
def test_get_needs_no_commit(committing_client: TestClient, commits: list[object], case: Case) -> None:
    with SessionLocal() as db:
        key = case.make(db)
        db.commit()
    commits.clear()

    response = committing_client.get(f"{case.path}/{key}")

    assert response.status_code == 200
    assert commits == []


def test_only_reads_begin_no_transaction() -> None:
    app = create_app(routers=())

    @app.get("/mode")
    @app.post("/mode")
    def mode(db: DbSession) -> str:
        return str(db.connection().get_execution_options().get("begins"))

    with TestClient(app) as client:
        assert client.get("/mode").json() == READ_MODE
        assert client.get("/mode", headers={"X-Read-From": "primary"}).json() == READ_MODE
        assert client.post("/mode").json() == "None"


def test_handler_that_raises_returns_its_connection() -> None:
    app = create_app(routers=())

    @app.get("/broken")
    @app.post("/broken")
    def fail(db: DbSession) -> None:
        db.execute(select(1))
        raise ZeroDivisionError

    with TestClient(app, raise_server_exceptions=False) as client:
        statuses = {client.request(method, "/broken").status_code for method in ["GET", "POST"] * 20}

        assert isinstance(engine.pool, QueuePool)
        assert engine.pool.checkedout() == 0
    assert statuses == {500}


def test_one_session_for_all_dependencies_of_a_request() -> None:
    app = create_app(routers=())

    def other(db: DbSession) -> Session:
        return db

    @app.post("/same")
    def compare(db: DbSession, same: Annotated[Session, Depends(other)]) -> bool:
        return db is same

    with TestClient(app) as client:
        assert client.post("/same").json() is True


@every_entity
@pytest.mark.parametrize("factory", [ReadSession, PrimaryReadSession], ids=["read", "primary"])
def test_reading_session_refuses_to_write(db: Session, case: Case, factory: sessionmaker[Session]) -> None:
    with factory() as reader:
        with pytest.raises(RuntimeError, match="session for reading"):
            case.make(reader)
        with pytest.raises(RuntimeError, match="session for reading"):
            reader.execute(delete(case.model))
        with pytest.raises(RuntimeError, match="session for reading"):
            reader.execute(text("SELECT 1"))
