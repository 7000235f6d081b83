"""A project with a column of its own goes from one kind of database to another."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from tests.baking import Bake, python, succeed
from tests.conftest import Scratch
from tests.evolve.conftest import TEXT, Project


def test_another_database(
    project: Project, bake: Bake, scratch_database: Scratch, database_server: Callable[[str], str]
) -> None:
    project.append("app/db/models/user.py", "    nickname: Mapped[str | None] = mapped_column(String(50))\n")
    every = '"create", "update", "out", "parameters"'
    project.replace("tests/cases.py", "model=User,", f'model=User,\n        left_out={{"nickname": ({every})}},')
    alembic(project, "upgrade head", {})
    alembic(project, 'revision --autogenerate -m "nickname"', {})
    project.commit()
    [own] = (project.directory / "migrations/versions").glob("*nickname.py")

    said = succeed(project.evolve("--yes", "database=postgresql"))

    assert f"migrations/versions/0001_initial.py takes the place of {own.name}" in said
    assert not own.exists()
    first = "migrations/versions/0001_initial.py"
    assert project.read(first) == (bake(entities=TEXT, database="postgresql") / first).read_text(encoding="utf-8")
    assert "nickname" in project.read("app/db/models/user.py")
    with scratch_database("postgresql") as url:
        environment = {"DATABASE_URL": url, "TEST_DATABASE_URL": database_server("postgresql")}
        for command in commands(project.read("README.md")):
            alembic(project, command, environment)
        for command in ("ruff format --check .", "ruff check .", "mypy", "pytest -q -p no:cacheprovider"):
            succeed(python("-m", *command.split(), cwd=project.directory, environment=environment))


def commands(readme: str) -> list[str]:
    """Return the commands for columns of one's own on a new database."""
    chapter = readme.partition("## Changing the entities\n")[2].partition("\n## ")[0]
    return re.findall(r"^    uv run alembic (.+)$", chapter.partition("moves no rows")[2], re.MULTILINE)


def alembic(project: Project, command: str, environment: dict[str, str]) -> None:
    succeed(python("-m", "alembic", *shlex.split(command), cwd=project.directory, environment=environment))
