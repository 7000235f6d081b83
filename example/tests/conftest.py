"""One database for the whole run, created by the migrations; one transaction per test, rolled back at its end."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from tests.database import empty_tables, scratch_database

databases = ExitStack()
DATABASE_URL = databases.enter_context(scratch_database())

# Before the import of the application, which makes the engine.
os.environ["DATABASE_URL"] = DATABASE_URL
os.environ["READ_DATABASE_URL"] = DATABASE_URL
os.environ["ENVIRONMENT"] = "local"
os.environ["DOCS_ENABLED"] = "true"
# pytest shows log lines itself.
logging.getLogger().addHandler(logging.NullHandler())

from fastapi.testclient import TestClient
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from app.db.models import Base
from app.db.session import PrimaryReadSession, ReadSession, SessionLocal, engine
from app.main import app
from tests.statements import recorded_statements

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
# Each table comes after those that refer to it.
TABLES = [table.name for table in reversed(Base.metadata.sorted_tables)]


def alembic_config(url: str) -> Config:
    """Return the project's configuration of Alembic for the database at `url`."""
    return Config(toml_file=PYPROJECT, attributes={"url": url})


def pytest_unconfigure() -> None:
    engine.dispose()
    databases.close()


@pytest.fixture(scope="session", autouse=True)
def running_client() -> Iterator[TestClient]:
    """A client of the application, which is started once, over a database that the migrations have created."""
    command.upgrade(alembic_config(DATABASE_URL), "head")
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="session")
def documented(running_client: TestClient) -> dict[str, dict[str, set[str]]]:
    """The statuses that the document gives for each path and method."""
    paths = running_client.get("/openapi.json").json()["paths"]
    return {
        path: {method: set(operation["responses"]) for method, operation in operations.items()}
        for path, operations in paths.items()
    }


@pytest.fixture
def db(running_client: TestClient) -> Iterator[Session]:
    """A session in the test's transaction. What requests commit during the test goes into a savepoint."""
    normal = [(factory, dict(factory.kw)) for factory in (SessionLocal, ReadSession, PrimaryReadSession)]
    with engine.connect() as connection, connection.begin() as transaction:
        for factory, _ in normal:
            factory.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            with SessionLocal() as session:
                yield session
        finally:
            for factory, options in normal:
                factory.kw.clear()
                factory.kw.update(options)
            transaction.rollback()


@pytest.fixture
def client(running_client: TestClient, db: Session) -> TestClient:
    """A client whose requests see what `db` has written and take part in its transaction."""
    return running_client


@pytest.fixture
def committing_client(running_client: TestClient) -> Iterator[TestClient]:
    """A client whose requests use the pool and really commit; tables with new rows are emptied afterwards."""
    with recorded_statements() as statements:
        yield running_client
    written = {name for statement in statements for name in re.findall(r"INSERT INTO [\"`]?(\w+)", statement)}
    if written:
        empty_tables(DATABASE_URL, [table for table in TABLES if table in written])


@pytest.fixture
def commits() -> Iterator[list[object]]:
    """A list that grows with each commit that the engine sends."""
    seen: list[object] = []

    def see(connection: Connection) -> None:
        seen.append(connection)

    event.listen(engine, "commit", see)
    yield seen
    event.remove(engine, "commit", see)
