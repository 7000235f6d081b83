"""A file that may only be read is served, and what would write to it is told so."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from alembic import command
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, func, make_url, select, text

from app.db.session import ReadSession, SessionLocal, new_engine
from app.dependencies import DbSession
from app.main import create_app
from tests.conftest import alembic_config
from tests.database import scratch_database


@pytest.fixture
def read_only() -> Iterator[Engine]:
    """An engine for a file that other programs write, without WAL."""
    with scratch_database() as url:
        command.upgrade(alembic_config(url), "head")
        path = make_url(url).database or ""
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        engine = new_engine(SecretStr(f"sqlite:///file:{path}?mode=ro&uri=true"))
        yield engine
        engine.dispose()


def test_only_reading_is_possible(read_only: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for factory in (SessionLocal, ReadSession):
        monkeypatch.setitem(factory.kw, "bind", read_only)
    app = create_app(routers=())

    @app.get("/read")
    def read(db: DbSession) -> int:
        return db.scalars(select(func.count()).select_from(text("alembic_version"))).one()

    @app.post("/write")
    def write(db: DbSession) -> None:
        db.execute(text("DELETE FROM alembic_version"))

    with TestClient(app) as client:
        assert client.get("/read").json() == 1
        written = client.post("/write")

    assert written.status_code == 503
    assert written.json()["title"] == "Database unavailable"
