"""`.template.json`, what a project keeps of where it comes from, so that `evolve.py` can make it once more."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from entity_spec.model import Spec

NAME = ".template.json"
_GENERATING = (
    "cookiecutter.json",
    "entity_spec",
    "hooks",
    "{{cookiecutter.project_slug}}",
    ":(exclude,glob)**/__pycache__/**",
)


@dataclass(frozen=True)
class Record:
    template: str
    """Where git gets the template from."""
    commit: str
    """The template's commit, "" if there is none with just this state."""
    answers: Mapping[str, str]
    """All answers but the entities."""
    entities: tuple[str, ...]
    """The canonical items, as in entities.txt."""

    @classmethod
    def of(cls, template: Path, user_directory: Path, given: Mapping[str, object], spec: Spec) -> Record:
        """Return the record of a project that is made of the template in a directory, with these answers."""
        address, commit = _origin(template) or (_as_typed(str(given.get("_template", template)), user_directory), "")
        answers = {name: str(given[name]) for name in given if not name.startswith("_") and name != "entities"}
        return cls(address, commit, answers, spec.lines)

    @classmethod
    def parse(cls, text: str) -> Record:
        """Read a record. Errors: ValueError."""
        try:
            found = json.loads(text)
            answers = {str(name): str(answer) for name, answer in found["answers"].items()}
            return cls(str(found["template"]), str(found["commit"]), answers, tuple(map(str, found["entities"])))
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from None

    @property
    def text(self) -> str:
        """The entities as one text."""
        return "; ".join(self.entities) or "none"

    def __str__(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=4) + "\n"


def _as_typed(template: str, user_directory: Path) -> str:
    path = user_directory / template
    return str(path.resolve()) if path.exists() else template


def _origin(template: Path) -> tuple[str, str] | None:
    """Return address and commit of a directory that is a git repository."""
    found = _git(template, "rev-parse", "--show-prefix", "HEAD")
    if not found or not found.startswith("\n"):  # none, or a directory in another one
        return None
    commit = found.strip()
    changed = _git(template, "status", "--porcelain", "--", *_GENERATING)
    return _address(template, commit), "" if changed or changed is None else commit


def _address(repository: Path, commit: str) -> str:
    """Return where others get a commit from, too: the remote that it was pushed to, else the directory."""
    remote = (_git(repository, "config", "--get", "remote.origin.url") or "").strip()
    refs = ("refs/remotes/origin", "refs/tags")
    if not remote or not _git(repository, "for-each-ref", "--count=1", "--contains", commit, *refs):
        return str(repository.resolve())
    local = repository / remote.removeprefix("file://")
    if local.is_dir():
        return _address(local, commit)
    # Whoever may read the template has a name and a password of their own.
    return re.sub(r"(?<=^https://)[^/@]+@", "", remote)


def _git(directory: Path, *words: str) -> str | None:
    """Return what git prints, None if it fails or is missing: a project is made all the same."""
    # In a hook of git, these would name another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", *words], cwd=directory, env=environment, capture_output=True, encoding="utf-8", check=False
        )
    except OSError:
        return None
    return None if done.returncode else done.stdout
