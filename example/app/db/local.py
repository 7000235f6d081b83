"""Create the tables of a local database. Everywhere else, only Alembic does."""

import logging
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError

from app.db import dialect
from app.db.models import Base

logger = logging.getLogger(__name__)

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def prepare_local_database(engine: Engine) -> None:
    """Create the tables of an empty database. Only log a warning if it is behind its migrations.

    Several workers may start at once: the first to get the lock creates them, and the others find them there.
    """
    script = ScriptDirectory.from_config(Config(toml_file=PYPROJECT))
    try:
        with engine.begin() as connection:
            dialect.lock_migrations(connection)
            context = MigrationContext.configure(connection)
            if not inspect(connection).get_table_names():
                Base.metadata.create_all(connection)
                context.stamp(script, "head")
            elif context.get_current_revision() != script.get_current_head():
                logger.warning("the database is behind its migrations; run: uv run alembic upgrade head")
    except OperationalError as error:
        logger.warning("the database is not there yet: %s", error.orig)
