"""What the tests of baked projects share: where things are, and the commands that a user types."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "{{cookiecutter.project_slug}}"
SPECS = ROOT / "tests" / "specs"

CACHES = {"__pycache__", ".git", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tools", ".venv", "build"}

Bake = Callable[..., Path]
Completed = subprocess.CompletedProcess[str]


def spec(name: str) -> str:
    return (SPECS / f"{name}.txt").read_text(encoding="utf-8")


def contents(directory: Path) -> dict[str, bytes]:
    """Every file below a directory, but for what tools leave behind."""
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in sorted(_files(directory))}


def _files(directory: Path) -> Iterator[Path]:
    found = (path for path in directory.rglob("*") if path.is_file())
    return (path for path in found if not CACHES & set(path.relative_to(directory).parts))


def run(*command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None, stdin: str = "") -> Completed:
    """A command as the user of the shared environment gives it; what it prints and how it ends is for the test."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=shell_environment(cwd) | dict(environment or {}),
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def python(*arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Completed:
    return run(sys.executable, *arguments, cwd=cwd, environment=environment)


def succeed(done: Completed) -> str:
    """What the command has printed; it must have succeeded."""
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def shell_environment(cwd: Path) -> dict[str, str]:
    """A shell's environment that stands in `cwd`, without what the test run's own environment says of itself."""
    ours = {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "TEST_DATABASE_URL", "PYTHONPATH", "PYTEST_ADDOPTS"}
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PYTEST_")}
    return kept | {"PWD": str(cwd), "PYTHONUTF8": "1"}


@dataclass(frozen=True)
class Shell:
    """A user with an own directory, an own configuration of Cookiecutter, and the real `cookiecutter` command."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)

    def cookiecutter(self, *arguments: str | Path, template: Path | str = ROOT, answers: str = "--no-input") -> Completed:
        words = (template, *([answers] if answers else []), *arguments)
        return python("-m", "cookiecutter", *words, cwd=self.directory, environment=self.environment)

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        return path

    @property
    def made(self) -> list[str]:
        """What stands in the user's directory."""
        return sorted(path.name for path in self.directory.iterdir())
