"""The summary after the generation: shows what was understood, since plurals, rules and other sides may be guesses."""

from __future__ import annotations

import sys

from entity_spec.model import Relation
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.project import Project


def write(project: Project) -> None:
    """Print a table at a terminal, or else a line for each entity; then what to do next."""
    if sys.stdout.isatty() and project.entities:
        _print_table(project)
    else:
        for entity in project.entities:
            print(", ".join([f"{entity.name} -> {entity.table}", _address(entity), *_relations(entity)]))
    print(_next_steps(project))


def _print_table(project: Project) -> None:
    # Importing this takes longer than the rest of the package, and only a terminal needs it.
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("Entity", "Table", "Address", "Relations", box=SIMPLE_HEAD)
    for entity in project.entities:
        cells = (entity.name, entity.table, _address(entity), "\n".join(_relations(entity)))
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    Console().print(table)


def _address(entity: EntityFacts) -> str:
    path = f"/api/v1/{entity.plural}"
    return {"full": path, "read": f"{path}, reading only", "none": "no routes"}[entity.spec.api]


def _relations(entity: EntityFacts) -> list[str]:
    """Return text such as `user -> User (restrict), User.orders`."""
    return [", ".join([_target(relation), *_other_side(relation)]) for relation in entity.spec.relations]


def _target(relation: Relation) -> str:
    if relation.many:
        return f"{relation.name} -> {relation.target}[]"
    return f"{relation.name} -> {relation.target} ({relation.rule})"


def _other_side(relation: Relation) -> list[str]:
    return [f"{relation.target}.{relation.inverse}"] if relation.inverse else []


def _next_steps(project: Project) -> str:
    lines = [
        f"Connections: {project.answers['workers']} workers hold up to {project.connections} in all.",
        f"      {project.database.connection_limit}",
        f"Next: cd {project.answers['project_slug']}",
        *([f"      {project.database.start_command}"] if project.database.start_command else []),
        "      uv run fastapi dev    (uv: pip install uv)",
        "      uv run pytest",
    ]
    return "\n".join(lines)
