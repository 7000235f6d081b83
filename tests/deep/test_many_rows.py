"""Changes of more rows than one statement can name, or than a database follows by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.baking import Bake, python, succeed
from tests.conftest import Scratch

# One group, so that each server is started once.
pytestmark = pytest.mark.xdist_group("many rows")

FAMILY = "Parent(name:str(20)); Child(name:str(20), parent:Parent cascade)"
NODES = "Node(name:str(20), parent:Node? cascade)"

START = """
from fastapi.testclient import TestClient
from sqlalchemy import func, insert, select
from app.db.models import *
from app.db.session import SessionLocal, engine
from app.main import app

client = TestClient(app, raise_server_exceptions=False)

def count(model):
    with SessionLocal() as db:
        return db.scalar(select(func.count()).select_from(model))
"""

Say = Callable[..., list[str]]


@pytest.fixture
def say(bake: Bake, scratch_database: Scratch) -> Say:
    """Runs a program in a project, on a migrated database, and returns the words that it prints."""

    def run(code: str, **answers: str) -> list[str]:
        project = bake(**answers)
        with scratch_database(answers["database"]) as url:
            environment = {"DATABASE_URL": url}
            succeed(python("-m", "alembic", "upgrade", "head", cwd=project, environment=environment))
            return succeed(python("-c", START + code, cwd=project, environment=environment)).split()

    return run


# PostgreSQL takes 65,535 parameters in a statement.
CASCADE = """
parent = client.post("/api/v1/parents", json={"name": "p"}).json()["id"]
with engine.begin() as connection:
    connection.execute(insert(Child), [{"name": str(n), "parent_id": parent} for n in range(70_000)])
for method, path in (("DELETE", ""), ("POST", "/restore")):
    print(client.request(method, f"/api/v1/parents/{parent}{path}").status_code, count(Child))
"""


@pytest.mark.parametrize("database", ["postgresql", "mysql", "sqlite"])
def test_many_rows_are_deleted_and_restored_together(say: Say, database: str) -> None:
    assert say(CASCADE, entities=FAMILY, database=database) == ["204", "0", "200", "70000"]


REFERENCES = """
from app.crud.child import REFERENCES
from app.queries.lookup import check_references_of_all
from app.schemas.child import ChildCreate

with engine.begin() as connection:
    connection.execute(insert(Parent), [{"name": str(n)} for n in range(70_000)])
with SessionLocal() as db:
    keys = db.scalars(select(Parent.id)).all()
    check_references_of_all(db, REFERENCES, [ChildCreate(name="c", parent_id=key) for key in keys])
    print(len(keys))
"""


@pytest.mark.parametrize("database", ["postgresql", "mysql", "sqlite"])
def test_many_references_are_checked(say: Say, database: str) -> None:
    assert say(REFERENCES, entities=FAMILY, database=database) == ["70000"]


# SQLite follows a thousand references from row to row, MySQL fifteen.
CHAIN = """
with engine.begin() as connection:
    for n in range(1, 1101):
        connection.execute(insert(Node), {"id": n, "name": str(n), "parent_id": n - 1 or None})
print(client.delete("/api/v1/nodes/1").status_code, count(Node))
"""


@pytest.mark.parametrize("soft_delete", ["no", "yes"])
@pytest.mark.parametrize("database", ["postgresql", "mysql", "sqlite"])
def test_long_chain_is_deleted(say: Say, database: str, soft_delete: str) -> None:
    assert say(CHAIN, entities=NODES, database=database, soft_delete=soft_delete) == ["204", "0"]
