"""What people most often write into a project stays, and conflicts with nothing that comes from the entities."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TypeGuard

import pytest

from entity_spec.evolve import merging
from entity_spec.evolve.merging import File
from tests.baking import Bake, python, succeed

pytestmark = pytest.mark.xdist_group("edits")

ORDER, TAG = "Order(number:str(20), placed:date, user:User)", "Tag(name:str)"
"""What people change is what belongs to these: one has relations, the other has none."""


def entities(order: str = ORDER, tag: str = TAG, more: str = "") -> dict[str, str]:
    return {"entities": f"User(name:str(100)); {order}; {tag}; {more}"}


CHANGES: dict[str, dict[str, str]] = {
    "an entity that refers to these": entities(more="Box(order:Order, tag:Tag cascade)"),
    "a field": entities("Order(number:str(20), placed:date, paid:bool=false, user:User)", "Tag(color:str?, name:str)"),
    "a field at the end": entities(
        "Order(number:str(20), placed:date, user:User, total:decimal?)", "Tag(name:str, day:date?)"
    ),
    "a many-to-many": entities("Order(number:str(20), placed:date, user:User, tags:Tag[])"),
    "another many-to-many": entities(tag="Tag(name:str, orders:Order[])"),
    "a changed type": entities("Order(number:str(20), placed:datetime, user:User)", "Tag(name:str(7))"),
    "a removed field": entities("Order(number:str(20), user:User)", "Tag(color:str)"),
    "a removed reference": entities("Order(number:str(20), placed:date)"),
    "unique": entities("Order(number:str(20) unique, placed:date, user:User)", "Tag(name:str unique)"),
    "an enum": entities(
        "Order(number:str(20), placed:date, status:enum(new,paid)=new, user:User)", "Tag(name:str, kind:enum(a,b))"
    ),
    "no soft delete of some": entities(f"{ORDER} softdelete=off", f"{TAG} softdelete=off"),
    "no timestamps": entities(f"{ORDER} timestamps=off", f"{TAG} timestamps=off"),
    "no soft delete": {"soft_delete": "no"},
    "another database": {"database": "postgresql"},
}

Files = dict[str, File]
Edit = tuple[str, str, str]
"""A file, a text in it, and what comes after that; or at the end of the file, if that text is empty."""
EDITS: dict[str, list[Edit]] = {
    "a method of a model": [
        ("app/db/models/tag.py", "", "\n    def greet(self) -> str:\n        return self.name\n"),
        ("app/db/models/order.py", "", "\n    def greet(self) -> str:\n        return self.number\n"),
    ],
    "a column": [
        (
            "app/db/models/tag.py",
            "    name: Mapped[str] = mapped_column(String(255))\n",
            "    note: Mapped[str | None]\n",
        ),
        ("app/db/models/order.py", 'ForeignKey("users.id", ondelete="RESTRICT"))\n', "    note: Mapped[str | None]\n"),
    ],
    "an endpoint": [
        (
            f"app/routers/{name}s.py",
            "",
            f'\n\n@router.get("/{{{name}_id}}/label")\ndef label(db: DbSession) -> str:\n    return "x"\n',
        )
        for name in ("tag", "order")
    ],
    "a function of crud": [
        (
            f"app/crud/{name}.py",
            "",
            f"\n\ndef count_{name}s(db: Session) -> int:\n    return len(db.execute(select({name.title()}.id)).all())\n",
        )
        for name in ("tag", "order")
    ],
    "a field of a schema": [
        ("app/schemas/tag.py", "    name: Name\n", "    note: str | None = None\n"),
        ("app/schemas/order.py", "    user_id: Id\n", "    note: str | None = None\n"),
    ],
    "a field at the end of a schema": [
        (f"app/schemas/{name}.py", "", "    note: Annotated[str, Field(max_length=3)] | MISSING = MISSING\n")
        for name in ("tag", "order")
    ],
    "a class in a schema": [
        (f"app/schemas/{name}.py", "", "\n\nclass Count(Output):\n    count: int\n") for name in ("tag", "order")
    ],
    "a test": [
        (
            f"tests/routers/test_{name}s.py",
            "",
            f"\n\ndef test_own_{name}(db: Session) -> None:\n    assert new_{name}(db)\n",
        )
        for name in ("tag", "order")
    ],
    "a dependency": [("pyproject.toml", "dependencies = [\n", '    "rich>=14",\n')],
    "a development dependency": [("pyproject.toml", '    "pytest>=9.2,<10",\n', '    "pytest-cov>=7",\n')],
    "lines of the README": [
        ("README.md", "# My Service\n", "\nWe like it.\n"),
        ("README.md", "", "\n## Ours\n\nMore.\n"),
    ],
    "a setting": [("app/settings.py", "", '\n\nclass More(BaseSettings):\n    color: str = "red"\n')],
    "a router of one's own": [
        ("app/routers/__init__.py", "    users.router,\n", "    own.router,\n"),
        ("app/routers/__init__.py", "from app.routers import orders, ", "own, "),
    ],
    "an import": [
        ("app/crud/order.py", "from app.db.models.order import Order\n", "from app.db.models.tag import Tag\n"),
        ("app/crud/order.py", "", "\n\ndef tag(db: Session) -> Tag | None:\n    return db.get(Tag, 1)\n"),
    ],
}


EVERYTHING = [edit for edits in EDITS.values() for edit in edits]


@pytest.fixture(params=CHANGES.values(), ids=list(CHANGES))
def versions(bake: Bake, request: pytest.FixtureRequest) -> tuple[Files, Files]:
    """The project as it was made, and as it is made with a change of the entities."""
    return merging.files_in(bake(**entities())), merging.files_in(bake(**entities() | request.param))


def edited(project: Files, edits: Iterable[Edit]) -> Files:
    """Return the files with changes of their owner's."""
    project = dict(project)
    for name, after, added in edits:
        before = project[name].text or ""
        start = before.index(after) + len(after) if after else len(before)
        project[name] = project[name].with_text(before[:start] + added + before[start:])
    return project


