"""The projects that the tests of the output look at: every entity text of tests/specs on every database."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.baking import Bake, spec

DATABASES = ("sqlite", "postgresql")
SPECS = ("blog", "every_type", "graph", "names", "none", "options", "shop")
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


# The default entities on both databases with and without soft delete; the others so that every pair of answers occurs.
VARIANTS = [
    *(
        Variant("default", database, soft_delete, KEYS[(database == "sqlite") ^ (soft_delete == "yes")])
        for database in DATABASES
        for soft_delete in ("yes", "no")
    ),
    *(
        Variant(spec, database, ("yes", "no")[(number + shift) % 2], KEYS[(number // 2 + shift) % 2])
        for number, spec in enumerate(SPECS)
        for shift, database in enumerate(DATABASES)
    ),
]


# A project is baked and looked at by one worker.
@pytest.fixture(
    scope="session",
    params=[
        pytest.param(variant, id=str(variant), marks=pytest.mark.xdist_group(str(variant))) for variant in VARIANTS
    ],
)
def project(request: pytest.FixtureRequest, bake: Bake) -> Project:
    variant: Variant = request.param
    answers = dataclasses.asdict(variant) | {"entities": spec(variant.spec)}
    answers.pop("spec")
    return Project(bake(**answers), variant.database)
