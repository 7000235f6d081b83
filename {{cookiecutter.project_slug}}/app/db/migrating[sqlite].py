"""How migrations connect to SQLite, and wait for each other."""

import re
import sqlite3
from collections.abc import Callable

from sqlalchemy import URL, Connection, Engine, Integer, NullPool, Table, create_engine, event, make_url

from app.db.dialect import arguments_for, begin_explicitly, use_wal

# Alembic changes an SQLite table by copying it.
RENDER_AS_BATCH = True
TRANSACTIONAL_DDL = True
DROPPED = re.compile(r"\s*DROP TABLE\b", re.IGNORECASE)
RENAMED = re.compile(r"\s*ALTER TABLE .+ RENAME TO \W?(\w+)", re.IGNORECASE)


@event.listens_for(Table, "before_create")
def never_reuse_keys(table: Table, connection: Connection, **_: object) -> None:
    """Never give a new row the key of a deleted one: a client may still hold it."""
    if "id" in table.c:
        table.dialect_options["sqlite"]["autoincrement"] = isinstance(table.c.id.type, Integer)


def migration_engine(url: URL | str) -> Engine:
    """Make an engine with one connection, transactional DDL, and no foreign keys: copying a table drops the old one."""
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments_for(make_url(url), 60))
    begin_explicitly(engine)
    use_wal(engine)
    _keep_highest_keys(engine)
    return engine


def run_migrations(engine: Engine, run: Callable[[Connection], None]) -> None:
    """Run migrations on a connection."""
    with engine.connect() as connection:
        run(connection)


def lock_migrations(_: Connection) -> None:
    """Nothing to do: BEGIN IMMEDIATE locks the file."""


def hold_migration_lock(_: Connection) -> None:
    """Nothing to do: BEGIN IMMEDIATE locks the file."""


def _keep_highest_keys(engine: Engine) -> None:
    """Have a copy that takes the place of a table go on from its highest key, which may be that of a deleted row."""
    highest: dict[str, int] = {}

    @event.listens_for(engine, "before_cursor_execute")
    def remember(_: Connection, cursor: sqlite3.Cursor, statement: str, *__: object) -> None:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
        if DROPPED.match(statement) and cursor.connection.execute(tables).fetchone():
            highest.update(cursor.connection.execute("SELECT name, seq FROM sqlite_sequence"))

    @event.listens_for(engine, "after_cursor_execute")
    def restore(_: Connection, cursor: sqlite3.Cursor, statement: str, *__: object) -> None:
        renamed = RENAMED.match(statement)
        if renamed and renamed[1] in highest:
            cursor.connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (renamed[1],))
            row = (renamed[1], highest[renamed[1]])
            cursor.connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", row)
