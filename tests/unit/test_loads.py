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
        (f"Order(n:int); {LINE}", ["joinedload(Order.lines)"]),
        (f"User(n:int); Order(user:User); {LINE}", ["joinedload(Order.user)", "joinedload(Order.lines)"]),
        (f"Order(n:int, note:text); {LINE}", ["selectinload(Order.lines)"]),
        (f"Order(n:int, data:json?); {LINE}", ["selectinload(Order.lines)"]),
        (f"User(bio:text); Order(user:User); {LINE}", ["joinedload(Order.user)", "selectinload(Order.lines)"]),
        (
            f"Tag(n:int); Order(tags:Tag[]); {LINE}; Note(order:Order cascade unique, text:text)",
            ["joinedload(Order.note)", "selectinload(Order.tags)", "selectinload(Order.lines)"],
        ),
        (
            f"Tag(n:int); Order(tags:Tag[]); {LINE}",
            ["joinedload(Order.tags)", "selectinload(Order.lines)"],
        ),
    ],
)
def test_loads(entities: str, loads: list[str]) -> None:
    project = Project(parse(entities), ANSWERS)
    order = next(entity for entity in project.entities if entity.name == "Order")

    assert order.crud.loads == loads
