"""The pool hands out live connections only."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from app.db.session import new_engine
from app.settings import settings


@pytest.fixture
def engines() -> Iterator[tuple[Engine, Engine]]:
    made = new_engine(settings.database_url), new_engine(settings.database_url)
    yield made
    for engine in made:
        engine.dispose()


def process_of(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_connection_that_the_server_has_closed_is_replaced(engines: tuple[Engine, Engine]) -> None:
    engine, other = engines
    with engine.connect() as connection:
        process = process_of(connection)
    with other.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})

    with engine.connect() as connection:
        assert process_of(connection) != process
