"""The work of the second hook, which runs in the directory of the new project: generating it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from entity_spec import summary
from entity_spec.checking import MARKER, understand
from entity_spec.errors import look, report
from entity_spec.expand import expand
from entity_spec.record import NAME, Record
from entity_spec.view.project import Project


def after(template: str, user_directory: str, given: Mapping[str, object]) -> None:
    """Make the project from what Cookiecutter has copied; on failure, leave nothing that was not there before."""
    is_new = MARKER.exists()
    MARKER.unlink(missing_ok=True)
    signal.signal(signal.SIGTERM, _terminate)
    try:
        spec, warnings = understand(user_directory, given)
        project = Project(spec, given)
        expand(Path(template, "{{cookiecutter.project_slug}}"), Path.cwd(), project, given)
        record = Record.of(Path(template), Path(user_directory), given, spec)
        Path(NAME).write_text(str(record), encoding="utf-8", newline="\n")
    except BaseException as error:
        left = "nothing was generated" if is_new else "the project is incomplete"
        if is_new:
            # Ctrl+C ends Cookiecutter too. Otherwise it removes the directory itself, and fails if that is gone.
            _empty(Path.cwd(), and_remove=isinstance(error, KeyboardInterrupt))
        if isinstance(error, (KeyboardInterrupt, _Terminated)):
            sys.exit(f"interrupted: {left}")
        if isinstance(error, OSError):
            sys.exit(f"error: {error}; {left}")
        raise
    try:
        if warnings:
            print(report(warnings, *look(sys.stderr)), file=sys.stderr)
        summary.write(project)
        sys.stdout.flush()
    except OSError:
        # Nobody reads it, as after `| head`; the project is there all the same. Python would fail again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Terminated(BaseException):
    pass


def _terminate(*_: object) -> NoReturn:
    raise _Terminated


def _empty(directory: Path, *, and_remove: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.chdir(directory.parent)
    shutil.rmtree(directory, ignore_errors=True)
    if not and_remove:
        directory.mkdir(exist_ok=True)
