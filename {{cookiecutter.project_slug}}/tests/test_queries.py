"""How many statements a request takes: a small number, however many rows there are."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.cases import Case, every_entity, every_writable_entity
from tests.statements import recorded_statements


@every_entity
@pytest.mark.parametrize("rows", [1, 20])
def test_statements_of_list(client: TestClient, db: Session, case: Case, rows: int) -> None:
    for _ in range(min(rows, case.rows)):
        case.make(db)

    with recorded_statements() as statements:
        client.get(case.path)

    assert len(statements) == case.list_statements, statements


@every_entity
def test_statements_of_get(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    db.expunge_all()

    with recorded_statements() as statements:
        client.get(f"{case.path}/{key}")

    assert len(statements) == case.get_statements, statements


@every_writable_entity
def test_statements_of_create(client: TestClient, db: Session, case: Case) -> None:
    values = case.values(db)

    with recorded_statements() as statements:
        client.post(case.path, json=values)

    assert len(statements) == case.create_statements, statements


@every_writable_entity
def test_statements_of_update(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    values = case.values(db)

    with recorded_statements() as statements:
        client.patch(f"{case.path}/{key}", json=values)

    assert len(statements) == case.update_statements, statements


@every_writable_entity
def test_statements_of_delete(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    with recorded_statements() as statements:
        client.delete(f"{case.path}/{key}")

    assert len(statements) == case.delete_statements, statements
