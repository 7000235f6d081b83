"""A whole life: code of an owner and a thousand rows are kept while entities, answers and the template change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conformance.gates import Site
from tests.conftest import Scratch
from tests.evolve.life import Life
from tests.evolve.steps import LIFE


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mysql"])
def test_a_whole_life(
    site_directory: Path, database: str, scratch_database: Scratch, database_server: Callable[[str], str]
) -> None:
    with scratch_database(database) as url:
        life = Life(Site(site_directory, {database: database_server(database)}), database, url)
        life.begin()
        for step in LIFE:
            # The whole suite, at the end, is slow there.
            life.take(replace(step, suite=()) if database == "mysql" else step)
        life.upgrade_template()
