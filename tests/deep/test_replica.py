"""GET reads from a streaming replica of PostgreSQL: behind the primary, away, and back."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.baking import Bake
from tests.deep import servers
from tests.deep.load import Json, ask, assert_bounded, hammer_one, statuses
from tests.deep.servers import PostgreSQL, Service, migrate, replica_of, service, wait_for

pytestmark = pytest.mark.alone

CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
TAGS = "/api/v1/tags"
POOL_SIZE = 3


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgreSQL]:
    with servers.postgresql() as server:
        server.make_database("app")
        yield server


@pytest.fixture(scope="module")
def replica(primary: PostgreSQL) -> Iterator[PostgreSQL]:
    with replica_of(primary) as server:
        yield server


@pytest.fixture(scope="module")
def app(bake: Bake, primary: PostgreSQL, replica: PostgreSQL) -> Iterator[Service]:
    project: Path = bake(database="postgresql", entities="Tag(name:str(50))")
    url = primary.url("app", user="app")
    migrate(project, url)
    catch_up(primary, replica)
    environment = {
        "DATABASE_URL": url,
        "READ_DATABASE_URL": replica.url("app", user="app"),
        "DB_POOL_SIZE": str(POOL_SIZE),
    }
    with service(project, environment) as running:
        yield running


def catch_up(primary: PostgreSQL, replica: PostgreSQL) -> None:
    position = primary.ask("SELECT pg_current_wal_lsn()::text")[0][0]
    reached = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
    wait_for(lambda: replica.ask(reached)[0][0], "the replica has caught up")


def make(app: Service, name: str) -> Json:
    answer = ask(app.address, TAGS, "POST", {"name": name})
    assert answer.status == 201
    return answer.json()


def test_reads_go_to_the_replica_and_writes_to_the_primary(
    app: Service, primary: PostgreSQL, replica: PostgreSQL
) -> None:
    tag = make(app, "streamed")
    catch_up(primary, replica)

    read = ask(app.address, f"{TAGS}/{tag['id']}")
    recovers = ask(app.address, "/setting?name=transaction_read_only")
    primary_recovers = ask(app.address, "/setting?name=transaction_read_only", X_Read_From="primary")

    assert (read.status, read.json()["name"]) == (200, "streamed")
    assert (recovers.body, primary_recovers.body) == (b'"on"', b'"off"')


def test_a_reader_behind_the_primary_may_ask_the_primary(
    app: Service, primary: PostgreSQL, replica: PostgreSQL
) -> None:
    old = make(app, "old")
    catch_up(primary, replica)
    replica.ask("SELECT pg_wal_replay_pause()")
    wait_for(
        lambda: replica.ask("SELECT pg_get_wal_replay_pause_state()")[0][0] == "paused", "the replica stands still"
    )

    try:
        new = make(app, "new")
        changed = ask(app.address, f"{TAGS}/{old['id']}", "PATCH", {"name": "changed"})
        stale = ask(app.address, f"{TAGS}/{old['id']}")
        missing = ask(app.address, f"{TAGS}/{new['id']}")
        fresh = ask(app.address, f"{TAGS}/{old['id']}", X_Read_From="primary")
        found = ask(app.address, f"{TAGS}/{new['id']}", X_Read_From="primary")
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    catch_up(primary, replica)
    later = ask(app.address, f"{TAGS}/{old['id']}")

    assert (changed.status, changed.json()["name"]) == (200, "changed")
    assert (stale.status, stale.json()["name"]) == (200, "old")
    assert missing.status == 404
    assert (fresh.json()["name"], found.json()["name"]) == ("changed", "new")
    assert later.json()["name"] == "changed"


def test_the_header_is_checked_and_documented(app: Service) -> None:
    wrong = ask(app.address, TAGS, X_Read_From="replica")
    document = ask(app.address, "/openapi.json").json()

    assert wrong.status == 422
    paths = document["paths"]
    assert isinstance(paths, dict)
    parameters = paths[TAGS]["get"]["parameters"]
    assert [one["name"] for one in parameters if one["in"] == "header"] == ["x-read-from"]


def test_each_server_has_connections_of_its_own(app: Service, primary: PostgreSQL, replica: PostgreSQL) -> None:
    most = {primary.port: 0, replica.port: 0}

    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
        load = processes.submit(hammer_one, app.address, 30, 2, "/slow?seconds=0.05")
        while not load.done():
            assert ask(app.address, "/slow?seconds=0", X_Read_From="primary").status == 200
            for server in (primary, replica):
                most[server.port] = max(most[server.port], server.count(CONNECTIONS))

    assert set(statuses(load.result())) == {200}
    assert most[replica.port] == POOL_SIZE
    assert 1 <= most[primary.port] <= POOL_SIZE + 1


def test_the_replica_is_away_and_comes_back(app: Service, replica: PostgreSQL) -> None:
    replica.stop()

    away = [ask(app.address, TAGS) for _ in range(5)]
    ready = ask(app.address, "/health/ready")
    primary = ask(app.address, TAGS, X_Read_From="primary")
    tag = make(app, "while it was away")
    replica.start()
    wait_for(lambda: ask(app.address, f"{TAGS}/{tag['id']}").status == 200, "the replica has caught up")

    assert_bounded(away)
    assert (ready.status, primary.status) == (200, 200)
