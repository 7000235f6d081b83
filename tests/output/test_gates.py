"""A newly generated project passes all of its own checks: format, lint, types, tests, migrations."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.baking import Completed, contents, python, succeed
from tests.conftest import Scratch
from tests.output.conftest import Project


def test_formatting_changes_nothing(project: Project) -> None:
    before = contents(project.path)

    succeed(python("-m", "ruff", "format", "--no-cache", ".", cwd=project.path))

    assert contents(project.path) == before


def test_lint_finds_nothing(project: Project) -> None:
    done = python("-m", "ruff", "check", "--no-cache", "--output-format=concise", ".", cwd=project.path)

    assert done.stdout == "All checks passed!\n"


def test_types_are_right_under_strict(project: Project, mypy_cache: Path) -> None:
    done = python("-m", "mypy", "--cache-dir", mypy_cache, cwd=project.path)

    assert re.fullmatch(r"Success: no issues found in \d+ source files\n", done.stdout), done.stdout


def test_importing_warns_of_nothing(imported: Completed) -> None:
    assert (imported.stderr, imported.returncode) == ("", 0)


def test_its_own_tests_pass(project: Project, database_server: Callable[[str], str]) -> None:
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", *project.tests)
    done = python(*command, cwd=project.path, environment={"TEST_DATABASE_URL": database_server(project.database)})

    # No skipped tests and no warnings.
    assert re.fullmatch(r"(.*\n)*\d+ passed in .*\n", done.stdout), done.stdout + done.stderr
    assert done.returncode == 0


def test_migrations_make_what_the_models_say(project: Project, scratch_database: Scratch) -> None:
    with scratch_database(project.database) as url:
        environment = {"DATABASE_URL": url}
        succeed(python("-m", "alembic", "upgrade", "head", cwd=project.path, environment=environment))

        done = python("-m", "alembic", "check", cwd=project.path, environment=environment)

    assert succeed(done) == "No new upgrade operations detected.\n"
