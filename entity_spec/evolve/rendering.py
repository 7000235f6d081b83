"""Projects as Cookiecutter makes them, in a directory that nobody sees."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from entity_spec.evolve.changes import RefusedError

_PROGRAM = """
import json, sys
from cookiecutter.main import cookiecutter
template, directory = sys.argv[1:]
answers = json.load(open(directory + "/answers.json", encoding="utf-8"))
cookiecutter(
    template, no_input=True, extra_context=answers, output_dir=directory + "/made", config_file=directory + "/config.json"
)
"""


def render(directory: Path, projects: Mapping[str, tuple[Path, Mapping[str, str]]]) -> dict[str, Path]:
    """Make projects at once, each of a template with answers; return where they are. Errors: RefusedError."""
    with ExitStack() as stack:
        started = {name: stack.enter_context(_start(directory / name, *given)) for name, given in projects.items()}
        try:
            for process in started.values():
                process.wait()
        finally:
            for process in started.values():
                process.kill()
    for name, process in started.items():
        if process.returncode:
            said = (directory / name / "output").read_text(encoding="utf-8", errors="replace").strip()
            # What Cookiecutter itself adds to the template's own words is how it came to run it.
            words = re.split(r"^(?:Stopping generation|Traceback)", said, maxsplit=1, flags=re.MULTILINE)[0].strip()
            raise RefusedError(f"the template cannot make the {name} project, and says:\n{words or said}")
    return {name: next((directory / name / "made").iterdir()) for name in projects}


def _start(directory: Path, template: Path, answers: Mapping[str, str]) -> subprocess.Popen[bytes]:
    directory.mkdir()
    # Nothing of the user's own configuration, and nothing written into it.
    own = {"replay_dir": str(directory / "replay"), "cookiecutters_dir": str(directory / "templates")}
    for name, value in (("answers.json", answers), ("config.json", own)):
        (directory / name).write_text(json.dumps(value), encoding="utf-8")
    with (directory / "output").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, template, directory],
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
