"""A template in git, a project that was made of it, and the command of that project."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.baking import Completed, Shell, commit, contents, copy_template, python, succeed

TEXT = """\
# What we sell
Order(number:str(20), user:User)   # one a week
Tag(name:str)
User(name:str(100))
"""


@dataclass(frozen=True)
class Project:
    """A project, and its owner."""

    directory: Path
    environment: dict[str, str]

    def evolve(self, *words: str | Path, environment: dict[str, str] | None = None) -> Completed:
        return python("evolve.py", *words, cwd=self.directory, environment=self.environment | (environment or {}))

    def read(self, name: str) -> str:
        return (self.directory / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.directory / name).parent.mkdir(parents=True, exist_ok=True)
        (self.directory / name).write_text(text, encoding="utf-8", newline="\n")

    def append(self, name: str, text: str) -> None:
        self.write(name, self.read(name) + text)

    def replace(self, name: str, old: str, new: str) -> None:
        assert old in self.read(name)
        self.write(name, self.read(name).replace(old, new))

    def commit(self) -> None:
        commit(self.directory)

    @property
    def record(self) -> dict[str, Any]:
        return dict(json.loads(self.read(".template.json")))

    @property
    def state(self) -> dict[str, tuple[bytes, int]]:
        """Every file, byte for byte, with its mode."""
        return {name: (data, (self.directory / name).stat().st_mode) for name, data in contents(self.directory).items()}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as a repository of its own."""
    copy = copy_template(tmp_path_factory.mktemp("evolve") / "template")
    commit(copy)
    return copy


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def created(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that nobody changes."""
    return create(template, tmp_path_factory.mktemp("created"))


def create(template: Path, directory: Path) -> Path:
    directory.mkdir(exist_ok=True)
    shell = Shell(directory, {"COOKIECUTTER_CONFIG": str(directory / "none.yaml")})
    shell.write("none.yaml", f"replay_dir: {directory}\n")
    succeed(shell.cookiecutter(f"entities={TEXT}", template=template))
    project = directory / "my-service"
    (project / "entities.txt").write_text(TEXT, encoding="utf-8", newline="\n")
    commit(project)
    return project


@pytest.fixture
def project(created: Path, cache: Path, tmp_path: Path) -> Project:
    shutil.copytree(created, tmp_path / "my-service")
    return Project(tmp_path / "my-service", {"EVOLVE_CACHE": str(cache)})
