"""What holds for the routes of every entity."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.cases import Case, every_entity, every_writable_entity


@every_entity
def test_list_pages_hold_every_row_once(client: TestClient, db: Session, case: Case) -> None:
    made = [case.make(db) for _ in range(min(5, case.rows))]

    listed: list[int] = []
    query = "limit=2"
    while query:
        page = client.get(f"{case.path}?{query}").json()
        listed += [item["id"] for item in page["items"]]
        query = f"limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""

    assert listed == made


@every_entity
def test_list_is_empty_without_rows(client: TestClient, case: Case) -> None:
    response = client.get(case.path)

    assert response.status_code == 200
    assert response.json() == {"items": [], "next_cursor": None}


@every_entity
@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=LTE=", "cursor=%00", "no=1"])
def test_list_refuses_odd_parameters(client: TestClient, case: Case, query: str) -> None:
    response = client.get(f"{case.path}?{query}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["query", query.partition("=")[0]]


@every_entity
def test_get_missing(client: TestClient, case: Case) -> None:
    response = client.get(f"{case.path}/1")

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
@pytest.mark.parametrize("key", ["0", "-1", "x", "1.5", str(2**63), "%00"])
def test_get_refuses_odd_keys(client: TestClient, case: Case, key: str) -> None:
    response = client.get(f"{case.path}/{key}")

    assert response.status_code == 422


@every_entity
def test_get_shows_what_the_list_shows(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    item = client.get(case.path).json()["items"][0]
    detail = client.get(f"{case.path}/{key}").json()

    assert {name: detail[name] for name in item} == item


@every_writable_entity
def test_create_and_get(client: TestClient, db: Session, case: Case) -> None:
    values = case.values(db)

    created = client.post(case.path, json=values)
    listed = client.get(case.path).json()["items"]

    assert created.status_code == 201
    assert listed == [created.json()]


@every_writable_entity
@pytest.mark.parametrize("body", [[], None, "text", 1, {"no_such_field": 1}])
def test_create_refuses_odd_bodies(client: TestClient, case: Case, body: object) -> None:
    response = client.post(case.path, json=body)

    assert response.status_code == 422


@every_writable_entity
def test_create_refuses_what_is_not_json(client: TestClient, case: Case) -> None:
    response = client.post(case.path, content=b"{", headers={"content-type": "application/json"})

    assert response.status_code == 422


@every_writable_entity
def test_create_refuses_unknown_fields(client: TestClient, db: Session, case: Case) -> None:
    response = client.post(case.path, json=case.values(db) | {"no_such_field": 1})

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"loc": ["body", "no_such_field"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
    ]


@every_writable_entity
def test_update(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    before = client.get(f"{case.path}/{key}").json()
    values = case.values(db)

    response = client.patch(f"{case.path}/{key}", json=values)

    assert response.status_code == 200
    after = response.json()
    changed = {name: value for name, value in values.items() if name in after} | {"updated_at": after.get("updated_at")}
    assert after == {name: changed.get(name, before[name]) for name in after}


@every_writable_entity
def test_update_with_nothing(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    before = client.get(case.path).json()["items"][0]

    response = client.patch(f"{case.path}/{key}", json={})

    assert response.status_code == 200
    assert response.json() == before


@every_writable_entity
def test_update_refuses_null_for_required_fields(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    responses = [client.patch(f"{case.path}/{key}", json={name: None}) for name in case.required]

    assert [response.status_code for response in responses] == [422] * len(case.required)


@every_writable_entity
def test_update_missing(client: TestClient, case: Case) -> None:
    response = client.patch(f"{case.path}/1", json={})

    assert response.status_code == 404


@every_writable_entity
def test_delete(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    response = client.delete(f"{case.path}/{key}")

    assert response.status_code == 204
    assert response.content == b""
    assert client.get(f"{case.path}/{key}").status_code == 404
    assert client.patch(f"{case.path}/{key}", json={}).status_code == 404
    assert client.delete(f"{case.path}/{key}").status_code == 404
    assert client.get(case.path).json()["items"] == []
