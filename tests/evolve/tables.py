"""Runs changes of tables on a database, in a project of that database: `python -m tests.tables FILE`, with a JSON list.

Each has the texts of revisions: `first`, those that change what it makes, and `wanted`, which makes the result at once.
Prints what went wrong, by name.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from app.db.revisions import PYPROJECT
from app.settings import settings

engine = create_engine(settings.migration_url, poolclass=NullPool)


def main() -> None:
    wrong = {}
    for change in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        try:
            found = play(change)
        except (SQLAlchemyError, CommandError) as error:
            found = f"{type(error).__name__}: {error}"
        if found:
            wrong[change["name"]] = found
    print(json.dumps(wrong, indent=1))


def play(change: dict[str, Any]) -> object:
    empty()
    upgrade([change["wanted"]])
    wanted = schema()
    empty()
    first, both = [change["first"]], [change["first"], *change["revisions"]]
    upgrade(first)
    before = schema()
    run(change["rows"])
    if change["refused"]:
        return refused(lambda: upgrade(both), change["refused"], before)
    upgrade(both)
    found = compared("upgrade", schema(), wanted) or facts(change["facts"])
    if found:
        return found
    run(change["later"])
    if change["stays"]:
        return refused(lambda: upgrade(both, "0001"), change["stays"], wanted)
    upgrade(both, "0001")
    if found := compared("downgrade", schema(), before):
        return found
    upgrade(both)
    return compared("second upgrade", schema(), wanted)


def upgrade(texts: Sequence[str], down: str = "") -> None:
    """Bring the database to the last of the revisions, or down to one."""
    with tempfile.TemporaryDirectory() as directory:
        for number, revision in enumerate(texts):
            Path(directory, f"r{number}.py").write_text(revision, encoding="utf-8")
        config = Config(toml_file=PYPROJECT, attributes={"url": settings.migration_url})
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", directory)
        if down:
            command.downgrade(config, down)
        else:
            command.upgrade(config, "head")


def run(statements: Sequence[str]) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def refused(migrate: Callable[[], None], message: str, before: object) -> object:
    try:
        migrate()
    except CommandError as error:
        return compared("refusal", schema(), before) or (None if message in str(error) else f"says {error}")
    return "was not refused"


def facts(wanted: dict[str, object]) -> object:
    with engine.connect() as connection:
        found = {query: [list(map(str, row)) for row in connection.execute(text(query))] for query in wanted}
    return compared("rows", found, wanted)


def compared(when: str, found: object, wanted: object) -> object:
    return None if found == wanted else {"when": when, "found": found, "wanted": wanted}


def empty() -> None:
    with engine.begin() as connection:
        if engine.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            return
        if engine.name != "sqlite":
            connection.execute(text("SET foreign_key_checks = 0"))
        for table in inspect(connection).get_table_names():
            connection.execute(text(f"DROP TABLE {connection.dialect.identifier_preparer.quote(table)}"))


def schema() -> dict[str, object]:
    with engine.connect() as connection:
        names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
        return {name: table(connection, name) for name in names}


def table(connection: Connection, name: str) -> dict[str, object]:
    look = inspect(connection)
    keys = look.get_foreign_keys(name)
    found: dict[str, object] = {
        "columns": {
            column["name"]: [str(column["type"]), column["nullable"], str(column["default"]), column.get("comment")]
            for column in look.get_columns(name)
        },
        "key": look.get_pk_constraint(name)["constrained_columns"],
        "keys": sorted(
            [key["name"], key["constrained_columns"], key["referred_table"], key["options"]] for key in keys
        ),
        "uniques": sorted([unique["name"], unique["column_names"]] for unique in look.get_unique_constraints(name)),
        "indexes": sorted(
            [index["name"], index["column_names"], str(index["unique"]), repr_of(index.get("dialect_options", {}))]
            for index in look.get_indexes(name)
        ),
    }
    if engine.name == "postgresql":
        found["names"] = [look.get_pk_constraint(name)["name"], *sequences(connection, name)]
    if engine.name == "sqlite":
        made = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"
        found["counts up"] = "AUTOINCREMENT" in connection.execute(text(made), {"name": name}).scalar_one()
    return found


def repr_of(options: dict[str, object]) -> str:
    return str(sorted((name, str(option)) for name, option in options.items()))


def sequences(connection: Connection, name: str) -> Sequence[str]:
    owned = "SELECT pg_get_serial_sequence(:name, column_name) FROM information_schema.columns"
    where = " WHERE table_schema = 'public' AND table_name = :name AND is_identity = 'YES'"
    return connection.scalars(text(owned + where), {"name": name}).all()


if __name__ == "__main__":
    main()
