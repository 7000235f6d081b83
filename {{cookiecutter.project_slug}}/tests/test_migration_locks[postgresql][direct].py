"""Migrations do not get in each other's way."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine, text

from tests.database import scratch_database
from tests.revisions import configuration, upgrade_elsewhere

CREATE = 'op.create_table("things", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))\n'
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
    # Each has a connection for the lock, and another one.
    while watcher.scalar(OTHERS) != 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    watcher.execute(text("SELECT pg_advisory_unlock(1)"))
    ends = [(upgrade.communicate(timeout=30)[0], upgrade.returncode) for upgrade in upgrades]

    assert ends == [("", 0)] * 2
    assert watcher.scalars(text("SELECT version_num FROM alembic_version")).all() == ["2"]
    assert watcher.scalar(text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_things_name'::regclass"))
