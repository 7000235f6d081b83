"""All tests of a generated project, fuzzing too, once for each entity text; every pair of answers occurs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.baking import Bake, python, spec, succeed
from tests.output.conftest import VARIANTS, Variant, group_of
from tests.output.test_stranger import assert_tests_pass, fresh_project

FULL = [
    Variant("blog", "postgresql", "no", "bigint"),
    Variant("blog", "mysql", "yes", "uuid7"),
    Variant("every_type", "sqlite", "yes", "uuid7"),
    Variant("every_type", "mysql", "yes", "bigint"),
    Variant("graph", "sqlite", "no", "uuid7"),
    Variant("names", "sqlite", "no", "bigint"),
    Variant("options", "mysql", "no", "uuid7"),
    Variant("shop", "postgresql", "yes", "uuid7"),
    Variant("wide", "sqlite", "yes", "bigint"),
]


@pytest.mark.parametrize(
    "variant", [pytest.param(each, id=str(each), marks=pytest.mark.xdist_group(group_of(each))) for each in FULL]
)
def test_all_of_its_own_tests_pass(bake: Bake, variant: Variant, database_server: Callable[[str], str]) -> None:
    project = bake(
        entities=spec(variant.spec),
        database=variant.database,
        soft_delete=variant.soft_delete,
        primary_key=variant.primary_key,
    )

    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    server = {"TEST_DATABASE_URL": database_server(variant.database)}
    done = python(*command, cwd=project, environment=server)

    assert re.fullmatch(r"(.*\n)*\d+ passed in .*\n", done.stdout), done.stdout + done.stderr
    assert done.returncode == 0
    if variant not in VARIANTS:
        succeed(python("-m", "ruff", "format", "--check", "--no-cache", ".", cwd=project))
        succeed(python("-m", "ruff", "check", "--no-cache", ".", cwd=project))


def test_a_stranger_runs_the_tests_on_an_embedded_postgresql(bake: Bake) -> None:
    with fresh_project(bake, database="postgresql", primary_key="uuid7") as project:
        assert_tests_pass(project)
