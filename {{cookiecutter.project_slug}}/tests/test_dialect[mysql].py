"""MySQL and MariaDB store, compare and refuse values as other databases do."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    Uuid,
    delete,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from app.db import dialect, driver_errors, migrating
from app.db.column_types import UtcDateTime
from app.db.session import new_engine
from app.dependencies import DbSession
from app.main import create_app
from app.schemas import uuids
from app.values import JSON_DEPTH
from tests.database import scratch_database

NOTES = Table(
    "notes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("above", ForeignKey("notes.id", ondelete="CASCADE")),
    Column("name", String(20), unique=True),
    Column("size", Integer, CheckConstraint("size < 10"), nullable=False, default=1),
    Column("made", UtcDateTime),
    Column("due", Time),
    Column("body", Text),
    Column("picture", LargeBinary),
    Column("token", Uuid),
    Column("extra", JSON),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with scratch_database() as url:
        engine = new_engine(SecretStr(url))
        NOTES.metadata.create_all(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction, which is rolled back."""
    with engine.connect() as connection:
        yield connection


def test_sessions_are_strict_and_see_what_is_committed(connection: Connection) -> None:
    modes = connection.scalar(text("SELECT @@sql_mode"))

    assert {"STRICT_ALL_TABLES", "NO_ZERO_DATE", "ONLY_FULL_GROUP_BY"} <= set(str(modes).split(","))
    assert connection.get_isolation_level() == "READ COMMITTED"
    assert connection.scalar(text("SELECT @@innodb_lock_wait_timeout")) == dialect.LOCK_TIMEOUT


@pytest.mark.parametrize("make_engine", [lambda url: new_engine(SecretStr(url)), migrating.migration_engine])
def test_address_adds_to_what_sessions_rely_on(make_engine: Callable[[str], Engine], engine: Engine) -> None:
    own = {"sql_mode": "NO_BACKSLASH_ESCAPES", "init_command": "SET @tenant = 'a'", "charset": "latin1"}
    url = engine.url.update_query_dict(own).render_as_string(hide_password=False)

    with make_engine(url).connect() as connection:
        modes, tenant, charset = connection.execute(text("SELECT @@sql_mode, @tenant, @@character_set_client")).one()
        isolation = connection.get_isolation_level()
    connection.engine.dispose()

    assert {"STRICT_ALL_TABLES", "NO_BACKSLASH_ESCAPES"} <= set(modes.split(","))
    assert (tenant, charset, isolation) == ("a", "utf8mb4", "READ COMMITTED")


@pytest.mark.parametrize("name", ["connect_timeout", "read_timeout", "write_timeout"])
def test_timeout_in_the_address_wins(name: str, engine: Engine) -> None:
    url = engine.url.update_query_dict({name: "7"})
    seen: list[dict[str, object]] = []
    other = new_engine(SecretStr(url.render_as_string(hide_password=False)))

    @event.listens_for(other, "do_connect")
    def see(_: object, __: object, ___: object, arguments: dict[str, object]) -> None:
        seen.append(dict(arguments))

    other.connect().close()
    other.dispose()

    limits = {"connect_timeout": 3, "read_timeout": 15, "write_timeout": 15}
    assert {each: seen[0][each] for each in limits} == limits | {name: 7}


def test_columns_keep_all_of_a_value(connection: Connection) -> None:
    values = {
        "made": dt.datetime(2024, 1, 2, 3, 4, 5, 678_901, tzinfo=dt.UTC),
        "due": dt.time(23, 59, 59, 999_999),
        "body": "\N{GRINNING FACE}" * 100_000,
        "picture": b"\x00\xff" * 100_000,
    }
    connection.execute(insert(NOTES), values)

    row = connection.execute(select(*(NOTES.c[name] for name in values))).mappings().one()

    assert dict(row) == values


def test_uuids_that_are_accepted_are_stored(connection: Connection) -> None:
    texts = [f"0193a2b4-8c1e-{version:x}d3f-{byte:02x}5b-2c4d6e8f0a1b" for version in range(16) for byte in range(256)]
    accepted = [UUID(text) for text in texts if re.fullmatch(uuids.PATTERN, text)]
    connection.execute(insert(NOTES), [{"token": token} for token in accepted])

    assert len(accepted) == 8 * 256
    assert set(connection.scalars(select(NOTES.c.token))) == set(accepted)


