"""The work of the two hooks. Cookiecutter runs each in a fresh process, in the directory of the new project."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from entity_spec import answers, files, view
from entity_spec.errors import SpecError
from entity_spec.expand import expand
from entity_spec.model import Spec

# Tells the second hook that the directory was empty when the first one saw it.
MARKER = Path(".new-project")


def before(given: Mapping[str, object]) -> None:
    """Check once more: a replay file and `cruft update` do not pass the prompts."""
    if not any(Path.cwd().iterdir()):
        MARKER.touch()
    _understand(given)


def after(template: str, given: Mapping[str, object]) -> None:
    """Make the project out of what Cookiecutter has copied; on failure leave nothing that was not there before."""
    is_new = MARKER.exists()
    MARKER.unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        project = view.Project(_understand(given), given)
        expand(Path(template, "{{cookiecutter.project_slug}}"), Path.cwd(), project, given)
    except BaseException as error:
        if is_new:
            _remove(Path.cwd())
        if isinstance(error, KeyboardInterrupt):
            sys.exit("interrupted: nothing was generated" if is_new else "interrupted: the project is incomplete")
        raise
    print(project.summary())


def _understand(given: Mapping[str, object]) -> Spec:
    problems = answers.check(given)
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))
    try:
        spec = files.load(given["entities"], directories=_directories(), soft_delete=given["soft_delete"] == "yes")
    except SpecError as error:
        sys.exit(error.report())
    return spec


def _directories() -> list[Path]:
    """Where `@entities.yaml` may be: this process stands in the project, the user's shell elsewhere."""
    return [Path(os.environ.get("PWD", ".")), Path.cwd().parent]


def _remove(directory: Path) -> None:
    os.chdir(directory.parent)
    shutil.rmtree(directory, ignore_errors=True)
