"""The database enforces uniqueness, so it holds for simultaneous writers."""

from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db.session import SessionLocal
from tests.cases import every_clashing_entity
from tests.expectations import Case


@every_clashing_entity
def test_one_of_twenty_simultaneous_creations_wins(committing_client: TestClient, case: Case) -> None:
    with SessionLocal() as db:
        values = case.values(db)
        db.commit()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: committing_client.post(case.path, json=values), range(20)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(committing_client.get(case.path).json()["items"]) == 1


@every_clashing_entity
def test_restore_beside_a_live_row(client: TestClient, db: Session, case: Case) -> None:
    values = case.values(db)
    deleted = client.post(case.path, json=values).json()["id"]
    client.delete(f"{case.path}/{deleted}")
    client.post(case.path, json=values)

    response = client.post(f"{case.path}/{deleted}/restore")

    # Without soft delete, there is no such route.
    assert response.status_code == (409 if case.soft_delete else 404)


@every_clashing_entity
def test_bulk_create_makes_all_or_none(client: TestClient, db: Session, case: Case) -> None:
    values = case.values(db)

    response = client.post(f"{case.path}/bulk", json=[values, values])

    assert response.status_code == 409
    assert client.get(case.path).json()["items"] == []
