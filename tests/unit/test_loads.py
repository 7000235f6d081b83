"""How a detail loads what it embeds: never row by row, and long text only once."""

from __future__ import annotations

import pytest

from entity_spec.language.parser import parse
from entity_spec.view.project import Project

ANSWERS = {"database": "postgresql", "pgbouncer": "no", "primary_key": "bigint", "soft_delete": "yes"}
LINE = "Line(order:Order cascade, n:int)"


@pytest.mark.parametrize(
    ("entities", "beside", "joins_list", "lists"),
    [
        (f"Order(n:int); {LINE}", [], True, ["lines"]),
        (f"User(n:int); Order(user:User); {LINE}", ["user"], True, ["lines"]),
        (f"Order(n:int, note:text); {LINE}", [], False, ["lines"]),
        (f"Order(n:int, data:json?); {LINE}", [], False, ["lines"]),
        (f"User(bio:text); Order(user:User); {LINE}", ["user"], False, ["lines"]),
        (
            f"Tag(n:int); Order(tags:Tag[]); {LINE}; Note(order:Order cascade unique, text:text)",
            ["note"],
            False,
            ["tags", "lines"],
        ),
        (f"Tag(n:int); Order(tags:Tag[]); {LINE}", [], True, ["tags", "lines"]),
    ],
)
def test_loads(entities: str, beside: list[str], joins_list: bool, lists: list[str]) -> None:
    parts = Project(parse(entities), ANSWERS).parts["Order"]

    assert (parts.crud.beside, parts.crud.joins_list) == (beside, joins_list)
    assert [collection.name for collection in parts.entity.embedded_lists] == lists
