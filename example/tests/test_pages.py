"""Pages together hold every row exactly once, whatever is added and deleted between them."""

import threading
from collections.abc import Callable
from typing import get_args

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy.orm import Session

from app.db.session import SessionLocal
from tests.cases import CASES
from tests.keys import Key

# All entities share the code for pages, so one that can have many rows stands for the others.
ROOMY = next(case for case in CASES if case.writable and case.rows >= 50)
ORDERS = [str(order) for order in get_args(ROOMY.parameters.model_fields["sort"].annotation)]


def all_pages(client: TestClient, sort: str, limit: int, between: Callable[[], object]) -> list[Key]:
    keys: list[Key] = []
    parameters = {"sort": sort, "limit": str(limit)}
    while True:
        page = client.get(ROOMY.path, params=parameters).json()
        keys += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return keys
        parameters["cursor"] = page["next_cursor"]
        between()


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_pages_hold_every_row_that_stays_once(client: TestClient, db: Session, data: st.DataObject) -> None:
    with db.begin_nested() as savepoint:
        start = [ROOMY.make(db) for _ in range(data.draw(st.integers(0, 8), label="rows"))]
        gone: set[Key] = set()
        additions = data.draw(st.lists(st.integers(0, 2), max_size=5), label="added")

        def change() -> None:
            for _ in range(additions.pop() if additions else 0):
                ROOMY.make(db)
            left = [key for key in start if key not in gone]
            for key in data.draw(st.lists(st.sampled_from(left), max_size=2) if left else st.just([]), label="deleted"):
                client.delete(f"{ROOMY.path}/{key}")
                gone.add(key)

        sort, limit = data.draw(st.sampled_from(ORDERS), label="sort"), data.draw(st.integers(1, 4), label="limit")
        keys = all_pages(client, sort, limit, change)
        savepoint.rollback()

    assert len(keys) == len(set(keys))
    assert set(start) - gone <= set(keys)


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_hold_every_row_that_stays_once_beside_eight_writers(committing_client: TestClient, sort: str) -> None:
    with SessionLocal() as db:
        stays = {ROOMY.make(db) for _ in range(20)}
        spare = [[ROOMY.values(db) for _ in range(2)] for _ in range(8)]
        db.commit()
    started = threading.Barrier(9)
    statuses: list[int] = []

    def write(bodies: list[dict[str, object]]) -> None:
        started.wait()
        for body in bodies:
            made = committing_client.post(ROOMY.path, json=body)
            deleted = committing_client.delete(f"{ROOMY.path}/{made.json()['id']}")
            statuses.extend([made.status_code, deleted.status_code])

    writers = [threading.Thread(target=write, args=(bodies,)) for bodies in spare]
    for writer in writers:
        writer.start()
    started.wait()
    keys = all_pages(committing_client, sort, 3, lambda: None)
    for writer in writers:
        writer.join()

    assert len(keys) == len(set(keys))
    assert stays <= set(keys)
    assert sorted(statuses) == [201] * 16 + [204] * 16
