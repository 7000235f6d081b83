"""DB_PGBOUNCER changes how connections are made, and keeps migrations from going through PgBouncer."""

import psycopg
import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import text

from app.db import migrating
from app.db.session import engine
from app.settings import settings
from tests.conftest import DATABASE_URL, alembic_config


def test_statements_are_prepared_only_without_pgbouncer() -> None:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection

        assert isinstance(driver, psycopg.Connection)
        assert (driver.prepare_threshold is None) == settings.db_pgbouncer


@pytest.mark.parametrize(("name", "limit"), [("statement_timeout", "10s"), ("lock_timeout", "5s")])
def test_time_limits_travel_only_without_pgbouncer(name: str, limit: str) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text(f"SHOW {name}")) == ("0" if settings.db_pgbouncer else limit)


def test_migrations_have_no_time_limits() -> None:
    with migrating.migration_engine(DATABASE_URL).connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == "0"


def test_migrations_need_an_address_of_their_own_with_pgbouncer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "db_pgbouncer", True)
    monkeypatch.setattr(settings, "migration_database_url", None)

    with pytest.raises(CommandError, match="MIGRATION_DATABASE_URL must be set where DB_PGBOUNCER is"):
        command.current(alembic_config(""))
