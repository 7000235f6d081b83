"""Every two changes of one tree at once end as if one had come after the other, on every kind of database."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.baking import ROOT, Bake, python, spec, succeed
from tests.conftest import Scratch

# By hand with many more rounds: see CONTRIBUTING.md.
ROUNDS = 2


@pytest.mark.parametrize("soft_delete", ["yes", "no"])
@pytest.mark.parametrize("database", ["postgresql", "mysql", "sqlite"])
def test_changes_of_one_tree_at_once(
    tmp_path: Path, bake: Bake, scratch_database: Scratch, database: str, soft_delete: str
) -> None:
    baked = bake(entities=spec("tree"), database=database, soft_delete=soft_delete)
    project = shutil.copytree(baked, tmp_path / "project")
    shutil.copytree(ROOT / "tests" / "races", project / "tests" / "races")
    with scratch_database(database) as url:
        environment = {"DATABASE_URL": url}
        succeed(python("-m", "alembic", "upgrade", "head", cwd=project, environment=environment))

        said = succeed(python("-m", "tests.races.races", str(ROUNDS), cwd=project, environment=environment))

    ended = json.loads(said)
    # Two hundred and more pairs; deletions can be undone where they are soft.
    assert ended["rounds"] == ROUNDS * {"yes": 276, "no": 210}[soft_delete]
    assert ended["wrong"] == {}
