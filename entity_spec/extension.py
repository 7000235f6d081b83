"""What Cookiecutter uses of this package while it asks: two filters that check, and the template's own path.

`cruft update` imports this once, in the project's version, and then reads the newest cookiecutter.json and hooks:
the names that those use must keep their meaning forever.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import click
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from entity_spec import answers, files
from entity_spec.errors import SpecError, look
from entity_spec.verbatim import Verbatim

TEMPLATE = Path(__file__).resolve().parents[1]
UNDER_CRUFT = "cruft" in sys.modules


class EntitiesExtension(Verbatim):
    directory = Path.cwd()

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if Path.cwd() != TEMPLATE:  # the directory in which Cookiecutter renders a hook
            EntitiesExtension.directory = Path.cwd()
        environment.globals |= {"template_directory": str(TEMPLATE), "user_directory": str(self.directory)}
        environment.filters |= {"checked_entities": self.checked_entities, "checked_answers": self.checked_answers}

    @pass_context
    def checked_entities(self, context: Context, value: object) -> str:
        """Check the last answer. At a terminal, ask again until it is right, and keep the earlier answers."""
        if len(self.texts) > 1:  # Cookiecutter takes the first element of a list
            _refuse(_report(self.texts))
        while not self.is_outdated and (report := _report(value)):
            command = click.get_current_context(silent=True)
            if not (command and command.params.get("no_input") is False and sys.stdin.isatty()):
                _refuse(report)
            click.echo(report, err=True)
            value = context["cookiecutter"]["entities"] = click.prompt("  Entities", default="none")
        return ""

    def checked_answers(self, given: Mapping[str, object]) -> str:
        """Check all answers together, and `entities` if it is a mapping, which is only there the second time."""
        if self.is_outdated:
            return "" if self.is_mapping_next else _checked_by_the_newest(given)
        if problems := answers.check(given):
            _refuse("\n".join(f"error: {problem}" for problem in problems))
        if report := _report(given.get("entities", ""), soft_delete=given["soft_delete"] == "yes"):
            _refuse(report)
        return ""

    @property
    def is_outdated(self) -> bool:
        """Tell whether the answers are for a newer version than this code, as in the second half of `cruft update`."""
        return UNDER_CRUFT and self.rounds > 1


def _report(entities: object, soft_delete: bool | None = None) -> str:
    """Return what is wrong with the entities, or ""."""
    directories = [EntitiesExtension.directory]
    try:
        files.load(entities, directories=directories, under_cruft=UNDER_CRUFT, soft_delete=soft_delete)
    except SpecError as error:
        return error.report(*look(sys.stderr))
    return ""


def _checked_by_the_newest(given: Mapping[str, object]) -> str:
    # Without compiled modules, which could be from the previous version.
    command = [sys.executable, "-B", "-X", f"pycache_prefix={TEMPLATE / 'none'}", "-m", "entity_spec.checking"]
    done = subprocess.run(command, cwd=TEMPLATE, input=json.dumps(given), text=True, check=False)
    return sys.exit(done.returncode) if done.returncode else ""


def _refuse(report: str) -> NoReturn:
    click.echo(report, err=True)
    sys.exit(1)
