"""However many requests come at once, no more of them hold a connection than the pool has."""

import asyncio
import threading
import time

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, select

from app.db.admission import Slots
from app.db.session import engine
from app.dependencies import DbSession
from app.errors import BusyError
from app.main import create_app
from app.settings import settings


def test_slot_is_waited_for() -> None:
    async def use_twice() -> None:
        slots = Slots(1, timeout=5)

        async def use() -> None:
            async with slots.slot():
                await asyncio.sleep(0.01)

        await asyncio.gather(use(), use())

    asyncio.run(use_twice())


def test_waiting_for_a_slot_ends() -> None:
    async def use_in_vain() -> None:
        slots = Slots(1, timeout=0.01)
        async with slots.slot():
            with pytest.raises(BusyError):
                async with slots.slot():
                    pass
        async with slots.slot():
            pass

    asyncio.run(use_in_vain())


def test_busy_is_a_503() -> None:
    app = create_app()

    @app.get("/busy")
    def read(db: DbSession) -> None: ...

    with TestClient(app) as client:
        app.state.slots = Slots(0, timeout=0.01)
        response = client.get("/busy")

    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.json()["title"] == "Busy"


def test_connections_in_use_stay_within_the_pool() -> None:
    """A hundred simultaneous requests, more than the server has threads: all are answered, none with an error."""
    app = create_app()
    in_use = most = 0
    lock = threading.Lock()

    def check_out(*_: object) -> None:
        nonlocal in_use, most
        with lock:
            in_use += 1
            most = max(most, in_use)

    def check_in(*_: object) -> None:
        nonlocal in_use
        with lock:
            in_use -= 1

    @app.get("/slow")
    def read(db: DbSession) -> int:
        time.sleep(0.005)
        return db.scalar(select(1)) or 0

    event.listen(engine, "checkout", check_out)
    event.listen(engine, "checkin", check_in)
    statuses: list[int] = []
    try:
        with TestClient(app) as client:
            threads = [
                threading.Thread(target=lambda: statuses.append(client.get("/slow").status_code)) for _ in range(100)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        event.remove(engine, "checkout", check_out)
        event.remove(engine, "checkin", check_in)

    assert statuses == [200] * 100
    assert in_use == 0
    assert 1 <= most <= settings.db_pool_size + settings.db_max_overflow
