"""What was merged is formatted as its owner has formatted it before, by the project's own ruff."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from entity_spec.evolve.formatting import find, format_like

FORMATTED = "from app import a\n\nx = [a]\n"
MERGED = "from app import b, a\nx = [a,b]\n"


def executable(path: Path) -> str:
    path.parent.mkdir(parents=True)
    path.touch(mode=0o755)
    return str(path)


def test_a_module_that_was_formatted_is_formatted(tmp_path: Path) -> None:
    ruff = find(tmp_path)

    assert ruff
    assert format_like(ruff, tmp_path, "x.py", MERGED, FORMATTED) == "from app import a, b\n\nx = [a, b]\n"


def test_a_module_that_was_not_formatted_is_left_alone(tmp_path: Path) -> None:
    ruff = find(tmp_path)

    assert ruff
    assert format_like(ruff, tmp_path, "x.py", MERGED, "from app import b, a\nx = [ a ]\n") == MERGED


def test_what_ruff_cannot_read_is_left_alone(tmp_path: Path) -> None:
    ruff = find(tmp_path)

    assert ruff
    assert format_like(ruff, tmp_path, "x.py", "x = [\n", FORMATTED) == "x = [\n"


def test_the_projects_own_ruff_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_PROJECT_ENVIRONMENT", raising=False)
    own = executable(tmp_path / ".venv" / "bin" / "ruff")

    assert find(tmp_path) == own


def test_ruff_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    assert find(tmp_path) is None
