"""Errors that do not belong to an entity are problem details too, and never show the driver's message."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Column, Integer, MetaData, Table, text
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeout

from app.db.base import Base
from app.dependencies import DbSession
from app.main import create_app


def test_unknown_path(client: TestClient) -> None:
    response = client.get("/no-such-path")

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not Found",
        "errors": [],
    }


def test_wrong_method(client: TestClient) -> None:
    response = client.post("/health/live")

    assert response.status_code == 405
    assert response.headers["allow"] == "GET"
    assert response.json()["title"] == "Method Not Allowed"


@pytest.mark.parametrize(
    "error", [PoolTimeout(), OperationalError("SELECT secret", {}, Exception("driver's secret"))], ids=["pool", "lost"]
)
def test_database_that_is_away_is_a_503(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.db.driver_errors.is_unavailable", lambda error: True)
    app = create_app(routers=())

    @app.get("/away")
    def fail() -> None:
        raise error

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get("/away")

    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert "secret" not in response.text


@pytest.mark.parametrize(
    ("insertion", "status"),
    [("(size, added) VALUES (NULL, 1)", 422), ("(size) VALUES (1)", 500)],
    ids=["in-the-models", "added-by-an-operator"],
)
def test_missing_value_of_a_column(insertion: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client can only be told to send what the models know."""
    metadata = MetaData()
    Table("things", metadata, Column("size", Integer))
    monkeypatch.setattr(Base, "metadata", metadata)
    app = create_app(routers=())

    @app.post("/things")
    def make(db: DbSession) -> None:
        db.execute(text("CREATE TEMPORARY TABLE things (size int NOT NULL, added int NOT NULL)"))
        db.execute(text(f"INSERT INTO things {insertion}"))

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.post("/things")

    assert response.status_code == status


def test_missing_table_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(routers=())

    @app.post("/missing")
    def fail(db: DbSession) -> None:
        db.execute(text("SELECT * FROM no_such_table"))

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.post("/missing")

    assert response.status_code == 500
    assert "no_such_table" not in response.text
    assert "no_such_table" in caplog.text
