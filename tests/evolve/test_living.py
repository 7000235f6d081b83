"""What the random evolutions check is what an owner would miss."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.conformance.case import Case, Evolution
from tests.conformance.living import differences
from tests.evolve.rows import Rows

WHEN = "2024-01-01T00:00:00+00:00"
OLD = "User(name:str(20), age:int?, tags:Tag[]) timestamps=off; Tag(label:str) timestamps=off softdelete=off"
BEFORE: Rows = {
    "users": {"id": [1, 2], "name": ["Ann", "Bob"], "age": [7, None], "deleted_at": [None, WHEN]},
    "tags": {"id": [5], "label": ["red"]},
    "user_tags": {"user_id": [1], "tag_id": [5]},
}


def after(*changed: str, **values: list[object]) -> Rows:
    """Return the rows, with other values of some columns of a table."""
    [table] = changed or ["users"]
    return BEFORE | {table: BEFORE[table] | values}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (BEFORE, []),
        (after(name=["Ann", "Eve"]), ["users.name: 'Eve' instead of 'Bob'"]),
        (after(age=[7, 0]), ["users.age: 0 instead of nothing"]),
        (after(age=[None, None]), ["users.age: None instead of 7"]),
        (after(deleted_at=[None, None]), [f"users.deleted_at: None instead of {WHEN!r}"]),
        (after("tags", id=[], label=[]), ["tags.id: rows are lost"]),
        (after("tags", id=[5, 6], label=["red", "new"]), ["tags.id: there are rows that were not there"]),
        (after("user_tags", user_id=[], tag_id=[]), ["user_tags.user_id: set() instead of {(1, 5)}"]),
    ],
)
def test_what_changes_is_found(rows: Rows, found: list[str]) -> None:
    assert [*differences(Evolution(Case(OLD), Case(OLD)), BEFORE, rows)] == found


def users(**columns: list[object]) -> Rows:
    return {"users": columns, "tags": BEFORE["tags"], "user_tags": BEFORE["user_tags"]}


@pytest.mark.parametrize(
    ("entities", "answers", "rows", "found"),
    [
        # A column that must be there.
        (OLD, {}, users(id=[1, 2], age=[7, None], deleted_at=[None, WHEN]), ["users.name: is not there"]),
        # What is filled when it is required.
        (OLD.replace("int?", "int"), {}, after(age=[7, 0]), []),
        # A column that may end.
        (OLD.replace(" age:int?,", ""), {}, users(id=[1, 2], name=["Ann", "Bob"], deleted_at=[None, WHEN]), []),
        # Deleted rows end with soft delete.
        (OLD, {"soft_delete": "no"}, users(id=[1], name=["Ann"], age=[7]), []),
        (
            OLD,
            {"soft_delete": "no"},
            users(id=[1, 2], name=["Ann", "Bob"], age=[7, None]),
            ["users.id: deleted rows live again"],
        ),
        (OLD, {"soft_delete": "no"}, users(id=[], name=[], age=[]), ["users.id: rows are lost"]),
    ],
)
def test_what_is_to_change_may_change(entities: str, answers: Mapping[str, str], rows: Rows, found: list[str]) -> None:
    assert [*differences(Evolution(Case(OLD), Case(entities, answers)), BEFORE, rows)] == found
