"""What the tests of baked projects share: paths, and the commands that a user types."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "{{cookiecutter.project_slug}}"
SPECS = ROOT / "tests" / "specs"

CACHES = {"__pycache__", ".git", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tools", ".venv", "build"}
IDENTITY = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")

Bake = Callable[..., Path]
Completed = subprocess.CompletedProcess[str]


def spec(name: str) -> str:
    return (SPECS / f"{name}.txt").read_text(encoding="utf-8")


def contents(directory: Path) -> dict[str, bytes]:
    """Return every file below a directory, except what tools leave behind."""
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in sorted(_files(directory))}


def _files(directory: Path) -> Iterator[Path]:
    found = (path for path in directory.rglob("*") if path.is_file())
    return (path for path in found if not CACHES & set(path.relative_to(directory).parts))


def copy_template(to: Path) -> Path:
    """Copy what Cookiecutter needs of this repository."""
    for part in ("entity_spec", "hooks", TEMPLATE.name):
        shutil.copytree(ROOT / part, to / part, ignore=shutil.ignore_patterns(*CACHES))
    for file in ("cookiecutter.json", ".gitignore"):
        shutil.copy(ROOT / file, to)
    return to


def run(*command: str | Path, cwd: Path, environment: Mapping[str, str] | None = None, stdin: str = "") -> Completed:
    """Run a command as a user of the shared environment would; the test checks its output and its status."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=shell_environment(cwd) | dict(environment or {}),
        input=stdin,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def python(*arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Completed:
    return run(sys.executable, *arguments, cwd=cwd, environment=environment)


def succeed(done: Completed) -> str:
    """Return what the command has printed; it must have succeeded."""
    assert done.returncode == 0, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def commit(directory: Path, message: str = "a") -> str:
    """Commit everything in a directory, which becomes a git repository, and return the commit."""
    for words in (("init", "--quiet"), ("add", "--all"), (*IDENTITY, "commit", "--quiet", f"--message={message}")):
        succeed(run("git", *words, cwd=directory))
    return succeed(run("git", "rev-parse", "HEAD", cwd=directory)).strip()


def shell_environment(cwd: Path) -> dict[str, str]:
    """Return the environment of a shell in `cwd`, with uv, without the test run's own variables."""
    path = os.pathsep.join([str(Path(find_uv_bin()).parent), os.environ["PATH"]])
    ours = {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "TEST_DATABASE_URL", "PYTHONPATH", "PYTEST_ADDOPTS"}
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PYTEST_")}
    return kept | {"PATH": path, "PWD": str(cwd), "PYTHONUTF8": "1"}


@dataclass(frozen=True)
class Shell:
    """A user with a directory, a configuration of Cookiecutter, and the real `cookiecutter` command."""

    directory: Path
    environment: dict[str, str] = field(default_factory=dict)

    def cookiecutter(
        self, *arguments: str | Path, template: Path | str = ROOT, answers: str = "--no-input"
    ) -> Completed:
        words = (template, *([answers] if answers else []), *arguments)
        return python("-m", "cookiecutter", *words, cwd=self.directory, environment=self.environment)

    def write(self, name: str, text: str) -> Path:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        return path

    @property
    def made(self) -> list[str]:
        """Return the contents of the user's directory."""
        return sorted(path.name for path in self.directory.iterdir())


@contextmanager
def serving(*command: str | Path, cwd: Path) -> Iterator[str]:
    """Yield the address at which a command serves, once it says so; at the end of the block, interrupt it."""
    with subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env=shell_environment(cwd) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as server:
        assert server.stdout
        said = ""
        try:
            for line in server.stdout:
                said += line
                # Which of the two comes first depends on the command.
                address = re.search(r"running on (http://127\.0\.0\.1:[1-9]\d*)", said)
                if address and "Application startup complete" in said:
                    break
            else:
                raise AssertionError(said)
            # It keeps printing, and would block forever if nobody read that.
            listener = threading.Thread(target=server.stdout.read)
            listener.start()
            yield address[1]
        finally:
            # Like Ctrl+C in a terminal: to the command and everything that it has started.
            os.killpg(server.pid, signal.SIGINT)
            server.wait()


def tracked(directory: Path) -> list[str]:
    """Return the files below a directory that belong to the repository, committed or not."""
    done = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=directory)
    return sorted(name for name in succeed(done).split("\0") if name and (directory / name).is_file())
