"""Tests of reading every entity: pages, details, odd input, statements, documentation."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.cases import every_entity
from tests.expectations import Case
from tests.keys import MISSING_KEY, ODD_KEYS, Key
from tests.statements import recorded_statements


@every_entity
def test_list_pages_hold_every_row_once(client: TestClient, db: Session, case: Case) -> None:
    made = [case.make(db) for _ in range(min(5, case.rows))]

    listed: list[Key] = []
    query = "limit=2"
    while query:
        page = client.get(f"{case.path}?{query}").json()
        listed += [item["id"] for item in page["items"]]
        query = f"limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""

    assert listed == made


@every_entity
def test_list_counts_where_asked(client: TestClient, db: Session, case: Case) -> None:
    made = [case.make(db) for _ in range(min(3, case.rows))]

    with recorded_statements() as statements:
        page = client.get(case.path, params={"limit": 1, "with_total": True}).json()

    assert page["total"] == len(made)
    assert len(statements) <= 2


@every_entity
def test_list_is_empty_without_rows(client: TestClient, case: Case) -> None:
    response = client.get(case.path)

    assert response.status_code == 200
    assert response.json() == {"items": [], "next_cursor": None, "total": None}


@every_entity
@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=LTE=", "cursor=%00", "sort=--id", "no-such-field=1"],
)
def test_list_refuses_odd_parameters(client: TestClient, case: Case, query: str) -> None:
    response = client.get(f"{case.path}?{query}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["query", query.partition("=")[0]]


@every_entity
def test_get_missing(client: TestClient, case: Case) -> None:
    response = client.get(f"{case.path}/{MISSING_KEY}")

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": response.json()["detail"],
        "errors": [],
    }


@every_entity
@pytest.mark.parametrize("key", ODD_KEYS)
def test_get_refuses_odd_keys(client: TestClient, case: Case, key: str) -> None:
    response = client.get(f"{case.path}/{key}")

    assert response.status_code == 422


@every_entity
def test_get_shows_what_the_list_shows(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    item = client.get(case.path).json()["items"][0]
    detail = client.get(f"{case.path}/{key}").json()

    assert {name: detail[name] for name in item} == item


@every_entity
@pytest.mark.parametrize("rows", [1, 50])
def test_statements_of_list(client: TestClient, db: Session, case: Case, rows: int) -> None:
    for _ in range(min(rows, case.rows)):
        case.make(db)

    with recorded_statements() as statements:
        client.get(case.path)

    assert len(statements) <= 1, statements


@every_entity
def test_statements_of_get(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    db.expunge_all()

    with recorded_statements() as statements:
        client.get(f"{case.path}/{key}")

    assert len(statements) <= case.get_statements, statements
    # No list in it is read to its end.
    assert sum(statement.count("LIMIT") for statement in statements) == len(case.lists), statements


@every_entity
def test_lists_in_a_detail_are_documented(client: TestClient, case: Case) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]

    detail = schemas[case.item.response_model.__name__]["properties"]
    assert {name: detail[name]["maxItems"] for name in case.lists} == dict.fromkeys(case.lists, 100)
    assert all("the whole list" in detail[f"next_cursor_of_{name}"]["description"] for name in case.lists)


@every_entity
def test_reading_is_documented(documented: dict[str, dict[str, set[str]]], case: Case) -> None:
    forbidden = {"403"} if case.soft_delete else set()

    assert documented[case.path]["get"] >= {"200", "422", "503"} | forbidden
    assert documented[str(case.item.path)]["get"] >= {"200", "404", "422", "503"}
