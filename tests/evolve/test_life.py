"""Code of an owner and a thousand rows are kept while entities change; a longer life is in tests/deep/test_life.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.gates import Site
from tests.conftest import Scratch
from tests.evolve.life import Life
from tests.evolve.steps import SHORT


@pytest.mark.parametrize(
    "database", [pytest.param(name, marks=pytest.mark.xdist_group(f"life-{name}")) for name in ("sqlite", "postgresql")]
)
def test_a_short_life(
    site_directory: Path, database: str, scratch_database: Scratch, database_server: Callable[[str], str]
) -> None:
    with scratch_database(database) as url:
        life = Life(Site(site_directory, {database: database_server(database)}), database, url)
        life.begin()
        for step in SHORT:
            life.take(step)
