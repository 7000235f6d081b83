"""A client that names the version it knows does not overwrite the changes of others."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db.session import SessionLocal
from tests.cases import every_versioned_entity
from tests.expectations import Case
from tests.keys import MISSING_KEY
from tests.statements import recorded_statements


@every_versioned_entity
def test_answers_with_one_row_carry_its_version(client: TestClient, db: Session, case: Case) -> None:
    created = client.post(case.path, json=case.values(db))
    path = f"{case.path}/{created.json()['id']}"

    read = client.get(path)
    updated = client.patch(path, json=case.values(db))
    read_again = client.get(path)

    assert created.headers["etag"] == read.headers["etag"]
    assert updated.headers["etag"] == read_again.headers["etag"]
    assert created.headers["etag"] != updated.headers["etag"]


@every_versioned_entity
def test_change_of_the_known_version(client: TestClient, db: Session, case: Case) -> None:
    path = f"{case.path}/{case.make(db)}"
    known = client.get(path).headers["etag"]

    updated = client.patch(path, json=case.values(db), headers={"if-match": f'"other", {known}'})
    deleted = client.delete(path, headers={"if-match": updated.headers["etag"]})

    assert (updated.status_code, deleted.status_code) == (200, 204)


@every_versioned_entity
def test_lost_update_is_refused(client: TestClient, db: Session, case: Case) -> None:
    first, second = case.values(db), case.values(db)
    path = f"{case.path}/{client.post(case.path, json=first).json()['id']}"
    known = {"if-match": client.get(path).headers["etag"]}
    client.patch(path, json=second)
    before = client.get(path).json()

    updated = client.patch(path, json=first, headers=known)
    deleted = client.delete(path, headers=known)

    assert (updated.status_code, deleted.status_code) == (412, 412)
    assert updated.json()["errors"][0]["loc"] == ["header", "If-Match"]
    assert client.get(path).json() == before


@every_versioned_entity
def test_any_version_is_changed_without_a_condition(client: TestClient, db: Session, case: Case) -> None:
    path = f"{case.path}/{case.make(db)}"
    values = case.values(db)

    statuses = [
        client.patch(path, json=values, headers=headers).status_code
        for headers in ({}, {"if-match": "*"}, {"if-match": " * "})
    ]

    assert statuses == [200, 200, 200]


@every_versioned_entity
@pytest.mark.parametrize(
    "tag", ['"x"', "x", '""', "", ",", 'W/"2024-01-01T00:00:00+00:00"', '"2024-01-01"', '"9999-12-31T23:59:59Z"', '"1"']
)
def test_foreign_tag_matches_no_version(client: TestClient, db: Session, case: Case, tag: str) -> None:
    path = f"{case.path}/{case.make(db)}"

    response = client.patch(path, json={}, headers={"if-match": tag})

    assert response.status_code == 412


@every_versioned_entity
def test_version_of_a_missing_row(client: TestClient, db: Session, case: Case) -> None:
    known = {"if-match": client.get(f"{case.path}/{case.make(db)}").headers["etag"]}

    updated = client.patch(f"{case.path}/{MISSING_KEY}", json={}, headers=known)
    deleted = client.delete(f"{case.path}/{MISSING_KEY}", headers=known)

    assert (updated.status_code, deleted.status_code) == (404, 404)


@every_versioned_entity
def test_the_database_decides_before_the_row_is_read(client: TestClient, db: Session, case: Case) -> None:
    path = f"{case.path}/{case.make(db)}"
    known = {"if-match": client.get(path).headers["etag"]}
    values = case.values(db)

    with recorded_statements() as statements:
        client.patch(path, json=values, headers=known)

    assert statements[0].startswith("UPDATE")
    assert "updated_at IN" in statements[0]
    assert len(statements) <= case.update_statements + 1


@every_versioned_entity
def test_one_of_eight_simultaneous_changes_of_one_version_wins(committing_client: TestClient, case: Case) -> None:
    with SessionLocal() as db:
        path = f"{case.path}/{case.make(db)}"
        values = case.values(db)
        db.commit()
    known = {"if-match": committing_client.get(path).headers["etag"]}

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: committing_client.patch(path, json=values, headers=known), range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
