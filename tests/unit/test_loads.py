"""How a detail loads what it embeds: never row by row, and long text only once."""

from __future__ import annotations

import pytest

from entity_spec.language.parser import parse
from entity_spec.view.project import Project

ANSWERS = {"database": "postgresql", "pgbouncer": "no", "primary_key": "bigint", "soft_delete": "yes"}
LINE = "Line(order:Order cascade, n:int)"


@pytest.mark.parametrize(
    ("entities", "loads"),
    [
        (f"Order(n:int); {LINE}", [("joinedload", "lines")]),
        (f"User(n:int); Order(user:User); {LINE}", [("joinedload", "user"), ("joinedload", "lines")]),
        (f"Order(n:int, note:text); {LINE}", [("selectinload", "lines")]),
        (f"Order(n:int, data:json?); {LINE}", [("selectinload", "lines")]),
        (f"User(bio:text); Order(user:User); {LINE}", [("joinedload", "user"), ("selectinload", "lines")]),
        (
            f"Tag(n:int); Order(tags:Tag[]); {LINE}; Note(order:Order cascade unique, text:text)",
            [("joinedload", "note"), ("selectinload", "tags"), ("selectinload", "lines")],
        ),
        (
            f"Tag(n:int); Order(tags:Tag[]); {LINE}",
            [("joinedload", "tags"), ("selectinload", "lines")],
        ),
    ],
)
def test_loads(entities: str, loads: list[tuple[str, str]]) -> None:
    project = Project(parse(entities), ANSWERS)

    assert project.parts["Order"].crud.loads == loads
