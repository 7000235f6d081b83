"""Connects Alembic to the database at MIGRATION_DATABASE_URL or, if that is not set, at DATABASE_URL."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from app.db import migrating
from app.db.column_types import EnumText, UtcDateTime
from app.db.models import Base
from app.settings import settings

try:
    url: URL | str = context.config.attributes.get("url") or settings.migration_url
except ValueError as error:
    raise CommandError(str(error)) from None


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write SQLAlchemy's own types into new migrations, so that these do not depend on the application."""
    match kind, item:
        case "type", UtcDateTime():
            return "sa.DateTime(timezone=True)"
        case "type", EnumText():
            return "sa.String(60)"
        case _:
            return False


def run_offline() -> None:
    context.configure(
        url=str(url), target_metadata=Base.metadata, literal_binds=True, render_as_batch=migrating.RENDER_AS_BATCH
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    engine = migrating.migration_engine(url)
    try:
        # A connection for the lock alone: a revision may end its transaction, and begin another.
        lock = engine.connect()
    except DBAPIError as error:
        raise CommandError(f"cannot connect to the database: {error.orig}") from None
    with lock:
        migrating.hold_migration_lock(lock)
        migrating.run_migrations(engine, run)


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=render_item,
        render_as_batch=migrating.RENDER_AS_BATCH,
        transactional_ddl=migrating.TRANSACTIONAL_DDL,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
