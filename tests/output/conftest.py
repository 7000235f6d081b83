"""The projects that the tests of the output look at: every entity text of tests/specs on every database."""

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
    """Which of its own tests are run."""


# Large texts whose generated code hardly depends on the database, each on the one where it matters or is quicker.
ONE_DATABASE = {
    "graph": "postgresql",
    "long_names": "postgresql",
    "names": "postgresql",
    "options": "sqlite",
    "wide": "postgresql",
}

# Every other entity text on each database; every pair of answers occurs.
VARIANTS = [
    Variant(spec, database, ("yes", "no")[(number + shift) % 2], KEYS[(number // 2 + shift) % 2])
    for number, spec in enumerate(SPECS)
    for shift, database in enumerate(DATABASES)
    if ONE_DATABASE.get(spec, database) == database
]
# What MySQL does in its own way is in these two.
VARIANTS += [Variant("every_type", "mysql", "no", "uuid7"), Variant("shop", "mysql", "yes", "bigint")]
# Of their own tests, those that are made for each entity, and those of references and of migrations. All of them take
# their time: test_stranger runs those of the default project, tests/deep those of each text.
BRIEF = ("tests/crud", "tests/routers", "tests/test_migrations.py", "tests/test_references.py", "tests/test_dialect.py")


def group_of(variant: Variant) -> str:
    # All of MySQL's are for one worker: it has a server of its own.
    return "mysql" if variant.database == "mysql" else str(variant)


# A project is baked and looked at by one worker.
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
    """The application, imported where every warning is an error; its document is printed."""
    code = "import json; from app.main import app; print(json.dumps(app.openapi()))"
    return python("-W", "error", "-c", code, cwd=project.path)
