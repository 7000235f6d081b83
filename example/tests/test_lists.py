"""Tests of every entity's list: its filters, its orders, and invented cursors."""

import base64
import json
import re
from typing import get_args
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.schemas.base import DeletableListParameters
from app.web.document.examples import Examples
from tests.cases import every_entity
from tests.database import SORTS_UUIDS, knows_every_case
from tests.expectations import Case

COMPARISONS = {"", "eq", "gte", "lte", "in", "contains"}


def filters(case: Case) -> list[tuple[str, str, str]]:
    """Return parameter, column and comparison of each filter, but for filters of your own, which have no column."""
    parameters = case.parameters.model_fields.keys() - DeletableListParameters.model_fields.keys()
    parted = [(parameter, *parameter.partition("__")) for parameter in sorted(parameters)]
    return [
        (parameter, name, comparison)
        for parameter, name, _, comparison in parted
        if name in case.out.model_fields and comparison in COMPARISONS
    ]


def orders(case: Case) -> list[str]:
    return [str(order) for order in get_args(case.parameters.model_fields["sort"].annotation)]


def cursor_of(*parts: object) -> str:
    """Encode anything as `encode_cursor` would."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def listed(client: TestClient, case: Case, /, **parameters: str) -> list[BaseModel]:
    """Return the rows of all pages, fetched two at a time."""
    rows: list[BaseModel] = []
    while True:
        response = client.get(case.path, params={"limit": "2"} | parameters)
        assert response.status_code == 200, response.text
        page = response.json()
        rows += [case.out.model_validate(item) for item in page["items"]]
        if page["next_cursor"] is None:
            return rows
        parameters["cursor"] = page["next_cursor"]


def searched(db: Session, text: str) -> str:
    """Return a part of the text, in upper case if the database ignores case there."""
    return text[1:4].upper() if text.isascii() or knows_every_case(db) else text[1:4]


def alike(rows: list[BaseModel], name: str, comparison: str, sample: BaseModel) -> list[BaseModel]:
    """Return the rows that a filter with the value of `sample` should find."""
    value = getattr(sample, name)
    match comparison:
        case "gte":
            return [row for row in rows if getattr(row, name) is not None and getattr(row, name) >= value]
        case "lte":
            return [row for row in rows if getattr(row, name) is not None and getattr(row, name) <= value]
        case "contains":
            return [row for row in rows if value[1:4].lower() in (getattr(row, name) or "").lower()]
        case _:
            return [row for row in rows if getattr(row, name) == value]


def is_sorted_otherwise(value: object) -> bool:
    return not SORTS_UUIDS and isinstance(value, UUID) and value.version != 7


@every_entity
def test_every_filter_finds_what_it_says(client: TestClient, db: Session, case: Case) -> None:
    for _ in range(min(3, case.rows)):
        case.make(db)
    rows = listed(client, case)
    items = client.get(case.path).json()["items"]
    item, sample = items[len(rows) // 2], rows[len(rows) // 2]

    for parameter, name, comparison in filters(case):
        if item[name] is not None:
            text = searched(db, item[name]) if comparison == "contains" else str(item[name])
            found = listed(client, case, **{parameter: text})
            assert found == alike(rows, name, comparison, sample), parameter


@every_entity
def test_a_filter_by_several_values_finds_the_rows_of_each(client: TestClient, db: Session, case: Case) -> None:
    for _ in range(min(3, case.rows)):
        case.make(db)
    items = client.get(case.path).json()["items"]

    for parameter, name, comparison in filters(case):
        if comparison == "in":
            values = [item[name] for item in items if item[name] is not None]
            found = client.get(case.path, params={parameter: values}).json()["items"]
            assert found == [item for item in items if item[name] is not None or not values], parameter


@every_entity
@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "%%_\\"])
def test_what_a_text_contains_is_meant_to_the_letter(client: TestClient, db: Session, case: Case, text: str) -> None:
    case.make(db)
    rows = listed(client, case)

    for parameter, name, comparison in filters(case):
        if comparison == "contains":
            expected = [row for row in rows if text in (getattr(row, name) or "")]
            assert listed(client, case, **{parameter: text}) == expected, parameter


@every_entity
def test_every_order_holds_every_row_once(client: TestClient, db: Session, case: Case) -> None:
    made = [case.make(db) for _ in range(min(5, case.rows))]

    for order in orders(case):
        rows = listed(client, case, sort=order)
        name = order.removeprefix("-")
        places = [(getattr(row, name), row.model_dump()["id"]) for row in rows]
        assert sorted(str(key) for _, key in places) == sorted(map(str, made)), order
        # Text is sorted as the database sees fit, and so are random UUIDs on MariaDB.
        if not any(isinstance(value, str) or is_sorted_otherwise(value) for value, _ in places):
            assert places == sorted(places, reverse=order.startswith("-")), order
        if not order.startswith("-"):
            assert listed(client, case, sort=f"-{order}") == rows[::-1]


@every_entity
def test_cursor_of_another_order_is_refused(client: TestClient, db: Session, case: Case) -> None:
    for _ in range(min(2, case.rows)):
        case.make(db)

    for order in orders(case):
        cursor = cursor_of(order, "x", 1)
        other = "-id" if order == "id" else "id"
        response = client.get(case.path, params={"cursor": cursor, "sort": other})
        assert response.status_code == 422
        assert response.json()["errors"] == [
            {"loc": ["query", "cursor"], "msg": "This is not a cursor of this list.", "type": "value_error"}
        ]


ODD_VALUES: list[object] = [
    None, [], {}, 10**30, -(10**30), 1e308, "", "\0", "\ud800", "1E+999999", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59Z", "9999-12-31", "24:00:00", "Infinity", [[[[[]]]]], "x" * 5000,
]  # fmt: skip


@every_entity
def test_no_cursor_breaks_a_list(client: TestClient, db: Session, case: Case) -> None:
    case.make(db)

    for order in orders(case):
        for value in ODD_VALUES:
            place = [value] if order.removeprefix("-") == "id" else [value, 1]
            response = client.get(case.path, params={"cursor": cursor_of(order, *place), "sort": order})
            assert response.status_code in {200, 422}, response.text


@every_entity
def test_what_is_not_readable_is_no_cursor(client: TestClient, case: Case) -> None:
    texts = ["e30", "W10", "MQ", "bnVsbA", "_w", "W1tbW1tbW1tb", "W1siaWQiXV0", "a" * 8000, "a" * 8001, "a.b", "="]

    statuses = {client.get(case.path, params={"cursor": text}).status_code for text in texts}

    assert statuses == {422}


@every_entity
def test_every_parameter_is_applied(client: TestClient, db: Session, case: Case) -> None:
    document = client.get("/openapi.json").json()
    examples = Examples(document["components"]["schemas"])
    key = case.make(db)

    for path, operations in document["paths"].items():
        parameters = {each["name"]: each for each in operations.get("get", {}).get("parameters", [])}
        if f"{path}/".startswith(f"{case.path}/") and "next_cursor" in parameters.get("cursor", {}).get(
            "description", ""
        ):
            for name in parameters.keys() - {"cursor"}:
                if parameters[name]["in"] == "query":
                    example = examples.make(parameters[name]["schema"], name)
                    value = str(example[0] if isinstance(example, list) else example)
                    assert client.get(re.sub(r"\{\w+}", str(key), path), params={name: value}).status_code == 200, name


@every_entity
@pytest.mark.parametrize("text", ["+1", "1_0", " 1", "01", "1."])
def test_a_number_is_written_in_one_way(client: TestClient, db: Session, case: Case, text: str) -> None:
    case.make(db)
    item = client.get(case.path).json()["items"][0]
    numbers = [parameter for parameter, name, _ in filters(case) if type(item[name]) in {int, float}]

    for parameter in ["limit", *numbers]:
        response = client.get(case.path, params={parameter: text})
        assert response.status_code == 422, parameter
        assert response.json()["errors"][0]["loc"][:2] == ["query", parameter]


@every_entity
def test_a_malformed_filter_is_refused(client: TestClient, case: Case) -> None:
    for parameter, _, _ in filters(case):
        response = client.get(case.path, params={parameter: "\0"})
        assert response.status_code == 422
        assert response.json()["errors"][0]["loc"][:2] == ["query", parameter]