def test_the_deepest_document_is_stored(connection: Connection) -> None:
    document = json.loads("[" * JSON_DEPTH + "]" * JSON_DEPTH)
    connection.execute(insert(NOTES), {"extra": document})

    assert connection.scalar(select(NOTES.c.extra)) == document


def test_texts_are_equal_where_every_character_is(connection: Connection) -> None:
    names = ["a", "A", "\xe1", "a\u0301", "a ", " a", "\xdf", "ss", "\N{GRINNING FACE}", "\N{WINKING FACE}"]
    for name in names:
        connection.execute(insert(NOTES), {"name": name})

    found = [connection.scalars(select(NOTES.c.name).where(NOTES.c.name == name)).all() for name in names]

    assert found == [[name] for name in names]
    with pytest.raises(IntegrityError):
        connection.execute(insert(NOTES), {"name": "a "})


@pytest.mark.parametrize("values", [{"name": "x" * 21}, {"size": 2**31}, {"made": text("'soon'")}])
def test_value_that_does_not_fit_is_refused(connection: Connection, values: dict[str, object]) -> None:
    with pytest.raises(DataError):
        connection.execute(insert(NOTES).values(values))


@pytest.mark.parametrize("size", [text("NULL"), text("DEFAULT"), text("10")], ids=str)
def test_value_that_is_missing_or_out_of_its_limits(connection: Connection, size: object) -> None:
    with pytest.raises(IntegrityError) as raised:
        connection.execute(insert(NOTES).values(size=size))

    assert driver_errors.is_missing_value(raised.value)
    assert driver_errors.clashing_columns(raised.value) == []


def test_deletion_that_goes_too_deep(connection: Connection) -> None:
    connection.execute(insert(NOTES), [{"id": number, "above": number - 1 or None} for number in range(1, 21)])

    with pytest.raises(IntegrityError) as raised:
        connection.execute(delete(NOTES).where(NOTES.c.id == 1))

    assert driver_errors.clashing_columns(raised.value) == []


def test_lock_that_is_waited_for_too_long(engine: Engine, connection: Connection) -> None:
    with engine.begin() as other:
        other.execute(insert(NOTES), {"id": 1})
        connection.execute(text("SET SESSION innodb_lock_wait_timeout = 1"))
        with pytest.raises(DBAPIError) as raised:
            connection.execute(insert(NOTES), {"id": 1})
        other.rollback()
    connection.invalidate()

    assert driver_errors.is_unavailable(raised.value)


def test_deadlock(engine: Engine) -> None:
    """Two transactions change two rows, each in its own order: one of them is told to try again."""
    with engine.begin() as connection:
        connection.execute(insert(NOTES), [{"id": 1}, {"id": 2}])

    def change(first: int, second: int, connection: Connection) -> DBAPIError | None:
        try:
            connection.execute(update(NOTES).where(NOTES.c.id == second).values(size=first))
        except DBAPIError as error:
            return error
        finally:
            connection.rollback()
        return None

    with engine.connect() as one, engine.connect() as two, ThreadPoolExecutor(2) as pool:
        one.execute(update(NOTES).where(NOTES.c.id == 1).values(size=3))
        two.execute(update(NOTES).where(NOTES.c.id == 2).values(size=3))
        errors = [error for error in pool.map(change, (1, 2), (2, 1), (one, two)) if error]

    assert [driver_errors.is_unavailable(error) for error in errors] == [True]


@pytest.fixture(scope="module")
def failing_client() -> Iterator[TestClient]:
    """A client of an application that executes what it is sent."""
    app = create_app(routers=())

    @app.post("/execute")
    def execute(statement: str, db: DbSession) -> None:
        db.connection().exec_driver_sql(statement)

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def raising(number: int, state: str = "HY000") -> dict[str, str]:
    return {"statement": f"SIGNAL SQLSTATE '{state}' SET MYSQL_ERRNO = {number}, MESSAGE_TEXT = 'failed'"}


