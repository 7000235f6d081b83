"""Tools that watch a FastAPI application, or are mounted into one, see all of a generated one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.baking import ROOT, Bake, python, spec, succeed

INTEGRATIONS = ROOT / "tests" / "integrations"


@pytest.fixture
def project(bake: Bake, tmp_path: Path) -> Path:
    project = shutil.copytree(bake(entities=spec("blog"), database="sqlite"), tmp_path / "project")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(INTEGRATIONS, project / "tests" / "integrations", ignore=ignored)
    return project


@pytest.mark.parametrize("name", ["tracing", "apm", "metrics", "sentry", "admin"])
def test_tool_works_as_documented(project: Path, name: str) -> None:
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/integrations/{name}.py")

    said = succeed(python(*command, cwd=project))

    assert re.fullmatch(r"\d+ passed in .*", said.splitlines()[-1])
