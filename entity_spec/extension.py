"""What Cookiecutter sees of this package while it asks: two filters that check, and the template's own path."""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import NoReturn

import click
from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

from entity_spec import answers, files
from entity_spec.errors import SpecError

TEMPLATE = Path(__file__).resolve().parents[1]


class EntitiesExtension(Extension):
    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["template_directory"] = str(TEMPLATE)
        environment.filters["checked_entities"] = checked_entities
        environment.filters["checked_answers"] = checked_answers


@pass_context
def checked_entities(context: Context, value: str) -> str:
    """Check what was just answered. At a terminal ask again until it is right, and keep the answers given before."""
    given: MutableMapping[str, object] = context["cookiecutter"]
    while value:
        try:
            files.load(value, directories=directories(given))
        except SpecError as error:
            if not _is_asking():
                _stop(error.report())
            click.echo(error.report(color=True), err=True)
            value = str(click.prompt("  Entities", default="none"))
            given["entities"] = value
        else:
            break
    return ""


def checked_answers(given: Mapping[str, object]) -> str:
    """Check all answers together, and `entities` where it is a mapping, which is answered last."""
    problems = answers.check(given)
    if problems:
        _stop("\n".join(f"error: {problem}" for problem in problems))
    try:
        files.load(given["entities"], directories=directories(given), soft_delete=given["soft_delete"] == "yes")
    except SpecError as error:
        _stop(error.report())
    return ""


def directories(given: Mapping[str, object]) -> list[Path]:
    """Where `@entities.yaml` may be: where the user's shell stands, then where the project goes."""
    return [Path.cwd()]


def _is_asking() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and not context.params.get("no_input") and sys.stdin.isatty())


def _stop(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(1)
