"""The first migration of a version, without a project around it."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader

from entity_spec import code
from entity_spec.evolve.changes import Version
from tests.baking import TEMPLATE

_environment = Environment(
    loader=FileSystemLoader(TEMPLATE),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,
)


def first_revision(version: Version) -> str:
    template = _environment.get_template("migrations/versions/0001_initial.py.jinja")
    return code.wrap(template.render(spec=version.project))
