"""Bodies with many keys of other rows cost few statements and few errors."""

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.cases import every_linked_entity
from tests.expectations import Case
from tests.keys import missing_keys
from tests.statements import recorded_statements

MOST_KEYS = 10_000


@every_linked_entity
def test_bulk_create_with_many_keys(client: TestClient, db: Session, case: Case) -> None:
    keys = missing_keys(40_000)
    body = case.values(db)
    bodies = [body | {case.linked: keys[start : start + 1000]} for start in range(0, len(keys), 1000)]

    with recorded_statements() as statements:
        response = client.post(f"{case.path}/bulk", json=bodies)

    assert response.status_code == 409
    assert [error["loc"] for error in response.json()["errors"]] == [["body", 0, case.linked]]
    assert len(statements) <= case.reference_statements + len(keys) / MOST_KEYS
    assert max(statement.count(",") for statement in statements) < MOST_KEYS


@every_linked_entity
def test_one_wrong_key_of_many_is_told(client: TestClient, db: Session, case: Case) -> None:
    body = case.values(db) | {case.linked: [None] * 1000}

    created = client.post(case.path, json=body)
    many = client.post(f"{case.path}/bulk", json=[body] * 30)

    assert [error["loc"] for error in created.json()["errors"]] == [["body", case.linked, 0]]
    assert [error["loc"] for error in many.json()["errors"]] == [["body", n, case.linked, 0] for n in range(30)]
