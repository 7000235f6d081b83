"""The project's own formatter, for files with changes of both sides, which were formatted, but not together."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_FIXES = ("check", "--quiet", "--select", "I,RUF022", "--fix-only")
_FORMAT = ("format", "--quiet")


def find(project: Path) -> str | None:
    """Return the ruff of the project's environment, else the one beside this Python, or on the path of commands."""
    environment = project / os.environ.get("UV_PROJECT_ENVIRONMENT", ".venv")
    places = [
        environment / ("Scripts" if os.name == "nt" else "bin"),
        Path(sys.executable).parent,
        os.environ.get("PATH", ""),
    ]
    return shutil.which("ruff", path=os.pathsep.join(map(str, places)))


def format_like(ruff: str, project: Path, name: str, text: str, before: str) -> str:
    """Sort and format a module as far as it was sorted and formatted before."""
    for command in (_FIXES, _FORMAT):
        if _run(ruff, project, name, command, before) == before:
            text = _run(ruff, project, name, command, text) or text
    return text


def _run(ruff: str, project: Path, name: str, command: tuple[str, ...], text: str) -> str:
    done = subprocess.run(
        [ruff, *command, "--stdin-filename", name, "-"],
        cwd=project,
        input=text,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return done.stdout
