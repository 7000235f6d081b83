"""Migrations do not get in each other's way."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine, inspect, text
from sqlalchemy.exc import OperationalError

from app.db import migrating
from app.settings import settings
from tests.database import scratch_database
from tests.revisions import configuration, upgrade_elsewhere

CREATE = 'op.create_table("things", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))\n'
ADD = 'op.add_column("things", sa.Column("size", sa.Integer()))\n'
INDEX_OUTSIDE_OF_THE_TRANSACTION = """\
with op.get_context().autocommit_block():
    op.execute("SELECT pg_advisory_lock(1)")
    op.create_index("ix_things_name", "things", ["name"], postgresql_concurrently=True)
"""
OTHERS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


@pytest.fixture
def watcher() -> Iterator[Connection]:
    """A connection without transactions to a new database."""
    with scratch_database() as url:
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection


def url_of(connection: Connection) -> str:
    return connection.engine.url.render_as_string(hide_password=False)


def test_migrations_at_once_may_leave_their_transactions(watcher: Connection, tmp_path: Path) -> None:
    configuration(url_of(watcher), tmp_path, CREATE, INDEX_OUTSIDE_OF_THE_TRANSACTION)
    watcher.execute(text("SELECT pg_advisory_lock(1)"))

    upgrades = [upgrade_elsewhere(url_of(watcher), tmp_path) for _ in range(2)]
    deadline = time.monotonic() + 30
    # Each has a connection for the lock, and one of them another to work with.
    while watcher.scalar(OTHERS) != 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    watcher.execute(text("SELECT pg_advisory_unlock(1)"))
    ends = [(upgrade.communicate(timeout=30)[0], upgrade.returncode) for upgrade in upgrades]

    assert ends == [("", 0)] * 2
    assert watcher.scalars(text("SELECT version_num FROM alembic_version")).all() == ["2"]
    assert watcher.scalar(text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_things_name'::regclass"))


def test_lock_keeps_no_snapshot(watcher: Connection) -> None:
    """CREATE INDEX CONCURRENTLY would wait for it."""
    snapshots = text("SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid = :process")

    with migrating.migration_engine(url_of(watcher)).connect() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
        migrating.hold_migration_lock(connection)

        assert watcher.scalar(snapshots, {"process": process}) == 0


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Short limits for migrations, and the list of their pauses."""
    pauses: list[float] = []
    monkeypatch.setattr(settings, "migration_lock_timeout", 1)
    monkeypatch.setattr(settings, "migration_attempts", 3)
    monkeypatch.setattr("app.db.migrating.time.sleep", pauses.append)
    return pauses


def columns(connection: Connection) -> list[str]:
    return [column["name"] for column in inspect(connection.engine).get_columns("things")]


def test_migration_gives_up_and_changes_nothing(watcher: Connection, tmp_path: Path, waits: list[float]) -> None:
    both = CREATE + CREATE.replace("things", "others")
    config = configuration(url_of(watcher), tmp_path, both, 'op.drop_table("others")\n' + ADD)
    command.upgrade(config, "1")

    watcher.execute(text("BEGIN"))
    watcher.execute(text("SELECT * FROM things"))
    with pytest.raises(CommandError, match=r"nothing was changed, since .* 3 times for 1 seconds"):
        command.upgrade(config, "head")
    watcher.execute(text("COMMIT"))

    assert waits == [migrating.PAUSE] * 2
    assert set(inspect(watcher.engine).get_table_names()) == {"alembic_version", "others", "things"}
    assert watcher.scalars(text("SELECT version_num FROM alembic_version")).all() == ["1"]


def test_migration_is_tried_again(
    watcher: Connection, tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configuration(url_of(watcher), tmp_path, CREATE, ADD)
    command.upgrade(config, "1")
    watcher.execute(text("BEGIN"))
    watcher.execute(text("SELECT * FROM things"))
    read: list[object] = []

    def read_meanwhile(_: float) -> None:
        """Read the table between two attempts, and end the transaction that is in the way."""
        with watcher.engine.connect() as reader:
            reader.execute(text("SET lock_timeout = '1s'"))
            read.append(reader.scalars(text("SELECT id FROM things")).all())
        watcher.execute(text("COMMIT"))

    monkeypatch.setattr("app.db.migrating.time.sleep", read_meanwhile)
    command.upgrade(config, "head")

    assert read == [[]]
    assert columns(watcher) == ["id", "name", "size"]


def test_migration_that_has_committed_is_not_tried_again(
    watcher: Connection, tmp_path: Path, waits: list[float]
) -> None:
    outside = 'with op.get_context().autocommit_block():\n    op.execute("SELECT 1")\n'
    config = configuration(url_of(watcher), tmp_path, CREATE, outside + ADD)
    command.upgrade(config, "1")

    watcher.execute(text("BEGIN"))
    watcher.execute(text("SELECT * FROM things"))
    with pytest.raises(OperationalError, match="lock timeout"):
        command.upgrade(config, "head")
    watcher.execute(text("COMMIT"))

    assert waits == []


@pytest.mark.parametrize(("level", "shown"), [("AUTOCOMMIT", "0"), ("READ COMMITTED", "2s")])
def test_only_transactions_give_up(watcher: Connection, level: str, shown: str) -> None:
    engine = migrating.migration_engine(url_of(watcher)).execution_options(isolation_level=level)

    with engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == shown
