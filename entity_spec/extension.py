"""What Cookiecutter sees of this package while it asks: two filters that check, and the template's own path."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from cookiecutter.config import get_user_config
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
    _check(_raw_entities())
    asking = sys.stdin.isatty() and not _parameters().get("no_input", True)
    while asking and (report := _report(value, color=True)):
        click.echo(report, err=True)
        value = str(click.prompt("  Entities", default="none"))
        context["cookiecutter"]["entities"] = value
    _check(value)
    return ""


def checked_answers(given: Mapping[str, object]) -> str:
    """Check all answers together, and `entities` where it is a mapping, which is answered last."""
    problems = answers.check(given)
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))
    # A mapping is not there yet when Cookiecutter comes here for the first time; it comes once more.
    _check(given.get("entities"), soft_delete=given["soft_delete"] == "yes")
    return ""


def _check(entities: object, soft_delete: bool | None = None) -> None:
    if report := _report(entities, soft_delete=soft_delete):
        sys.exit(report)


def _report(entities: object, *, soft_delete: bool | None = None, color: bool = False) -> str:
    """What is wrong with the entities, "" where nothing is."""
    try:
        files.load(entities or "none", directories=[Path.cwd()], soft_delete=soft_delete)
    except SpecError as error:
        return error.report(color=color)
    return ""


def _raw_entities() -> object:
    """What was written where nobody is asked: of a list only the first element arrives, and Jinja has been rendered."""
    if not (given := _parameters()):
        return None
    config = get_user_config(given["config_file"], given["default_config"])["default_context"]
    written = {**config, **(given["extra_context"] or {})}.get("entities")
    return written if given["no_input"] or isinstance(written, list) else None


def _parameters() -> dict[str, Any]:
    command = click.get_current_context(silent=True)
    return command.params if command else {}
