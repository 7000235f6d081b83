"""The projects that the tests of the output check: every entity text of tests/specs on every database."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.baking import Bake, Completed, python, spec

DATABASES = ("sqlite", "postgresql")
SPECS = ("blog", "default", "every_type", "graph", "names", "none", "options", "shop", "wide", "long_names")
KEYS = ("bigint", "uuid7")


@dataclass(frozen=True)
class Variant:
    spec: str
    database: str
    soft_delete: str
    primary_key: str

    def __str__(self) -> str:
        return f"{self.spec}-{self.database}-{'soft' if self.soft_delete == 'yes' else 'hard'}-{self.primary_key}"


@dataclass(frozen=True)
class Project:
    path: Path
    database: str
    tests: tuple[str, ...]
    """Which of the project's own tests are run."""


# Large texts whose code hardly depends on the database, each on the one where it matters or is faster.
ONE_DATABASE = {
    "graph": "postgresql",
    "long_names": "postgresql",
    "names": "postgresql",
    "options": "sqlite",
    "wide": "postgresql",
}

# Every other entity text on each database, so that every pair of answers occurs.
VARIANTS = [
    Variant(spec, database, ("yes", "no")[(number + shift) % 2], KEYS[(number // 2 + shift) % 2])
    for number, spec in enumerate(SPECS)
    for shift, database in enumerate(DATABASES)
    if ONE_DATABASE.get(spec, database) == database
]
# These two have everything that MySQL does in its own way.
VARIANTS += [Variant("every_type", "mysql", "no", "uuid7"), Variant("shop", "mysql", "yes", "bigint")]
# Of the projects' own tests, those for each entity, for references and for migrations. Running all of them takes long:
# test_stranger does that for the default project, tests/deep for each text.
BRIEF = ("tests/crud", "tests/routers", "tests/test_migrations.py", "tests/test_references.py", "tests/test_dialect.py")


def group_of(variant: Variant) -> str:
    # One worker runs everything on MySQL, since it has its own server.
    return "mysql" if variant.database == "mysql" else str(variant)


# One worker bakes and checks a project.
@pytest.fixture(
    scope="session",
    params=[
        pytest.param(variant, id=str(variant), marks=pytest.mark.xdist_group(group_of(variant))) for variant in VARIANTS
    ],
)
def project(request: pytest.FixtureRequest, bake: Bake) -> Project:
    variant: Variant = request.param
    answers = dataclasses.asdict(variant) | {"entities": spec(variant.spec)}
    answers.pop("spec")
    path = bake(**answers)
    brief = tuple(name for name in BRIEF if (path / name).exists())
    return Project(path, variant.database, ("tests",) if variant.spec == "none" else brief)


@pytest.fixture(scope="session")
def imported(project: Project) -> Completed:
    """The application, imported with every warning as an error; it prints its document."""
    code = "import json; from app.main import app; print(json.dumps(app.openapi()))"
    return python("-W", "error", "-c", code, cwd=project.path)
