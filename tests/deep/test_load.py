"""Far more clients than connections: all get answers, connections stay within bounds, and liveness still answers."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.baking import Bake
from tests.deep import servers
from tests.deep.load import Answer, ask, assert_bounded, hammer_one, percentile, statuses
from tests.deep.servers import PostgreSQL, Service, migrate, service

pytestmark = pytest.mark.alone

# Together they have enough connections for 1000 requests per second of 20 milliseconds each.
WORKERS = 2
POOL_SIZE = 10
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'load'"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    with servers.postgresql() as server:
        yield server


@pytest.fixture(scope="module")
def project(bake: Bake) -> Path:
    return bake(database="postgresql")


@pytest.fixture(scope="module")
def served(project: Path, postgresql: PostgreSQL) -> Iterator[Service]:
    postgresql.make_database("load")
    url = postgresql.url("load", user="load")
    migrate(project, url)
    with service(project, {"DATABASE_URL": url, "DB_POOL_SIZE": str(POOL_SIZE)}, f"--workers={WORKERS}") as running:
        yield running


@pytest.mark.parametrize("clients", [500, 1000])
def test_every_client_is_answered(served: Service, postgresql: PostgreSQL, clients: int) -> None:
    lives: list[Answer] = []
    most = 0

    # In a separate process, so that the server is measured and not the clients.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
        load = processes.submit(hammer_one, served.address, clients, 5, "/slow?seconds=0.02")
        while not load.done():
            lives.append(ask(served.address, "/health/live"))
            most = max(most, postgresql.count(CONNECTIONS))
            time.sleep(0.02)
    answers = load.result()

    seconds = [answer.seconds for answer in answers if answer.status == 200]
    print(
        f"\n{clients} clients: {dict(statuses(answers))}, p50 {percentile(seconds, 50):.0f} ms,"
        f" p99 {percentile(seconds, 99):.0f} ms; at most {most} connections;"
        f" /health/live {len(lives)} times, p50 {percentile([live.seconds for live in lives], 50):.1f} ms,"
        f" p99 {percentile([live.seconds for live in lives], 99):.1f} ms"
    )
    assert_bounded(answers, 200)
    if clients == 500:
        assert set(statuses(answers)) == {200}
    assert statuses(answers)[200] > clients
    assert WORKERS * POOL_SIZE <= most <= WORKERS * (POOL_SIZE + 1)
    assert set(statuses(lives)) == {200}
