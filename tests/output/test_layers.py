"""The layers depend on each other in one direction: routers -> crud -> models, and schemas know neither."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.baking import python, succeed
from tests.output.conftest import Project


def imported(path: Path) -> set[str]:
    """Return what a module imports, each name as `module.name`."""
    return set(_imported(ast.parse(path.read_text(encoding="utf-8"))))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(project: Project, package: str) -> dict[str, Path]:
    """Return the modules of a package below app, by their dotted names."""
    directory = project.path / package.replace(".", "/")
    files = [directory.with_suffix(".py")] if not directory.is_dir() else sorted(directory.rglob("*.py"))
    return {_dotted(path.relative_to(project.path)): path for path in files}


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def offenders(project: Project, package: str, *forbidden: str) -> dict[str, set[str]]:
    """Return the modules of a package that directly import a name with a forbidden prefix."""
    found = {
        name: {what for what in imported(path) if any(f"{what}.".startswith(f"{bad}.") for bad in forbidden)}
        for name, path in modules(project, package).items()
    }
    return {name: imports for name, imports in found.items() if imports}


def test_routers_reach_the_database_only_by_crud(project: Project) -> None:
    assert offenders(project, "app.routers", "app.db", "sqlalchemy", "alembic") == {}


def test_schemas_know_neither_crud_nor_models(project: Project) -> None:
    assert offenders(project, "app.schemas", "app.crud", "app.routers", "app.db", "sqlalchemy", "fastapi") == {}


def test_the_database_knows_nothing_of_the_web(project: Project) -> None:
    web = ("app.dependencies", "app.main", "app.routers", "app.web", "fastapi", "starlette")

    assert offenders(project, "app.db", *web) == {}
    assert offenders(project, "app.queries", *web) == {}


def test_what_is_around_the_handlers_knows_none_of_them(project: Project) -> None:
    assert offenders(project, "app.web", "app.crud", "app.db.models", "app.main", "app.routers") == {}


def test_models_know_nothing_above_them(project: Project) -> None:
    above = ("app.crud", "app.routers", "app.schemas", "app.main", "fastapi", "starlette")

    assert offenders(project, "app.db.models", *above) == {}


def test_crud_works_without_a_web_framework(project: Project) -> None:
    own = modules(project, "app")
    reached: set[str] = set()
    waiting = set(modules(project, "app.crud"))
    while waiting:
        reached |= waiting
        imports = {what for name in waiting for what in (imported(own[name]) if name in own else ())}
        waiting = {name for what in imports for name in (what, what.rpartition(".")[0])} - reached

    assert {name for name in reached if name.partition(".")[0] in {"fastapi", "starlette"}} == set()
    assert {name for name in reached if name.startswith(("app.routers", "app.main"))} == set()


def test_crud_says_nothing_that_the_soft_delete_filter_would_not_see(project: Project) -> None:
    around = re.compile(r"db\.(get|merge|delete|connection)\(|\btext\(|__table__|from_statement|\b(?:insert|update)\(")
    found = {
        name: around.findall(path.read_text(encoding="utf-8")) for name, path in modules(project, "app.crud").items()
    }

    assert {name: words for name, words in found.items() if words} == {}


def test_models_are_imported_in_any_order(project: Project) -> None:
    names = [name for name in modules(project, "app.db.models") if name != "app.db.models"]
    # The package itself imports all of them in its own order, so an empty one takes its place.
    package = """import sys, types
package = sys.modules["app.db.models"] = types.ModuleType("app.db.models")
package.__path__ = ["app/db/models"]"""
    configured = "from sqlalchemy.orm import configure_mappers; configure_mappers()"

    for order in (names[::-1], names[1::2] + names[::2]):
        lines = [package, *(f"import {name}" for name in order), configured]
        succeed(python("-W", "error", "-c", "\n".join(lines), cwd=project.path))
