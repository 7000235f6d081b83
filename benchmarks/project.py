"""Generating projects from this template, and looking at them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import ENTITIES
from benchmarks.server import ROOT

BULK = "/users/bulk"


@dataclass(frozen=True)
class Look:
    """Seconds are CPU time."""

    import_seconds: float
    memory_kilobytes: int
    """After the import."""
    openapi_seconds: float
    openapi_bytes: int
    paths: list[str]
    has_middleware: bool

    @property
    def has_bulk(self) -> bool:
        return f"/api/v1{BULK}" in self.paths


def generate(directory: Path, database: str, entities: str | Path = ENTITIES) -> Path:
    """Generate a project in a new directory; `entities` is the text, or the file that has it."""
    answer = f"@{entities}" if isinstance(entities, Path) else entities
    answers = (f"database={database}", "project_slug=project", f"entities={answer}")
    directory.mkdir()
    # Cookiecutter's own files go next to the project, not into the user's home.
    config = directory / "cookiecutter.json"
    config.write_text(json.dumps({"cookiecutters_dir": f"{directory}/of", "replay_dir": f"{directory}/replay"}))
    command = [sys.executable, "-m", "cookiecutter", str(ROOT), "--no-input", "--config-file", str(config)]
    run([*command, "--output-dir", str(directory), *answers], ROOT, {})
    return directory / "project"


def migrate(project: Path, url: str) -> None:
    run([sys.executable, "-m", "alembic", "upgrade", "head"], project, settings(url))


def look(project: Path, url: str) -> Look:
    command = [sys.executable, str(ROOT / "benchmarks" / "apps" / "look.py")]
    return Look(**json.loads(run(command, project, settings(url) | {"PYTHONPATH": str(project)})))


def settings(url: str) -> dict[str, str]:
    """Return the environment in which a project runs as in production."""
    return {"DATABASE_URL": url, "ENVIRONMENT": "production"}


def run(command: list[str], directory: Path, environment: Mapping[str, str]) -> str:
    """Run a command, which must succeed, and return what it prints."""
    done = subprocess.run(
        command, cwd=directory, env=os.environ | environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command} fails:\n{done.stdout}\n{done.stderr}")
    return done.stdout
