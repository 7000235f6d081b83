"""Squawk, which knows what PostgreSQL locks and for how long, finds nothing but what was asked for."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.baking import ROOT, Bake, python, run, succeed
from tests.evolve.first import first_revision
from tests.evolve.test_revisions import played, texts

# What a change itself is, however it is made: something is removed, renamed, optional or of another type.
ASKED_FOR = {
    "ban-drop-column",
    "ban-drop-constraint",
    "ban-drop-not-null",
    "ban-drop-table",
    "changing-column-type",
    "renaming-column",
    "renaming-object",
    "renaming-table",
}
# The default that fills rows at once, and is then taken away; whole numbers and texts as the entities have them.
BY_DESIGN = {"ban-drop-default", "prefer-bigint-over-int", "prefer-text-field"}
# It takes no statement for safe to repeat that Alembic undoes, or that removes first what it makes.
UNDONE_OR_REPEATED = {"prefer-robust-stmts"}
# In these: a default that differs in each row, and a column for a table without rows.
IN_SOME = {
    "adding-field-with-default": {"required fields that are made"},
    "adding-required-field": {
        "a required field that is unique, with rows",
        "a required field that is unique, without rows",
    },
}


def test_migrations_take_no_long_lock(tmp_path: Path, bake: Bake) -> None:
    project = shutil.copytree(bake(entities="none", database="postgresql"), tmp_path / "project")
    shutil.copy(ROOT / "tests" / "evolve" / "offline.py", project / "tests")
    changes = played("postgresql")
    for name, change in changes.items():
        directory = tmp_path / "changes" / name
        directory.mkdir(parents=True)
        revisions = [first_revision(change.versions("postgresql")[0]), *texts(change, "postgresql")]
        for number, text in enumerate(revisions):
            (directory / f"r{number}.py").write_text(text, encoding="utf-8")
    environment = {"DATABASE_URL": "postgresql://nobody@127.0.0.1/nothing"}
    succeed(python("-m", "tests.offline", tmp_path / "changes", cwd=project, environment=environment))

    files = [f"{name}/upgrade.sql" for name in changes]
    said = run("squawk", "--pg-version=15", "--reporter=gcc", *files, cwd=tmp_path / "changes").stdout

    found = set(re.findall(r"^(.+)/upgrade\.sql:\d+:\d+: \w+: ([a-z-]+)", said, re.MULTILINE))
    assert len(found) > len(changes)
    known = ASKED_FOR | BY_DESIGN | UNDONE_OR_REPEATED
    assert {(name, rule) for name, rule in found if rule not in known and name not in IN_SOME.get(rule, ())} == set()
