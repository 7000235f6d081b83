"""SQLite changes most of a table by copying it. No copy gives a new row the key of a deleted one."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine, text

from tests.database import scratch_database
from tests.revisions import configuration

CREATE = """\
op.create_table("things", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(10)))
"""
BY_ALEMBIC = """\
with op.batch_alter_table("things") as things:
    things.alter_column("name", type_=sa.String(20))
"""
BY_HAND = """\
op.create_table("new_things", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(20)))
op.execute("INSERT INTO new_things SELECT * FROM things")
op.execute("drop table things")
op.execute('alter table new_things rename to "things"')
"""
RENAMED_FIRST = """\
op.rename_table("things", "others")
with op.batch_alter_table("others") as others:
    others.alter_column("name", type_=sa.String(20))
op.rename_table("others", "things")
"""
REBUILDS = {"alembic": BY_ALEMBIC, "hand": BY_HAND, "rename": RENAMED_FIRST, "twice": BY_ALEMBIC + BY_ALEMBIC}


@pytest.mark.parametrize("rows_left", [2, 0])
@pytest.mark.parametrize("rebuild", REBUILDS.values(), ids=REBUILDS)
def test_key_of_a_deleted_row_is_not_given_again(rebuild: str, rows_left: int, tmp_path: Path) -> None:
    with scratch_database() as url:
        config = configuration(url, tmp_path, CREATE, rebuild)
        engine = create_engine(url, poolclass=NullPool)
        command.upgrade(config, "1")
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO things (name) VALUES ('a'), ('b'), ('c'), ('d')"))
            connection.execute(text("DELETE FROM things WHERE id > :left"), {"left": rows_left})

        command.upgrade(config, "2")

        with engine.begin() as connection:
            assert connection.scalar(text("INSERT INTO things (name) VALUES ('e') RETURNING id")) == 5
