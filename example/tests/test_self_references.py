"""A row that refers to itself is deleted like any other, whatever the rule."""

import datetime as dt

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.db.models import Base
from app.queries.soft_deleting import purge_deleted
from app.values import utc_now
from tests.keys import Key
from tests.references import REFERENCES, Reference

every_self_reference = pytest.mark.parametrize(
    "reference",
    [reference for reference in REFERENCES if reference.child_path == reference.parent_path],
    ids=lambda reference: f"{reference.child_table}.{reference.column}",
)


def make_row(db: Session, reference: Reference) -> Key:
    key = reference.make_parent(db)
    table = Base.metadata.tables[reference.child_table]
    db.execute(update(table).values({reference.column: table.c.id}))
    db.expire_all()
    return key


@every_self_reference
def test_delete(client: TestClient, db: Session, reference: Reference) -> None:
    key = make_row(db, reference)
    path = f"{reference.child_path}/{key}"

    assert client.get(path).json()[reference.column] == key
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


@every_self_reference
def test_purge(client: TestClient, db: Session, reference: Reference) -> None:
    key = make_row(db, reference)
    count = select(func.count()).select_from(Base.metadata.tables[reference.child_table])
    before = db.scalars(count).one()

    client.delete(f"{reference.child_path}/{key}")
    purge_deleted(db, utc_now() + dt.timedelta(days=1))

    assert db.scalars(count).one() == before - 1
