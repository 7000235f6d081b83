"""Faults in production: meanwhile, requests are answered with 503 and Retry-After; the service recovers by itself; and
nothing is written by halves. What is confirmed is there, once. What is answered with 503 may be there, too: if the
connection breaks during the commit, nobody knows."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.baking import Bake
from tests.deep import servers
from tests.deep.load import Answer, Call, Json, ask, assert_bounded, hammer, statuses
from tests.deep.servers import PostgreSQL, Service, alembic, migrate, service, wait_for

pytestmark = pytest.mark.alone

# Creating a post writes to two tables.
ENTITIES = "Tag(name:str(50)); Post(title:str(100), tags:Tag[])"
POSTS = "SELECT title, (SELECT count(*) FROM post_tags WHERE post_id = posts.id) FROM posts"
KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
CLIENTS = 16

Rows = Sequence[tuple[object, ...]]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    """A server that may be stopped."""
    with servers.postgresql() as own:
        yield own


@pytest.fixture(scope="module")
def project(bake: Bake) -> Path:
    return bake(database="postgresql", entities=ENTITIES)


@pytest.fixture(scope="module")
def migrated(project: Path, server: PostgreSQL) -> str:
    """A database with its own role."""
    server.make_database("app")
    url = server.url("app", user="app")
    migrate(project, url)
    return url


@pytest.fixture(scope="module")
def running(project: Path, migrated: str) -> Iterator[Service]:
    with service(project, {"DATABASE_URL": migrated}, "--workers=2") as started:
        yield started


@pytest.fixture
def url(server: PostgreSQL, migrated: str) -> str:
    server.ask("TRUNCATE posts, tags, post_tags", "app")
    return migrated


@pytest.fixture
def app(running: Service, url: str) -> Service:
    """A service that is started once and goes through one fault after the other."""
    return running


def make_tags(address: str) -> list[object]:
    return [ask(address, "/api/v1/tags", "POST", {"name": name}).json()["id"] for name in ("red", "green")]


SLOW_COMMIT = """
CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON tags DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sleep()
"""


class Load:
    """Clients that create posts and read in between; every post has a different title."""

    def __init__(self, address: str, seconds: float, clients: int = CLIENTS) -> None:
        self.tags = make_tags(address)
        self._titles = map(str, count())
        threads = ThreadPoolExecutor(1)
        self._running: Future[list[Answer]] = threads.submit(
            lambda: asyncio.run(hammer(address, clients, seconds, self._call))
        )
        threads.shutdown(wait=False)

    def _call(self, client: int, sent: int) -> Call:
        if sent % 3 == 2:
            return Call("GET", "/api/v1/posts?limit=5")
        return Call("POST", "/api/v1/posts", {"title": next(self._titles), "tags": self.tags})

    def answers(self) -> list[Answer]:
        return self._running.result()


def titles(answers: Sequence[Answer], *expected: int) -> set[object]:
    return {answer.call.body["title"] for answer in answers if answer.call.body and answer.status in expected}


def assert_written_once(rows: Rows, answers: Sequence[Answer]) -> None:
    """Check that each confirmed post is there once, with both tags, and others only if their clients got no answer."""
    written = Counter(title for title, _ in rows)
    assert {tags for _, tags in rows} <= {2}
    assert set(written.values()) <= {1}
    assert titles(answers, 201) <= set(written)
    assert set(written) - titles(answers, 201) <= titles(answers, 503, 0)


def assert_recovers(address: str) -> None:
    wait_for(lambda: ask(address, "/health/ready").status == 200, "the service is ready")
    answers = [ask(address, "/api/v1/posts") for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 5


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_database_is_stopped_and_started(app: Service, server: PostgreSQL, mode: str) -> None:
    load = Load(app.address, 5)
    time.sleep(1)

    server.stop(mode)
    time.sleep(1.2)  # readiness keeps its last answer for a second
    ready, live = ask(app.address, "/health/ready"), ask(app.address, "/health/live")
    server.start()
    answers = load.answers()

    assert (ready.status, live.status) == (503, 200)
    assert_bounded(answers, 200, 201)
    assert set(statuses(answers)) == {200, 201, 503}
    assert {answer.status for answer in answers[-CLIENTS:]} <= {200, 201}
    assert_recovers(app.address)
    assert_written_once(server.ask(POSTS, "app"), answers)


def test_connections_are_killed_under_load(app: Service, server: PostgreSQL) -> None:
    load = Load(app.address, 4)

    killed = 0
    for _ in range(12):
        time.sleep(0.25)
        killed += len(server.ask(KILL))
    answers = load.answers()

    assert killed > 12
    assert_bounded(answers, 200, 201)
    assert statuses(answers)[503] < len(answers) / 4
    assert_recovers(app.address)
    assert_written_once(server.ask(POSTS, "app"), answers)


@contextmanager
def held_lock(server: PostgreSQL) -> Iterator[None]:
    """What `/held` waits for."""
    address = f"host=127.0.0.1 port={server.port} user=postgres dbname=app"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        yield


def all_at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(len(calls)) as threads:
        return [running.result() for running in [threads.submit(call) for call in calls]]


def test_slow_statements_and_locks_end(app: Service, server: PostgreSQL) -> None:
    with held_lock(server):
        slow, read, written = all_at_once(
            lambda: ask(app.address, "/slow?seconds=30"),
            lambda: ask(app.address, "/held"),
            lambda: ask(app.address, "/held", "POST"),
        )

    assert_bounded([slow, read, written])
    assert 9.9 < slow.seconds < 15
    assert 4.9 < read.seconds < 10
    assert 4.9 < written.seconds < 10
    assert_recovers(app.address)


def test_pool_is_exhausted(project: Path, url: str, server: PostgreSQL) -> None:
    few = {"DATABASE_URL": url, "DB_POOL_SIZE": "2", "DB_MAX_OVERFLOW": "1", "DB_POOL_TIMEOUT": "1"}
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND wait_event_type = 'Lock'"

    with service(project, few) as app, ThreadPoolExecutor(3) as threads:
        with held_lock(server):
            held = [threads.submit(ask, app.address, "/held") for _ in range(3)]
            wait_for(lambda: server.count(waiting) == 3, "three requests have the three connections")
            busy = all_at_once(*[lambda: ask(app.address, "/api/v1/posts")] * 20)
            health = [ask(app.address, "/health/live"), ask(app.address, "/health/ready")]
        answers = [running.result() for running in held]
        assert_recovers(app.address)

    assert_bounded(busy)
    assert {answer.json()["title"] for answer in busy} == {"Busy"}
    assert all(0.9 < answer.seconds < 3 for answer in busy)
    assert [answer.status for answer in health] == [200, 200]
    assert max(answer.seconds for answer in health) < 0.9
    assert [answer.status for answer in answers] == [200] * 3


def test_server_has_no_connection_left(app: Service, server: PostgreSQL) -> None:
    server.ask("ALTER ROLE app CONNECTION LIMIT 2")
    server.ask(KILL)  # connections that the pools have kept would be enough for all
    refused = all_at_once(*[lambda: ask(app.address, "/slow?seconds=0.5")] * 16)
    server.ask("ALTER ROLE app CONNECTION LIMIT -1")

    assert_bounded(refused, 200)
    assert statuses(refused)[503] > 0
    assert_recovers(app.address)


def test_server_is_read_only_for_a_while(app: Service, server: PostgreSQL) -> None:
    """As an old primary after a failover: what is left of its connections is replaced, too."""
    server.ask("ALTER ROLE app SET default_transaction_read_only = on")
    server.ask(KILL)
    refused = [ask(app.address, "/api/v1/tags", "POST", {"name": "red"}) for _ in range(4)]
    read = ask(app.address, "/api/v1/tags")
    server.ask("ALTER ROLE app RESET default_transaction_read_only")
    # Two workers may have kept some connections that still read only.
    later = [ask(app.address, "/api/v1/tags", "POST", {"name": "red"}) for _ in range(40)]

    assert_bounded([*refused, *later], 201)
    assert {answer.status for answer in refused} == {503}
    assert read.status == 200
    assert [answer.status for answer in later[-20:]] == [201] * 20


def test_network_loses_connections(project: Path, url: str, server: PostgreSQL) -> None:
    """As after a failover without a reset: the service waits no longer than it has to, even when it is told to end."""
    read: Callable[[Service], list[Answer]] = lambda app: all_at_once(*[lambda: ask(app.address, "/api/v1/tags")] * 8)

    with (
        servers.proxy(server.port) as network,
        service(project, {"DATABASE_URL": url.replace(f":{server.port}/", f":{network.port}/")}) as app,
        ThreadPoolExecutor(1) as threads,
    ):
        # Eight statements that take a while open all connections of the pool.
        all_at_once(*[lambda: ask(app.address, "/slow?seconds=0.5")] * 8)
        network.lose_connections()
        lost = read(app)
        assert_recovers(app.address)
        again = read(app)

        all_at_once(*[lambda: ask(app.address, "/slow?seconds=0.5")] * 8)
        network.lose_connections()
        ending = threads.submit(read, app)
        time.sleep(1)
        app.process.terminate()
        app.process.wait(timeout=25)

    assert_bounded([*lost, *ending.result()])
    assert {answer.status for answer in lost} == {503}
    assert max(answer.seconds for answer in [*lost, *ending.result()]) < 20
    assert {answer.status for answer in again} == {200}


def test_answer_to_a_commit_is_lost(project: Path, url: str, server: PostgreSQL) -> None:
    """The client is told to try again, but the row is there: nobody can know."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    server.ask(SLOW_COMMIT, "app")

    with (
        servers.proxy(server.port) as network,
        service(project, {"DATABASE_URL": url.replace(f":{server.port}/", f":{network.port}/")}) as app,
        ThreadPoolExecutor(1) as threads,
    ):
        written = threads.submit(ask, app.address, "/api/v1/tags", "POST", {"name": "red"})
        wait_for(lambda: server.count(waiting) == 1, "the database commits")
        network.lose_connections()
        answer = written.result()

    server.ask("DROP FUNCTION sleep CASCADE", "app")
    assert_bounded([answer])
    assert answer.status == 503
    assert server.ask("SELECT name FROM tags", "app") == [("red",)]


