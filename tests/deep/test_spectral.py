"""The documents of generated projects pass all of Spectral's rules for OpenAPI, except those about their authors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baking import ROOT, run, succeed

# Contact and licence are up to the team: no true ones could be generated. Tags are in the order of the entities.
RULES = """
extends: [[spectral:oas, all]]
rules: {info-contact: off, info-license: off, license-url: off, openapi-tags-alphabetical: off}
"""

# One worker only, since another could find it half installed.
pytestmark = pytest.mark.xdist_group("spectral")


@pytest.fixture(scope="module")
def spectral() -> Path:
    """The command, installed once below build/."""
    home = ROOT / "build" / "spectral"
    command = home / "node_modules" / ".bin" / "spectral"
    if not command.exists():
        home.mkdir(parents=True, exist_ok=True)
        packages = ("npm", "install", "--no-audit", "--no-fund", "--prefix", str(home), "@stoplight/spectral-cli@6")
        succeed(run(*packages, cwd=home))
    return command


@pytest.mark.parametrize("name", ["blog", "default", "every_type", "shop"])
def test_spectral_finds_nothing(name: str, spectral: Path, document: Callable[[str], str], tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "openapi.json").write_text(document(name), encoding="utf-8")

    done = run(spectral, "lint", "--ruleset=rules.yaml", "--fail-severity=hint", "openapi.json", cwd=tmp_path)

    assert (done.stdout, done.returncode) == ("No results with a severity of 'hint' or higher found!\n", 0)