MAY_SUCCEED_LATER = (
    *(1020, 1021, 1026, 1037, 1040, 1041, 1044, 1049, 1114, 1129, 1130, 1135, 1180, 1203, 1205, 1206, 1226, 1290, 1412),
    *(1524, 1615, 1637, 1689, 1820, 1836, 1862, 1874, 1878, 1927, 1964, 1998, 3024, 3032, 3118, 3159, 3572, 3955, 4031),
    *(4150, 4151),
)
MAY_SUCCEED_LATER_BY_STATE = (
    *((1042, "08S01"), (1047, "08S01"), (1053, "08S01"), (1251, "08004"), (1045, "28000"), (1698, "28000")),
    *((1213, "40001"), (3101, "40000"), (1317, "70100"), (1969, "70100"), (1792, "25006")),
)
FAILS_AGAIN = (1034, 1038, 1054, 1064, 1105, 1119, 1142, 1146, 1194, 1222, 1301, 1436, 1644, 1712, 1877)


@pytest.mark.parametrize("error", [*((number, "HY000") for number in MAY_SUCCEED_LATER), *MAY_SUCCEED_LATER_BY_STATE])
def test_error_that_a_retry_may_mend_is_a_503(failing_client: TestClient, error: tuple[int, str]) -> None:
    response = failing_client.post("/execute", params=raising(*error))

    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"


@pytest.mark.parametrize(("password", "database"), [("wrong", "mysql"), (None, "no_such_database")])
def test_login_that_is_refused_may_succeed_later(engine: Engine, password: str | None, database: str) -> None:
    url = engine.url.set(password=password or engine.url.password, database=database)
    other = new_engine(SecretStr(url.render_as_string(hide_password=False)))

    with pytest.raises(DBAPIError) as raised, other.connect():
        pass

    assert driver_errors.is_unavailable(raised.value)


@pytest.mark.parametrize("number", FAILS_AGAIN)
def test_error_that_a_retry_does_not_mend_is_a_500(failing_client: TestClient, number: int) -> None:
    response = failing_client.post("/execute", params=raising(number))

    assert response.status_code == 500
    assert "retry-after" not in response.headers


BAD_VALUES = (
    *((1264, "22003"), (1406, "22001"), (1366, "22007"), (3158, "22032"), (1153, "08S01")),
    *((number, "HY000") for number in (1118, 1265, 1292, 1300, 1411, 1525, 1690, 1713, 3140, 3988)),
)


@pytest.mark.parametrize("error", BAD_VALUES)
def test_value_that_does_not_fit_is_a_422(failing_client: TestClient, error: tuple[int, str]) -> None:
    assert failing_client.post("/execute", params=raising(*error)).status_code == 422


@pytest.mark.parametrize("number", [1022, 1062, 1169, 1216, 1217, 1296, 1451, 1452, 1586, 1761, 1762, 1859, 1991, 3008])
def test_broken_constraint_is_a_409(failing_client: TestClient, number: int) -> None:
    assert failing_client.post("/execute", params=raising(number)).status_code == 409


@pytest.mark.parametrize("times", [1.01, 3])
def test_statement_that_is_too_long_for_the_server(engine: Engine, times: float) -> None:
    """Either the server says so, or it hangs up while the statement is still being sent."""
    with engine.connect() as connection:
        limit = int(connection.scalar(text("SELECT @@max_allowed_packet")) or 0)
        with pytest.raises(DataError):
            connection.execute(insert(NOTES), {"body": "x" * int(times * limit)})

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_connection_to_a_server_that_is_read_only_is_replaced(engine: Engine) -> None:
    with engine.connect() as connection:
        number = connection.scalar(text("SELECT CONNECTION_ID()"))
        connection.rollback()
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.rollback()
        with pytest.raises(DBAPIError) as raised:
            connection.execute(insert(NOTES), {"id": 1})

    assert driver_errors.is_unavailable(raised.value)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT CONNECTION_ID()")) != number


def test_connection_that_the_server_ends(engine: Engine) -> None:
    with engine.connect() as connection, engine.connect() as other:
        other.execute(text(f"KILL {connection.scalar(text('SELECT CONNECTION_ID()'))}"))
        with pytest.raises(DBAPIError) as raised:
            connection.execute(select(NOTES.c.id))

    assert raised.value.connection_invalidated
    assert driver_errors.is_unavailable(raised.value)


def test_lock_of_migrations_ends_with_its_connection(engine: Engine) -> None:
    is_free = text(f"SELECT IS_FREE_LOCK({dialect.MIGRATION_LOCK})")
    with engine.connect() as watcher:
        with engine.begin() as connection:
            migrating.lock_migrations(connection)
            held = watcher.scalar(is_free)
        assert (held, watcher.scalar(is_free)) == (0, 1)
