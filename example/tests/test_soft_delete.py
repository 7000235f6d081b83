"""A deleted row stays in its table, hidden from everything."""

import datetime as dt
from typing import Annotated

import pytest
from fastapi import Depends, Query
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.soft_delete import SoftDelete
from app.main import create_app
from app.queries.deleting import references_to
from app.queries.soft_deleting import purge_deleted
from app.schemas.base import DeletableListParameters
from app.settings import settings
from app.values import Id, utc_now
from app.web.parameters import QueryParameters
from tests.cases import every_soft_deletable_entity
from tests.expectations import Case
from tests.keys import MISSING_KEY
from tests.statements import recorded_statements


@every_soft_deletable_entity
def test_row_is_not_deleted_for_good_by_the_session(db: Session, case: Case) -> None:
    case.make(db)

    db.delete(db.scalars(select(case.model)).one())

    with pytest.raises(RuntimeError, match=r"call soft_delete_row\(\)"):
        db.flush()


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
    assert db.get(case.model, TypeAdapter(Id).validate_python(key)) is None
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


@every_soft_deletable_entity
def test_list_shows_deleted_rows_where_asked(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    client.delete(f"{case.path}/{key}")

    shown = client.get(case.path, params={"include_deleted": True, "with_total": True}).json()
    hidden = client.get(case.path, params={"with_total": True}).json()

    assert [item["id"] for item in shown["items"]] == [key]
    assert shown["items"][0]["deleted_at"] is not None
    assert hidden["items"] == []
    assert (shown["total"], hidden["total"]) == (1, 0)


def restore_statements(case: Case) -> int:
    """Two for the row, one for each cascade, one for the keys of its parents and one for each, and the change.

    Parents are the rows that it needs, and that can be deleted without it.
    """
    cascades = sum(key.ondelete == "CASCADE" for key in references_to(case.table))
    needed = {key.column.table for key in case.table.foreign_keys if key.ondelete != "SET NULL"}
    parents = sum("deleted_at" in table.columns for table in needed)
    return 3 + cascades + parents + bool(parents)


@every_soft_deletable_entity
def test_restore(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    before = client.get(case.path).json()["items"]
    client.delete(f"{case.path}/{key}")

    with recorded_statements() as statements:
        response = client.post(f"{case.path}/{key}/restore")

    assert response.status_code == 200
    assert len(statements) <= restore_statements(case), statements
    after = client.get(case.path).json()["items"]
    assert after == [response.json()]
    assert [{**item, "updated_at": None} for item in after] == [{**item, "updated_at": None} for item in before]


@every_soft_deletable_entity
def test_restore_of_a_live_row_changes_nothing(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    before = client.get(case.path).json()["items"]

    response = client.post(f"{case.path}/{key}/restore")

    assert response.status_code == 200
    assert [response.json()] == before


@every_soft_deletable_entity
def test_restore_missing(client: TestClient, case: Case) -> None:
    assert client.post(f"{case.path}/{MISSING_KEY}/restore").status_code == 404


@every_soft_deletable_entity
def test_deleted_rows_are_forbidden_outside_local(
    client: TestClient, db: Session, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = case.make(db)
    monkeypatch.setattr(settings, "environment", "production")

    assert client.get(case.path, params={"include_deleted": True}).status_code == 403
    assert client.post(f"{case.path}/{key}/restore").status_code == 403
    assert client.get(case.path).status_code == 200


@pytest.mark.parametrize(("environment", "status"), [("local", 200), ("production", 403)])
def test_handler_of_your_own_cannot_forget_to_ask(
    environment: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "environment", environment)
    app = create_app(routers=())

    @app.get("/asked")
    def asked(
        parameters: Annotated[DeletableListParameters, Depends(QueryParameters(DeletableListParameters))],
    ) -> bool:
        return parameters.include_deleted

    @app.get("/not-asked")
    def not_asked(parameters: Annotated[DeletableListParameters, Query()]) -> bool:
        return parameters.include_deleted

    with TestClient(app) as client:
        assert client.get("/asked", params={"include_deleted": True}).status_code == status
        assert client.get("/not-asked", params={"include_deleted": True}).status_code == 403
        assert [client.get(path).json() for path in ("/asked", "/not-asked")] == [False, False]


@every_soft_deletable_entity
def test_purge(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)
    kept = db.scalar(select(func.count()).select_from(case.model))
    client.delete(f"{case.path}/{key}")
    everything = select(func.count()).select_from(case.model).execution_options(include_deleted=True)

    early = purge_deleted(db, utc_now() - dt.timedelta(days=1))
    left = db.scalar(everything)
    purged = purge_deleted(db, utc_now() + dt.timedelta(days=1))

    assert (early, left) == (0, kept)
    assert purged == 1
    assert db.scalar(everything) == 0
