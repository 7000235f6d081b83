"""The migrations create the schema that the models describe, and remove it again."""

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from alembic import command
from alembic.script import Script
from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy import create_engine, func, inspect, select, table, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from app.db import dialect
from app.db.local import prepare_local_database
from app.db.models import Base
from app.db.revisions import read_revisions
from tests import factories
from tests.conftest import alembic_config
from tests.database import scratch_database


def table_names(url: str) -> set[str]:
    return set(inspect(create_engine(url, poolclass=NullPool)).get_table_names()) - {"alembic_version"}


def make_rows(url: str) -> None:
    """Make a row in each table that has none yet, children first: some parents have room for a single one."""
    engine = create_engine(url, poolclass=NullPool)
    dialect.prepare(engine)
    names = [module.name for module in iter_modules(factories.__path__)]
    found = [getattr(import_module(f"tests.factories.{name}"), f"make_{name}") for name in names]
    places = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
    models = {make: make.__annotations__["return"] for make in found}
    for make in sorted(found, key=lambda make: -places[models[make].__table__]):
        with Session(engine) as db, suppress(IntegrityError, ValidationError):
            if db.scalar(select(models[make]).limit(1)) is None:
                make(db)
                db.commit()


def count_rows(url: str) -> int:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        tables = map(table, table_names(url))
        return sum(connection.scalars(select(func.count()).select_from(each)).one() for each in tables)


def test_upgrade_check_downgrade_upgrade() -> None:
    with scratch_database() as url:
        config = alembic_config(url)

        command.upgrade(config, "head")
        command.check(config)
        assert table_names(url) == set(Base.metadata.tables)

        command.downgrade(config, "base")
        assert table_names(url) == set()

        command.upgrade(config, "head")
        command.check(config)
        assert table_names(url) == set(Base.metadata.tables)


def test_every_revision_keeps_rows() -> None:
    """Go back over each revision and forth again, with a row in every table, as a database in use has them."""
    with scratch_database() as url:
        config = alembic_config(url)
        command.upgrade(config, "head")
        make_rows(url)
        assert count_rows(url) > 0 or not Base.metadata.tables
        for revision in list(read_revisions().script.walk_revisions())[:-1]:
            try:
                command.downgrade(config, f"{revision.revision}-1")
                before = count_rows(url)
                command.upgrade(config, "head")
            except CommandError:
                return  # It says what it cannot do with rows: bring back what is gone, or fill what is unique.
            assert count_rows(url) == before, revision.path
        command.check(config)


def test_new_migration_does_not_depend_on_the_application(tmp_path: Path) -> None:
    with scratch_database() as url:
        config = alembic_config(url)
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", str(tmp_path))

        made = command.revision(config, "everything", autogenerate=True)

        assert isinstance(made, Script)
        assert "app.db" not in Path(made.path).read_text(encoding="utf-8")
        # For tables that refer to each other, Alembic creates no foreign keys afterwards.
        if not any(key.use_alter for table in Base.metadata.tables.values() for key in table.foreign_key_constraints):
            command.upgrade(config, "head")
            command.check(config)


def test_database_that_is_not_there_is_one_message() -> None:
    with scratch_database() as url:
        pass

    with pytest.raises(CommandError, match="cannot connect to the database: "):
        command.upgrade(alembic_config(url.replace("test.db", "missing/test.db")), "head")


def test_local_database_is_what_the_migrations_make() -> None:
    with scratch_database() as url:
        engine = create_engine(url, poolclass=NullPool)
        dialect.prepare(engine)

        prepare_local_database(engine)
        prepare_local_database(engine)

        command.check(alembic_config(url))
        assert table_names(url) == set(Base.metadata.tables)


def test_local_database_that_is_behind_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    with scratch_database() as url:
        engine = create_engine(url, poolclass=NullPool)
        dialect.prepare(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE somebodys (id INTEGER)"))

        prepare_local_database(engine)

        assert table_names(url) == {"somebodys"}
        assert caplog.messages == ["the database is behind its migrations; run: uv run alembic upgrade head"]
