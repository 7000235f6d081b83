"""Tests of writing every entity: odd bodies, partial updates, deletion, statements, documentation."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy.orm import Session

from app.db.session import SessionLocal
from tests.cases import every_writable_entity
from tests.expectations import Case, optional_fields
from tests.keys import MISSING_KEY
from tests.simultaneous import beside
from tests.statements import recorded_statements


@every_writable_entity
def test_create_and_get(client: TestClient, db: Session, case: Case) -> None:
    values = case.values(db)

    created = client.post(case.path, json=values)
    listed = client.get(case.path).json()["items"]

    row = created.json()
    assert created.status_code == 201
    assert [{name: row[name] for name in item} for item in listed] == listed
    assert len(listed) == 1


@every_writable_entity
def test_create_says_where_the_row_is_and_shows_its_lists(client: TestClient, db: Session, case: Case) -> None:
    created = client.post(case.path, json=case.values(db))

    read = client.get(created.headers["location"])

    row, detail = created.json(), read.json()
    assert created.headers["location"] == f"{case.path}/{row['id']}"
    assert {name: detail[name] for name in row} == row
    assert row.keys() >= {name for name, kind in case.kinds.items() if kind == "keys" and name in detail}


@every_writable_entity
@pytest.mark.parametrize("body", [[], None, "text", 1, {"no-such-field": 1}])
def test_create_refuses_odd_bodies(client: TestClient, case: Case, body: object) -> None:
    response = client.post(case.path, json=body)

    assert response.status_code == 422


@every_writable_entity
def test_create_refuses_what_is_not_json(client: TestClient, case: Case) -> None:
    response = client.post(case.path, content=b"{", headers={"content-type": "application/json"})

    assert response.status_code == 422


@every_writable_entity
def test_create_refuses_what_is_not_text(client: TestClient, case: Case) -> None:
    response = client.post(case.path, content=b"\xff", headers={"content-type": "application/json"})

    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


@every_writable_entity
def test_null_is_not_the_default(client: TestClient, db: Session, case: Case) -> None:
    nulls = dict.fromkeys(optional_fields(case.create))
    bodies = [case.values(db) | nulls for _ in range(min(2, case.rows))]

    created = client.post(case.path, json=bodies[0])
    rows = [created.json(), client.get(created.headers["location"]).json()]
    if bodies[1:]:
        rows += client.post(f"{case.path}/bulk", json=bodies[1:]).json()

    assert [{row[name] for name in nulls if name in row} for row in rows] in ([{None}] * len(rows), [set()] * len(rows))


@every_writable_entity
def test_create_refuses_unknown_fields(client: TestClient, db: Session, case: Case) -> None:
    response = client.post(case.path, json=case.values(db) | {"no-such-field": 1})

    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"loc": ["body", "no-such-field"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
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
    assert {name: after[name] for name in case.out.model_fields} == {
        name: changed.get(name, before[name]) for name in case.out.model_fields
    }


@every_writable_entity
def test_update_with_nothing(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    before = client.get(f"{case.path}/{key}").json()

    response = client.patch(f"{case.path}/{key}", json={})

    after = response.json()
    assert response.status_code == 200
    assert after == {name: before[name] for name in after}


@every_writable_entity
def test_update_refuses_null_for_required_fields(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    responses = [client.patch(f"{case.path}/{key}", json={name: None}) for name in case.required]

    assert [response.status_code for response in responses] == [422] * len(case.required)


@every_writable_entity
def test_update_missing(client: TestClient, case: Case) -> None:
    response = client.patch(f"{case.path}/{MISSING_KEY}", json={})

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


@every_writable_entity
def test_statements_of_create(client: TestClient, db: Session, case: Case) -> None:
    values = case.values(db)

    with recorded_statements() as statements:
        client.post(case.path, json=values)

    assert len(statements) <= case.create_statements, statements


@every_writable_entity
def test_statements_of_update(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    values = case.values(db)

    with recorded_statements() as statements:
        client.patch(f"{case.path}/{key}", json=values)

    assert len(statements) <= case.update_statements, statements


@every_writable_entity
def test_statements_of_delete(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    with recorded_statements() as statements:
        client.delete(f"{case.path}/{key}")

    assert len(statements) <= case.delete_statements, statements


@every_writable_entity
def test_writing_is_documented(documented: dict[str, dict[str, set[str]]], case: Case) -> None:
    stale = {"412"} if case.versioned else set()

    create = {"201", "400", "409", "413", "422", "503"}
    assert documented[case.path]["post"] >= create
    assert documented[f"{case.path}/bulk"]["post"] >= create
    item = documented[str(case.item.path)]
    assert item["patch"] >= {"200", "400", "404", "409", "413", "422", "503"} | stale
    assert item["delete"] >= {"204", "404", "409", "422", "503"} | stale


@every_writable_entity
def test_create_commits_once(committing_client: TestClient, commits: list[object], case: Case) -> None:
    with SessionLocal() as db:
        values = case.values(db)
        db.commit()
    commits.clear()

    response = committing_client.post(case.path, json=values)

    assert response.status_code == 201
    assert len(commits) == 1


@every_writable_entity
def test_wrong_method_tells_the_right_ones(client: TestClient, case: Case) -> None:
    collection = client.put(case.path)
    item = client.options(f"{case.path}/{MISSING_KEY}")
    bulk = [client.request(method, f"{case.path}/bulk", json={}) for method in ("GET", "PATCH", "DELETE", "PUT")]

    assert (collection.status_code, collection.headers["allow"]) == (405, "GET, POST")
    assert [(answer.status_code, answer.headers["allow"]) for answer in bulk] == [(405, "POST")] * 4
    assert (item.status_code, item.headers["allow"]) == (405, "DELETE, GET, PATCH")


@every_writable_entity
@pytest.mark.parametrize("deletion_is_first", [True, False])
def test_update_beside_the_deletion(committing_client: TestClient, case: Case, deletion_is_first: bool) -> None:
    with SessionLocal() as db:
        path = f"{case.path}/{case.make(db)}"
        values = {} if case.clashes and not case.changes else case.values(db)
        db.commit()

    def update() -> Response:
        return committing_client.patch(path, json=values)

    def delete() -> Response:
        return committing_client.delete(path)

    first, second = beside(delete, update) if deletion_is_first else beside(update, delete)

    assert [first.status_code, second.status_code] == ([204, 404] if deletion_is_first else [200, 204])
    assert committing_client.get(path).status_code == 404
