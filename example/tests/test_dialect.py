"""Connections to PostgreSQL are handed out alive."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from app.db.session import new_engine
from app.settings import settings


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = new_engine(settings.database_url)
    yield made
    made.dispose()


def process_of(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_connection_that_the_server_has_closed_is_replaced(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as two, engine.connect() as other:
        closed = process_of(one), process_of(two)
        one.close()
        two.close()
        for process in closed:
            assert other.scalar(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})

    with engine.connect() as one, engine.connect() as two:
        assert {process_of(one), process_of(two)}.isdisjoint(closed)
