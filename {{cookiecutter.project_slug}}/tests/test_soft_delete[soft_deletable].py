"""A deleted row stays in its table, and nothing shows it."""

from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.soft_delete import SoftDelete
from tests.cases import Case, every_soft_deletable_entity


@every_soft_deletable_entity
def test_deleted_row_is_kept(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    client.delete(f"{case.path}/{key}")

    statement = select(case.model).execution_options(include_deleted=True, populate_existing=True)
    row = db.scalars(statement).one()
    assert isinstance(row, SoftDelete)
    assert row.is_deleted
    assert row.deleted_at is not None


@every_soft_deletable_entity
def test_queries_do_not_see_deleted_rows(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    client.delete(f"{case.path}/{key}")
    db.expunge_all()

    assert db.scalars(select(case.model)).all() == []
    assert db.get(case.model, key) is None
    assert db.scalar(select(func.count()).select_from(case.model)) == 0
    assert db.scalar(select(select(case.model).exists())) is False


@every_soft_deletable_entity
def test_deleted_row_frees_its_unique_values(client: TestClient, db: Session, case: Case) -> None:
    values = case.values(db)
    first = client.post(case.path, json=values).json()
    client.delete(f"{case.path}/{first['id']}")

    again = client.post(case.path, json=values)

    assert again.status_code == 201
    assert again.json()["id"] != first["id"]