def test_sigterm_under_load(project: Path, url: str, server: PostgreSQL) -> None:
    """Like `docker stop`: accepted requests are answered, and nothing else is written."""
    with (
        service(project, {"DATABASE_URL": url}, "--workers=2", "--timeout-graceful-shutdown=25") as app,
        ThreadPoolExecutor(4) as threads,
    ):
        load = Load(app.address, 4)
        time.sleep(1)
        slow = [threads.submit(ask, app.address, "/slow?seconds=2") for _ in range(4)]
        time.sleep(0.5)
        app.process.terminate()
        ended = app.process.wait(timeout=20)
        answers = load.answers()
        log = app.log.read_text(encoding="utf-8")

    assert [running.result().status for running in slow] == [200] * 4
    assert set(statuses(answers)) == {200, 201, 0}
    assert {title for title, _ in server.ask(POSTS, "app")} == titles(answers, 201)
    assert_written_once(server.ask(POSTS, "app"), answers)
    assert ended == 0
    assert "Traceback" not in log


BROKEN = """\
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO tags (name, created_at, updated_at) VALUES ('half', '2026-01-01', '2026-01-01')")
    op.execute("UPDATE no_such_table SET id = 1")


def downgrade() -> None:
    op.drop_table("half")
"""
TABLES = {
    "postgresql": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
}


