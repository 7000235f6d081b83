"""Creating many rows at once: all or none, in order, in one transaction and few statements."""

import math

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db.session import SessionLocal
from tests.cases import every_writable_entity
from tests.database import ROWS_PER_INSERT
from tests.expectations import Case
from tests.statements import recorded_statements


@every_writable_entity
def test_bulk_create_answers_in_order(client: TestClient, db: Session, case: Case) -> None:
    bodies = [case.values(db) for _ in range(min(20, case.rows))]

    response = client.post(f"{case.path}/bulk", json=bodies)

    assert response.status_code == 201
    created = response.json()
    shown = [{name: value for name, value in body.items() if name in case.out.model_fields} for body in bodies]
    assert [{name: row[name] for name in body} for row, body in zip(created, shown, strict=True)] == shown
    assert client.get(case.path).json()["items"] == created


@every_writable_entity
@pytest.mark.parametrize("rows", [1, 20])
def test_statements_of_bulk_create(client: TestClient, db: Session, case: Case, rows: int) -> None:
    bodies = [case.values(db) for _ in range(min(rows, case.rows))]

    with recorded_statements() as statements:
        client.post(f"{case.path}/bulk", json=bodies)

    insertions = math.ceil(len(bodies) / ROWS_PER_INSERT)
    assert len(statements) <= case.create_statements - 1 + insertions, statements


@every_writable_entity
def test_bulk_create_commits_once(committing_client: TestClient, commits: list[object], case: Case) -> None:
    with SessionLocal() as db:
        bodies = [case.values(db) for _ in range(min(3, case.rows))]
        db.commit()
    commits.clear()

    response = committing_client.post(f"{case.path}/bulk", json=bodies)

    assert response.status_code == 201
    assert len(commits) == 1


@every_writable_entity
@pytest.mark.parametrize("rows", [0, 1001])
def test_bulk_create_bounds_the_number_of_rows(client: TestClient, case: Case, rows: int) -> None:
    response = client.post(f"{case.path}/bulk", json=[{}] * rows)

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body"]]


@every_writable_entity
def test_bulk_create_says_which_body_is_wrong(client: TestClient, db: Session, case: Case) -> None:
    body = case.values(db)

    response = client.post(f"{case.path}/bulk", json=[body, body | {"no-such-field": 1}])

    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", 1, "no-such-field"]]


@every_writable_entity
def test_bulk_create_says_every_body_that_is_wrong(client: TestClient, db: Session, case: Case) -> None:
    body = case.values(db)
    wrong = body | {"no-such-field": 1}

    response = client.post(f"{case.path}/bulk", json=[wrong, *[body] * 23, wrong])

    assert response.status_code == 422
    assert response.json()["detail"] == "The request does not match its schema."
    assert response.json()["errors"] == [
        {"loc": ["body", number, "no-such-field"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
        for number in (0, 24)
    ]


@every_writable_entity
def test_bulk_create_says_the_first_mistakes_of_many(client: TestClient, case: Case) -> None:
    response = client.post(f"{case.path}/bulk", json=[{"no-such-field": 1}] * 300)

    assert response.status_code == 422
    assert response.json()["detail"] == "The request does not match its schema. These are its first 100 mistakes."
    places = [error["loc"][1] for error in response.json()["errors"]]
    assert len(places) == 100
    assert places == sorted(places)
    assert places[0] == 0
