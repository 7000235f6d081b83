"""What is specific to PostgreSQL: the pool hands out live connections, and any violated constraint is a conflict."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, text

from app.db.session import new_engine
from app.dependencies import DbSession
from app.main import create_app
from app.settings import settings
from tests.database import scratch_database


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


def test_session_does_not_depend_on_the_databases_settings() -> None:
    settings_elsewhere = {
        "default_transaction_isolation": "serializable",
        "datestyle": "SQL, DMY",
        "extra_float_digits": "-15",
        "timezone": "Asia/Tokyo",
        "client_encoding": "LATIN1",
    }
    with scratch_database() as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name, value in settings_elsewhere.items():
                connection.execute(text(f"ALTER DATABASE {engine.url.database} SET {name} = '{value}'"))
        engine.dispose()

        engine = new_engine(SecretStr(url))
        with engine.connect() as connection:
            shown = {name: connection.scalar(text(f"SHOW {name}")) for name in settings_elsewhere}
        engine.dispose()

    assert shown == {
        "default_transaction_isolation": "read committed",
        "datestyle": "ISO, MDY",
        "extra_float_digits": "1",
        "timezone": "UTC",
        "client_encoding": "UTF8",
    }


def test_exclusion_constraint_is_a_conflict_and_no_reference() -> None:
    app = create_app(routers=())

    @app.post("/book")
    def book(db: DbSession) -> None:
        db.execute(text("CREATE TEMPORARY TABLE bookings (hours int4range, EXCLUDE USING gist (hours WITH &&))"))
        db.execute(text("INSERT INTO bookings VALUES ('[1,3)'), ('[2,4)')"))

    with TestClient(app) as client:
        response = client.post("/book")

    assert response.status_code == 409
    assert response.json()["detail"] == "This conflicts with existing rows."
