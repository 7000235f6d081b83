"""The revision that the next one follows, read without running what is in migrations/."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from entity_spec.evolve.changes import RefusedError

VERSIONS = "migrations/versions"


def head(project: Path) -> str:
    """Return the newest revision. Errors: RefusedError, if there is none, or more than one."""
    before: dict[str, set[str]] = {}
    for path in sorted((project / VERSIONS).glob("*.py")):
        try:
            found = dict(_assigned(ast.parse(path.read_bytes())))
        except (SyntaxError, ValueError) as error:
            raise RefusedError(f"{VERSIONS}/{path.name} cannot be read as a revision: {error}") from None
        if isinstance(found.get("revision"), str):
            before[str(found["revision"])] = set(_names(found.get("down_revision")))
    heads = sorted(before.keys() - set().union(*before.values()))
    if not heads:
        raise RefusedError(f"there is no revision in {VERSIONS} that another one could follow")
    if len(heads) > 1:
        raise RefusedError(
            f"{VERSIONS} has {len(heads)} heads, {', '.join(heads)}, as after merging branches that both have new ones."
            ' Join them first: uv run alembic merge --message "merge" heads, and commit that'
        )
    return heads[0]


def _assigned(module: ast.Module) -> Iterator[tuple[str, object]]:
    for node in module.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and target.id in ("revision", "down_revision"):
                value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
                yield target.id, ast.literal_eval(value) if value else None


def _names(value: object) -> list[str]:
    if isinstance(value, list | tuple | set):
        return [str(name) for name in value]
    return [] if value is None else [str(value)]
