"""A client that names the version it knows does not overwrite the changes of others."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.db.base import Timestamps
from app.db.session import SessionLocal
from app.dependencies import DbSession
from app.main import create_app
from app.queries.lookup import lock_one
from app.values import Id, utc_now
from tests.cases import every_versioned_entity
from tests.expectations import Case
from tests.keys import MISSING_KEY
from tests.statements import recorded_statements

# lock_one() takes a key, even where the statement needs none.
MISSING = TypeAdapter(Id).validate_python(MISSING_KEY)


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
def test_version_is_checked_on_the_row_that_is_read_anyway(client: TestClient, db: Session, case: Case) -> None:
    path = f"{case.path}/{case.make(db)}"
    known = {"if-match": client.get(path).headers["etag"]}
    values = case.values(db)

    with recorded_statements() as updated:
        answer = client.patch(path, json=values, headers=known)
    with recorded_statements() as deleted:
        client.delete(path, headers={"if-match": answer.headers["etag"]})

    assert len(updated) <= case.update_statements, updated
    assert len(deleted) <= case.delete_statements, deleted


@every_versioned_entity
def test_locked_row_is_read_again(db: Session, case: Case) -> None:
    """As where a dependency of a handler has read the row, and another request has changed it since."""
    case.make(db)
    row = db.scalars(select(case.model)).one()
    assert isinstance(row, Timestamps)
    known = row.updated_at
    changed = known + dt.timedelta(seconds=1)
    db.connection().execute(update(case.table).values({"updated_at": changed}))
    assert row.updated_at == known

    locked = lock_one(db, select(case.model).with_for_update(), MISSING)

    assert locked is row
    assert row.updated_at == changed


@every_versioned_entity
def test_lock_keeps_what_the_session_has_not_saved(db: Session, case: Case) -> None:
    case.make(db)
    row = db.scalars(select(case.model)).one()
    assert isinstance(row, Timestamps)
    row.updated_at = changed = row.updated_at + dt.timedelta(seconds=1)

    lock_one(db, select(case.model).with_for_update(), MISSING)

    assert row.updated_at == changed


@every_versioned_entity
def test_handler_of_your_own_that_changes_a_row_that_is_gone(committing_client: TestClient, case: Case) -> None:
    app = create_app(routers=())

    @app.post("/change")
    def change(db: DbSession) -> None:
        case.make(db)
        db.commit()
        row = db.scalars(select(case.model)).one()
        db.connection().execute(delete(case.table))
        assert isinstance(row, Timestamps)
        row.updated_at = utc_now()
        db.commit()

    with TestClient(app) as client:
        response = client.post("/change")

    assert response.status_code == 409
    assert response.json()["detail"] == "A row was deleted while this request was changing it."


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
