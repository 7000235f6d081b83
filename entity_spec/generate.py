"""The work of the two hooks. Cookiecutter runs each in a fresh process, in the directory of the new project."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from entity_spec import answers, files, summary, view
from entity_spec.errors import Problem, SpecError, look, report
from entity_spec.expand import expand
from entity_spec.language.parser import valid
from entity_spec.model import Spec

# Tells the second hook that the directory was empty when the first one saw it.
MARKER = Path(".new-project")


def before(user_directory: str, given: Mapping[str, object]) -> None:
    """Check once more: a replay file does not pass the prompts, nor does what a program hands over."""
    MARKER.unlink(missing_ok=True)
    if not any(Path.cwd().iterdir()):
        MARKER.touch()
    _understand(user_directory, given)


def after(template: str, user_directory: str, given: Mapping[str, object]) -> None:
    """Make the project out of what Cookiecutter has copied; on failure leave nothing that was not there before."""
    is_new = MARKER.exists()
    MARKER.unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, _terminate)
    try:
        spec, warnings = _understand(user_directory, given)
        project = view.Project(spec, given)
        expand(Path(template, "{{cookiecutter.project_slug}}"), Path.cwd(), project, given)
    except BaseException as error:
        left = "nothing was generated" if is_new else "the project is incomplete"
        if is_new:
            # Ctrl+C ends Cookiecutter too; otherwise it removes the directory itself, and fails where it is gone.
            _empty(Path.cwd(), and_remove=isinstance(error, KeyboardInterrupt))
        if isinstance(error, (KeyboardInterrupt, _Terminated)):
            sys.exit(f"interrupted: {left}")
        if isinstance(error, OSError):
            sys.exit(f"error: {error}; {left}")
        raise
    if warnings:
        print(report(warnings, *look(sys.stderr)), file=sys.stderr)
    summary.write(project)


class _Terminated(BaseException):
    pass


def _terminate(*_: object) -> NoReturn:
    raise _Terminated


def _understand(user_directory: str, given: Mapping[str, object]) -> tuple[Spec, Sequence[Problem]]:
    """The entities, and what is doubtful about them."""
    problems = answers.check(given)
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))
    result = files.examine(
        given["entities"],
        directories=[Path(user_directory)],
        under_cruft="_commit" in given,
        soft_delete=given["soft_delete"] == "yes",
    )
    try:
        spec = valid(result)
    except SpecError as error:
        sys.exit(error.report(*look(sys.stderr)))
    return spec, result.problems


def _empty(directory: Path, *, and_remove: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.chdir(directory.parent)
    shutil.rmtree(directory, ignore_errors=True)
    if not and_remove:
        directory.mkdir(exist_ok=True)


if __name__ == "__main__":
    # What `cruft update` makes of a project is checked here before anything is made, asked by the version before.
    _understand("", {"_commit": "", **json.load(sys.stdin)})
