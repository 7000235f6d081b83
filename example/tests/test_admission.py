"""However many requests arrive at once, they never hold more connections than the pool has."""

import asyncio
import threading
import time
from typing import Annotated

import pytest
from anyio import to_thread
from fastapi import Depends
from fastapi.testclient import TestClient
from sqlalchemy import event, select

from app.db.session import engine
from app.dependencies import DbSession
from app.errors import BusyError
from app.main import create_app
from app.settings import settings
from app.web.admission import Slots


def test_slot_is_waited_for() -> None:
    async def use_twice() -> None:
        slots = Slots(1, timeout=5)

        async def use() -> None:
            async with slots:
                await asyncio.sleep(0.01)

        await asyncio.gather(use(), use())

    asyncio.run(use_twice())


def test_waiting_for_a_slot_ends() -> None:
    async def use_in_vain() -> None:
        slots = Slots(1, timeout=0.01)
        async with slots:
            with pytest.raises(BusyError):
                async with slots:
                    pass
        async with slots:
            pass

    asyncio.run(use_in_vain())


def test_busy_is_a_503() -> None:
    app = create_app(routers=())

    @app.get("/busy")
    def read(db: DbSession) -> None: ...

    with TestClient(app) as client:
        app.state.read_slots = Slots(0, timeout=0.01)
        response = client.get("/busy")

    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.json()["title"] == "Busy"


def test_connections_in_use_stay_within_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred simultaneous requests are more than the server has threads: all of them succeed."""
    # With a pool of one connection, the last request waits for all the others.
    monkeypatch.setattr(settings, "db_pool_timeout", 60)
    app = create_app(routers=())
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


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_request_takes_one_slot_whatever_depends_on_it(method: str) -> None:
    """With a slot for each dependency, a request would wait for the slot that it holds itself."""
    app = create_app(routers=())

    def current_user(db: DbSession) -> int:
        return db.scalar(select(1)) or 0

    @app.get("/mine")
    @app.post("/mine")
    def mine(user: Annotated[int, Depends(current_user)], db: DbSession) -> int:
        return user + (db.scalar(select(1)) or 0)

    with TestClient(app) as client:
        app.state.slots = app.state.read_slots = Slots(1, timeout=0.5)
        responses = [client.request(method, "/mine") for _ in range(3)]

    assert [response.status_code for response in responses] == [200] * 3
    assert responses[0].json() == 2


def test_waiting_requests_hold_no_thread() -> None:
    """While every slot is taken, waiting requests use no threads, so requests without the database still get one."""
    app = create_app(routers=())
    go_on = threading.Event()

    @app.get("/held")
    def hold(db: DbSession) -> bool:
        return go_on.wait(timeout=10)

    @app.get("/threads")
    async def threads() -> int:
        return to_thread.current_default_thread_limiter().borrowed_tokens

    @app.get("/other")
    def other() -> None: ...

    statuses: list[int] = []
    with TestClient(app) as client:
        app.state.slots = app.state.read_slots = Slots(3, timeout=10)
        held = [threading.Thread(target=lambda: statuses.append(client.get("/held").status_code)) for _ in range(50)]
        for thread in held:
            thread.start()
        deadline = time.monotonic() + 5
        while client.get("/threads").json() < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.05)
        busy = client.get("/threads").json()
        answered = client.get("/other").status_code
        go_on.set()
        for thread in held:
            thread.join()

    assert busy == 3
    assert answered == 200
    assert statuses == [200] * 50
