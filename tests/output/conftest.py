"""The projects that the tests of the output look at: every entity text of tests/specs on every database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.baking import Bake, spec

DATABASES = ("sqlite", "postgresql")
SPECS = ("blog", "every_type", "names", "none", "options")


@dataclass(frozen=True)
class Variant:
    spec: str
    database: str
    soft_delete: str

    def __str__(self) -> str:
        return f"{self.spec}-{self.database}-{'soft' if self.soft_delete == 'yes' else 'hard'}"


@dataclass(frozen=True)
class Project:
    path: Path
    database: str


# The default entities with every answer; the others so that every pair of answers occurs with each database.
VARIANTS = [
    *(Variant("default", database, soft_delete) for database in DATABASES for soft_delete in ("yes", "no")),
    *(
        Variant(spec, database, "yes" if (number + shift) % 2 else "no")
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
    path = bake(entities=spec(variant.spec), database=variant.database, soft_delete=variant.soft_delete)
    return Project(path, variant.database)