@pytest.mark.parametrize("database", ["postgresql", "sqlite"])
def test_a_failed_migration_leaves_nothing(
    bake: Bake, request: pytest.FixtureRequest, tmp_path: Path, database: str
) -> None:
    project = bake(database=database, entities=ENTITIES)
    if database == "postgresql":
        server: PostgreSQL = request.getfixturevalue("server")
        url = request.getfixturevalue("url")
        query: Callable[[str], Rows] = lambda text: server.ask(text, "app")
    else:
        url = f"sqlite:///{tmp_path / 'app.db'}"
        migrate(project, url)
        query = lambda text: ask_file(tmp_path / "app.db", text)
    broken = project / "migrations" / "versions" / "0002_broken.py"
    broken.write_text(BROKEN, encoding="utf-8")

    try:
        done = alembic(project, "upgrade", "head", DATABASE_URL=url)
    finally:
        broken.unlink()

    assert done.returncode != 0
    assert "no_such_table" in done.stderr
    assert {name for (name,) in query(TABLES[database])} == {"alembic_version", "tags", "posts", "post_tags"}
    assert query("SELECT version_num FROM alembic_version") == [("0001",)]
    assert query("SELECT * FROM tags") == []
    migrate(project, url)


# SQLite


@pytest.fixture(scope="module")
def sqlite_project(bake: Bake) -> Path:
    return bake(entities=ENTITIES)


@pytest.fixture
def file(sqlite_project: Path, tmp_path: Path) -> Path:
    migrate(sqlite_project, f"sqlite:///{tmp_path / 'app.db'}")
    return tmp_path / "app.db"


def ask_file(file: Path, query: str) -> Rows:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


SQLITE_PROBES = "from app.main import app as app\n"


def test_disk_is_full(sqlite_project: Path, file: Path) -> None:
    """The operating system limits the size of files, and then lifts the limit."""
    environment = {"DATABASE_URL": f"sqlite:///{file}"}

    with service(sqlite_project, environment, probes=SQLITE_PROBES, limit="256") as app:
        full = Load(app.address, 4, clients=4).answers()
        read = ask(app.address, "/api/v1/posts")
        lift = ["prlimit", f"--pid={app.process.pid}", "--fsize=unlimited"]
        subprocess.run(lift, check=True)
        later = Load(app.address, 1, clients=4).answers()
        assert_recovers(app.address)

    assert_bounded(full, 200, 201)
    assert statuses(full)[503] > 0
    assert read.status == 200
    assert set(statuses(later)) == {200, 201}
    rows = ask_file(file, POSTS)
    assert len(rows) == statuses(full)[201] + statuses(later)[201]
    assert {tags for _, tags in rows} == {2}
    assert ask_file(file, "PRAGMA integrity_check") == [("ok",)]


HOLDER = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_file_is_locked_by_another_process(sqlite_project: Path, file: Path) -> None:
    with service(sqlite_project, {"DATABASE_URL": f"sqlite:///{file}"}, probes=SQLITE_PROBES) as app:
        tags = make_tags(app.address)
        command = [sys.executable, "-c", HOLDER, str(file)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout
            assert holder.stdout.readline() == b"locked\n"
            post: Json = {"title": "locked", "tags": tags}
            written, *read = all_at_once(
                lambda: ask(app.address, "/api/v1/posts", "POST", post),
                *[lambda: ask(app.address, "/api/v1/posts")] * 5,
            )
            holder.communicate()
        again = ask(app.address, "/api/v1/posts", "POST", post)

    assert_bounded([written])
    assert 4.5 < written.seconds < 10
    assert [answer.status for answer in read] == [200] * 5
    assert again.status == 201
    assert ask_file(file, POSTS) == [("locked", 2)]
