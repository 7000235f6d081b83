"""Migrations do not keep requests waiting behind them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine, inspect, text

from app.db import migrating
from app.settings import settings
from tests.database import scratch_database
from tests.revisions import configuration

CREATE = """\
op.create_table("things", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("size", sa.Integer()))
op.execute("INSERT INTO things (size) VALUES (1)")
"""
ADD = 'op.add_column("things", sa.Column("name", sa.String(10)))\n'
CHANGE = 'op.execute("SET innodb_lock_wait_timeout = 1")\nop.execute("UPDATE things SET size = 2")\n'


@pytest.fixture
def watcher() -> Iterator[Connection]:
    """A connection to a new database."""
    with scratch_database() as url:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            yield connection


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Short limits for migrations, and the list of their pauses."""
    pauses: list[float] = []
    monkeypatch.setattr(settings, "migration_lock_timeout", 1)
    monkeypatch.setattr(settings, "migration_attempts", 3)
    monkeypatch.setattr("app.db.migrating.time.sleep", pauses.append)
    return pauses


def created(watcher: Connection, directory: Path, upgrade: str) -> Config:
    """Run the first migration, and use its table in a transaction."""
    config = configuration(watcher.engine.url.render_as_string(hide_password=False), directory, CREATE, upgrade)
    command.upgrade(config, "1")
    watcher.execute(text("SELECT * FROM things FOR UPDATE"))
    return config


def state(watcher: Connection) -> tuple[list[str], str | None, int | None]:
    """Return the columns of the table, the version, and what the row holds."""
    names = [column["name"] for column in inspect(watcher.engine).get_columns("things")]
    version = watcher.scalar(text("SELECT version_num FROM alembic_version"))
    return names, version, watcher.scalar(text("SELECT size FROM things"))


@pytest.mark.parametrize(("upgrade", "attempts"), [(ADD, 3), (CHANGE, 1)])
def test_migration_gives_up(
    upgrade: str, attempts: int, watcher: Connection, tmp_path: Path, waits: list[float]
) -> None:
    config = created(watcher, tmp_path, upgrade)

    with pytest.raises(CommandError, match="other transactions are in the way"):
        command.upgrade(config, "head")
    watcher.rollback()

    assert waits == [migrating.PAUSE] * (attempts - 1)
    assert state(watcher) == (["id", "size"], "1", 1)


def test_statement_is_tried_again(
    watcher: Connection, tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = created(watcher, tmp_path, ADD)
    read: list[object] = []

    def read_meanwhile(_: float) -> None:
        """Read the table between two attempts, and end the transaction that is in the way."""
        with watcher.engine.connect() as reader:
            reader.execute(text("SET lock_wait_timeout = 1"))
            read.append(reader.scalars(text("SELECT size FROM things")).all())
        watcher.rollback()

    monkeypatch.setattr("app.db.migrating.time.sleep", read_meanwhile)
    command.upgrade(config, "head")

    assert read == [[1]]
    assert state(watcher) == (["id", "size", "name"], "2", 1)
