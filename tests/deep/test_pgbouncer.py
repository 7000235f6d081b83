"""Through a real PgBouncer in transaction pooling, configured as in compose.yaml: the right rows, and time limits."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
import pytest

from tests.baking import Bake, succeed
from tests.deep import servers
from tests.deep.load import Answer, Call, ask, assert_bounded, hammer, statuses
from tests.deep.servers import (
    DROPS_OPTIONS,
    Composed,
    PostgreSQL,
    Service,
    alembic,
    free_port,
    migrate,
    pgbouncer,
    service,
)

pytestmark = pytest.mark.alone

CLIENTS = 24
ENTITIES = "User(name:str(100), email:email unique); Note(text:str(100), user:User cascade)"
USERS = "/api/v1/users"
FOUR_CONNECTIONS = (r"(?m)^default_pool_size = .*", "default_pool_size = 4")


@pytest.fixture(scope="module")
def composed(bake: Bake) -> Composed:
    return Composed.of(bake(database="postgresql", pgbouncer="yes", entities=ENTITIES))


@pytest.fixture(scope="module")
def server(composed: Composed) -> Iterator[PostgreSQL]:
    """A server whose role has time limits."""
    with servers.postgresql() as own:
        own.ask(composed.limits)
        migrate(composed.project, own.url())
        yield own


@pytest.fixture(scope="module")
def bouncer(composed: Composed, server: PostgreSQL) -> Iterator[str]:
    """The URL of the server's database through PgBouncer, which has fewer connections than the service."""
    with pgbouncer(server, composed.configured(FOUR_CONNECTIONS), composed.users) as port:
        yield url_at(port)


@pytest.fixture(scope="module")
def app(composed: Composed, bouncer: str) -> Iterator[Service]:
    with service(composed.project, {"DATABASE_URL": bouncer}, "--workers=2") as running:
        yield running


def url_at(port: int, user: str = "postgres") -> str:
    return f"postgresql+psycopg://{user}:{user}@127.0.0.1:{port}/postgres"


def use_rows(address: str, server: PostgreSQL) -> list[Answer]:
    """Have each client change its own row and read it back, many times."""
    server.ask("TRUNCATE users CASCADE")
    for client in range(CLIENTS):
        server.ask(
            "INSERT INTO users (id, name, email, created_at, updated_at) OVERRIDING SYSTEM VALUE"
            f" VALUES ({client + 1}, 'new', 'a{client}@example.com', now(), now())"
        )

    def call(client: int, sent: int) -> Call:
        path = f"{USERS}/{client + 1}"
        if sent % 3 == 0:
            return Call("PATCH", path, {"name": f"{client} {sent}"})
        return Call("GET", path, headers={"X-Expected": f"{client} {sent - sent % 3}"})

    return asyncio.run(hammer(address, CLIENTS, 4, call))


def outcome(answer: Answer) -> str:
    """Tell whether a client got its own row, as it has left it."""
    if answer.status != 200:
        return f"status {answer.status}"
    row = answer.json()
    body = answer.call.body or {"name": answer.call.headers["X-Expected"]}
    own = answer.call.path == f"{USERS}/{row['id']}" and row["name"] == body["name"]
    return "right row" if own else "wrong row"


def outcomes(answers: Sequence[Answer]) -> Counter[str]:
    return Counter(outcome(answer) for answer in answers)


def test_every_client_gets_its_own_rows(app: Service, server: PostgreSQL) -> None:
    answers = use_rows(app.address, server)

    found = outcomes(answers)
    print(f"\nthrough PgBouncer: {dict(found)}")
    assert set(found) == {"right row"}
    # Statements are prepared the sixth time that they are used.
    assert found["right row"] > 6 * CLIENTS
    clients = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'postgres' AND application_name <> 'test'"
    assert server.count(f"{clients} AND backend_type = 'client backend'") <= 4


def test_the_check_fails_where_statements_are_prepared(composed: Composed, server: PostgreSQL) -> None:
    """The same load with DB_PGBOUNCER=false shows what the setting is for."""
    configuration = composed.configured(FOUR_CONNECTIONS, DROPS_OPTIONS)

    with pgbouncer(server, configuration, composed.users) as port:
        environment = {"DATABASE_URL": url_at(port), "DB_PGBOUNCER": "false"}
        with service(composed.project, environment, "--workers=2") as app:
            found = outcomes(use_rows(app.address, server))

    print(f"\nwith prepared statements: {dict(found)}")
    assert set(found) - {"right row"} != set()


def test_pgbouncer_refuses_options(bouncer: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        psycopg.connect(bouncer.replace("+psycopg", ""), options="-c statement_timeout=10000")


def test_time_limits_hold(app: Service, server: PostgreSQL) -> None:
    direct = f"host=127.0.0.1 port={server.port} user=postgres"

    with psycopg.connect(direct, autocommit=True) as connection, ThreadPoolExecutor(3) as threads:
        connection.execute("SELECT pg_advisory_lock(1)")
        slow = threads.submit(ask, app.address, "/slow?seconds=30")
        locked = [threads.submit(ask, app.address, "/held", method) for method in ("GET", "POST")]
        answers = [running.result() for running in (slow, *locked)]
    idle = ask(app.address, "/setting?name=idle_in_transaction_session_timeout")

    assert_bounded(answers)
    assert statuses(answers) == {503: 3}
    assert 9.9 < answers[0].seconds < 15
    assert all(4.9 < answer.seconds < 10 for answer in answers[1:])
    assert idle.body == b'"1min"'
    assert ask(app.address, USERS).status == 200


def test_pgbouncer_is_restarted(composed: Composed, server: PostgreSQL) -> None:
    with ExitStack() as first:
        port = first.enter_context(pgbouncer(server, composed.configuration, composed.users))
        with service(composed.project, {"DATABASE_URL": url_at(port)}) as app:
            before = [ask(app.address, USERS).status for _ in range(3)]
            first.close()
            away = [ask(app.address, USERS) for _ in range(3)]
            with pgbouncer(server, composed.configuration, composed.users, port):
                after = [ask(app.address, USERS).status for _ in range(3)]

    assert before == after == [200] * 3
    assert_bounded(away)


def test_migrations_go_to_the_server_itself(composed: Composed, server: PostgreSQL) -> None:
    nobody = url_at(free_port())

    done = alembic(composed.project, "current", DATABASE_URL=nobody, MIGRATION_DATABASE_URL=server.url())

    assert succeed(done) == "0001 (head)\n"


def test_migrations_need_the_servers_address(composed: Composed, bouncer: str) -> None:
    done = alembic(composed.project, "upgrade", "head", DATABASE_URL=bouncer)

    assert done.returncode != 0
    message = "MIGRATION_DATABASE_URL must be set where DB_PGBOUNCER is: the server's own address"
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