def text_in(project: Files, name: str) -> str:
    return project[name].text or ""


@pytest.mark.parametrize("edits", EDITS.values(), ids=EDITS)
def test_edits_stay_where_they_are(versions: tuple[Files, Files], edits: list[Edit]) -> None:
    base, new = versions
    ours = edited(base, edits)

    done = merging.merge(base, new, ours)

    assert (done.conflicts, done.left) == ([], [])
    merged = ours | done.written
    for name in {name for name, _, _ in edits}:
        all_added = [added for edited_name, _, added in edits if edited_name == name]
        # There is what both have, and nothing else.
        assert lines(text_in(merged, name)) == sum(map(lines, all_added), lines(text_in(new, name)))
        for added in all_added if name.endswith(".py") else ():
            assert places(text_in(merged, name), added) == places(text_in(ours, name), added)


def test_all_edits_at_once_stay_formatted(versions: tuple[Files, Files], tmp_path: Path) -> None:
    base, new = versions
    ours = edited(base, EVERYTHING)

    done = merging.merge(base, new, ours)

    assert (done.conflicts, done.left) == ([], [])
    for name, file in (ours | done.written).items():
        if name not in done.deleted:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
    succeed(python("-m", "ruff", "check", cwd=tmp_path))
    succeed(python("-m", "ruff", "format", "--check", cwd=tmp_path))


def lines(text: str) -> Counter[str]:
    """Count the lines, but for empty ones, and imports, which are merged name by name."""
    return Counter(filter(_is_significant, text.splitlines()))


def _is_significant(line: str) -> bool:
    return bool(line) and not re.match("own, | *from | *import ", line)


def places(text: str, added: str) -> list[list[str]]:
    """Return in which classes and functions each line is that was added."""
    tree, there = ast.parse(text), text.splitlines()
    numbers = [there.index(line) + 1 for line in filter(_is_significant, added.splitlines())]
    return [[node.name for node in ast.walk(tree) if _is_around(node, number)] for number in numbers]


def _is_around(node: ast.AST, number: int) -> TypeGuard[ast.ClassDef | ast.FunctionDef]:
    return isinstance(node, ast.ClassDef | ast.FunctionDef) and node.lineno <= number <= (node.end_lineno or 0)
