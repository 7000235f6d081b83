"""Create the tables of a local database. Everywhere else, only Alembic does."""

import logging

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError

from app.db import migrating
from app.db.models import Base
from app.db.revisions import Revisions, UnreadableMigrationsError, read_revisions

logger = logging.getLogger(__name__)


def prepare_local_database(engine: Engine) -> None:
    """Create the tables of an empty database. Only log a warning about what it takes a person to mend.

    Several workers may start at once: the first to get the lock creates them, and the others find them there.
    """
    try:
        revisions = read_revisions()
        if len(revisions.heads) > 1:
            logger.warning("the migrations have several heads; run: uv run alembic merge heads")
            return
        _prepare(engine, revisions)
    except UnreadableMigrationsError as error:
        logger.warning("%s", error)
    except DBAPIError as error:
        logger.warning("the database is not there yet: %s", error.orig)


def _prepare(engine: Engine, revisions: Revisions) -> None:
    with engine.connect() as connection:
        migrating.lock_migrations(connection)
        context = MigrationContext.configure(connection)
        current = frozenset(context.get_current_heads())
        if not inspect(connection).get_table_names():
            Base.metadata.create_all(connection)
            context.stamp(revisions.script, "head")
            connection.commit()
        elif revisions.is_behind(current):
            logger.warning("the database is behind its migrations; run: uv run alembic upgrade head")
        elif current != revisions.heads:
            unknown = ", ".join(sorted(current - revisions.known))
            logger.warning(
                "the database is at revision %s, which migrations/ does not have: it is that of newer code", unknown
            )
