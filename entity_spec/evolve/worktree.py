"""The project in git: what it must be like before anything is changed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from entity_spec.errors import some
from entity_spec.evolve.changes import RefusedError
from entity_spec.evolve.lines import OURS
from entity_spec.evolve.source import FILES

_UNMERGED = ("DD", "AU", "UD", "UA", "DU", "AA", "UU")


def tracked(project: Path) -> list[str]:
    """Return the files of the project that git knows."""
    return [name for name in _git(project, "ls-files", "-z").split("\0") if name]


def check(project: Path) -> None:
    """Check that nothing is lost if all changes are undone. Errors: RefusedError, which says what to do."""
    try:
        prefix = _git(project, "rev-parse", "--show-prefix").strip()
    except subprocess.CalledProcessError as error:
        if "not a git repository" in error.stderr:
            raise RefusedError(
                "the project is not in git, which keeps your files if you do not like what comes out:"
                ' git init && git add --all && git commit --message "Begin"'
            ) from None
        raise RefusedError(f"git cannot read the project: {error.stderr.strip()}") from None
    listed = _git(project, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--", ".")
    states = {entry[3:].removeprefix(prefix): entry[:2] for entry in listed.split("\0") if entry}
    unmerged = [name for name, state in states.items() if state in _UNMERGED]
    if unmerged:
        raise RefusedError(f"a merge is not finished: resolve {some(unmerged)}, and commit that")
    changed = [name for name in states if name not in FILES]
    if changed:
        raise RefusedError(f"there are changes that are not committed, in {some(changed)}: commit or stash them first")
    if ".template.json" not in tracked(project):
        raise RefusedError('the project is not committed: git add --all && git commit --message "Begin"')
    marked = subprocess.run(
        ["git", "grep", "-l", "-z", "-e", f"^{OURS.strip()}$", "--", "."], cwd=project, capture_output=True, check=False
    ).stdout.decode()
    if marked:
        raise RefusedError(f"conflicts are not resolved, in {some(marked.split(chr(0))[:-1])}")


def refuse_untracked(project: Path, names: Iterable[str]) -> None:
    """Refuse to write or delete what git does not have, and could not bring back."""
    known = set(tracked(project))
    in_the_way = [name for name in names if name not in known and (project / name).exists()]
    if in_the_way:
        raise RefusedError(f"these are in the way, and git does not have them: {some(in_the_way)}: move or commit them")


def _git(project: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=project, capture_output=True, check=True, encoding="utf-8", errors="surrogateescape"
    ).stdout
