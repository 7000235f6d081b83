"""All tests of generated projects, including fuzzing, for every possible pair of entity text, answers and Python."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

import pytest
from uv import find_uv_bin

from entity_spec.answers import CHOICES
from tests.baking import ROOT, Bake, python, run, spec, succeed
from tests.deep.servers import behind_pgbouncer
from tests.output.conftest import SPECS
from tests.output.test_stranger import assert_tests_pass, fresh_project

# Every Python that generated projects support.
PYTHONS = ("3.11", "3.12", "3.13")

Server = Callable[[str], str]
Pair = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cell:
    spec: str
    database: str
    soft_delete: str
    primary_key: str
    pgbouncer: str
    python: str

    def __str__(self) -> str:
        delete = "soft" if self.soft_delete == "yes" else "hard"
        bouncer = ["pgbouncer"] if self.pgbouncer == "yes" else []
        return "-".join([self.spec, self.database, delete, self.primary_key, *bouncer, self.python])

    @property
    def answers(self) -> dict[str, str]:
        return {"entities": spec(self.spec)} | {name: getattr(self, name) for name in CHOICES}


# The largest come first, so that none of them is started last.
CELLS = [
    Cell("sakila", "mysql", "no", "bigint", "no", "3.11"),
    Cell("sakila", "postgresql", "yes", "bigint", "yes", "3.13"),
    Cell("sakila", "sqlite", "no", "uuid7", "no", "3.12"),
    Cell("chinook", "mysql", "yes", "uuid7", "no", "3.13"),
    Cell("chinook", "postgresql", "no", "uuid7", "yes", "3.12"),
    Cell("chinook", "sqlite", "yes", "bigint", "no", "3.11"),
    Cell("every_type", "postgresql", "no", "bigint", "no", "3.13"),
    Cell("every_type", "mysql", "yes", "bigint", "no", "3.13"),
    Cell("every_type", "sqlite", "yes", "uuid7", "no", "3.12"),
    Cell("names", "sqlite", "no", "bigint", "no", "3.12"),
    Cell("graph", "postgresql", "no", "uuid7", "no", "3.11"),
    Cell("options", "postgresql", "yes", "uuid7", "no", "3.13"),
    Cell("wide", "sqlite", "yes", "bigint", "no", "3.11"),
    Cell("conduit", "mysql", "yes", "bigint", "no", "3.12"),
    Cell("conduit", "postgresql", "yes", "uuid7", "yes", "3.11"),
    Cell("conduit", "sqlite", "no", "bigint", "no", "3.13"),
]


def each(cells: Iterable[Cell]) -> pytest.MarkDecorator:
    # One worker has a project, and another everything on MySQL, since it has its own server.
    groups = {cell: "mysql" if cell.database == "mysql" else str(cell) for cell in cells}
    marked = [pytest.param(cell, id=str(cell), marks=pytest.mark.xdist_group(groups[cell])) for cell in groups]
    return pytest.mark.parametrize("cell", marked)


def test_every_possible_pair_occurs() -> None:
    everything = [Cell("", *values) for values in product(*CHOICES.values(), PYTHONS)]
    possible = [cell for cell in everything if cell.database == "postgresql" or cell.pgbouncer == "no"]

    assert pairs(possible) - pairs(CELLS) == set()


def pairs(cells: Iterable[Cell]) -> set[Pair]:
    """Return the combined answers to two questions, one of which may be the Python."""
    return {pair for cell in cells for pair in combinations(list(vars(cell).items())[1:], 2)}


@each(CELLS)
def test_all_of_its_own_tests_pass(bake: Bake, cell: Cell, database_server: Server) -> None:
    project = bake(**cell.answers)

    with server_of(cell, project, database_server) as url:
        command = (interpreter(cell.python), "-m", "pytest", "-q", "-p", "no:cacheprovider")
        done = run(*command, cwd=project, environment={"TEST_DATABASE_URL": url})

    assert re.fullmatch(r"(.*\n)*\d+ passed in .*\n", done.stdout), done.stdout + done.stderr
    assert done.returncode == 0


# tests/output does this for the others.
@each(cell for cell in CELLS if cell.spec not in SPECS)
def test_it_passes_its_own_gates(bake: Bake, cell: Cell, mypy_cache: Path) -> None:
    project = bake(**cell.answers)

    succeed(python("-m", "ruff", "format", "--check", "--no-cache", ".", cwd=project))
    succeed(python("-m", "ruff", "check", "--no-cache", ".", cwd=project))
    succeed(python("-m", "mypy", "--cache-dir", mypy_cache, cwd=project))


@contextmanager
def server_of(cell: Cell, project: Path, database_server: Server) -> Iterator[str]:
    if cell.pgbouncer == "yes":
        with behind_pgbouncer(project) as url:
            yield url
    else:
        yield database_server(cell.database)


def interpreter(version: str) -> Path:
    """Return a Python of this version with what generated projects need, below .tools; uv downloads it if necessary."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable)
    place = ROOT / ".tools" / f"python-{version}"
    # pyenv puts only one of its versions on the path.
    path = [*map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin")), os.environ["PATH"]]
    environment = {"UV_PROJECT_ENVIRONMENT": str(place), "PATH": os.pathsep.join(path)}
    sync = ("sync", "--quiet", "--python", version, "--only-group", "generated")
    succeed(run(find_uv_bin(), *sync, cwd=ROOT, environment=environment))
    return place / "bin" / "python"


def test_a_stranger_runs_the_tests_on_an_embedded_postgresql(bake: Bake) -> None:
    with fresh_project(bake, database="postgresql", primary_key="uuid7") as project:
        assert_tests_pass(project)
