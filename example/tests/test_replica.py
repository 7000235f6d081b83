"""With a replica, GET reads from it, over slots and connections of its own."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from app.db.session import ReadSession, engine
from app.dependencies import DbSession
from app.main import create_app
from app.web.admission import Slots
from tests.database import scratch_database


@pytest.fixture
def replica() -> Iterator[str]:
    """The name of another database, which stands in for the replica."""
    normal = ReadSession.kw["bind"]
    with scratch_database() as url:
        other = create_engine(url)
        ReadSession.configure(bind=other)
        try:
            yield str(other.url.database)
        finally:
            ReadSession.configure(bind=normal)
            other.dispose()


@pytest.fixture
def app() -> FastAPI:
    """An application that says which database a request uses."""
    app = create_app(routers=())

    @app.get("/database")
    @app.post("/database")
    def database(db: DbSession) -> str | None:
        return db.connection().engine.url.database

    return app


def test_get_reads_from_the_replica(app: FastAPI, replica: str) -> None:
    with TestClient(app) as client:
        assert client.get("/database").json() == replica
        assert client.post("/database").json() == engine.url.database


def test_get_reads_from_the_primary_on_demand(app: FastAPI, replica: str) -> None:
    with TestClient(app) as client:
        response = client.get("/database", headers={"X-Read-From": "primary"})

    assert response.json() == engine.url.database


@pytest.mark.parametrize("server", ["replica", "PRIMARY", ""])
def test_read_from_elsewhere_is_refused(app: FastAPI, server: str) -> None:
    with TestClient(app) as client:
        response = client.get("/database", headers={"X-Read-From": server})

    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["header", "x-read-from"]


def test_busy_replica_leaves_the_primary_alone(app: FastAPI, replica: str) -> None:
    with TestClient(app) as client:
        app.state.read_slots = Slots(0, timeout=0.01)

        assert client.get("/database").status_code == 503
        assert client.get("/database", headers={"X-Read-From": "primary"}).status_code == 200
        assert client.post("/database").status_code == 200
