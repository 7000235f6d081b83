"""What is specific to PostgreSQL: the pool hands out live connections, and each error has its status."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import psycopg
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.db import dialect, driver_errors, migrating
from app.db.session import new_engine
from app.dependencies import DbSession
from app.main import create_app
from app.settings import settings
from tests.database import scratch_database, server_url


@pytest.fixture
def engines() -> Iterator[tuple[Engine, Engine]]:
    made = new_engine(settings.database_url), new_engine(settings.database_url)
    yield made
    for engine in made:
        engine.dispose()


def process_of(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_connection_that_the_server_has_closed_is_replaced(engines: tuple[Engine, Engine]) -> None:
    engine, other = engines
    with engine.connect() as connection:
        process = process_of(connection)
    with other.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})

    with engine.connect() as connection:
        assert process_of(connection) != process


def test_server_that_does_not_answer_is_given_up() -> None:
    url = make_url(settings.database_url.get_secret_value()).update_query_dict({"answer_timeout": "0.3"})
    engine = new_engine(SecretStr(url.render_as_string(hide_password=False)))

    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        with pytest.raises(DBAPIError) as raised:
            connection.execute(text("SELECT pg_sleep(5)"))

    assert driver_errors.is_unavailable(raised.value)
    assert isinstance(driver, psycopg.Connection)
    assert driver.closed
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_migrations_wait_for_answers() -> None:
    url = make_url(settings.database_url.get_secret_value()).update_query_dict({"answer_timeout": "0.1"})

    with migrating.migration_engine(url).connect() as connection:
        assert connection.scalar(text("SELECT 1 FROM pg_sleep(0.3)")) == 1


def test_session_does_not_depend_on_the_databases_settings() -> None:
    settings_elsewhere = {
        "default_transaction_isolation": "serializable",
        "datestyle": "SQL, DMY",
        "extra_float_digits": "-15",
        "timezone": "Asia/Tokyo",
        "client_encoding": "LATIN1",
    }
    with scratch_database() as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name, value in settings_elsewhere.items():
                connection.execute(text(f"ALTER DATABASE {engine.url.database} SET {name} = '{value}'"))
        engine.dispose()

        engine = new_engine(SecretStr(url))
        with engine.connect() as connection:
            shown = {name: connection.scalar(text(f"SHOW {name}")) for name in settings_elsewhere}
        engine.dispose()

    assert shown == {
        "default_transaction_isolation": "read committed",
        "datestyle": "ISO, MDY",
        "extra_float_digits": "1",
        "timezone": "UTC",
        "client_encoding": "UTF8",
    }


def probe_engine(url: str) -> Engine:
    return create_engine(url, connect_args=dialect.probe_connect_args(make_url(url)))


ENGINES = {
    "requests": lambda url: new_engine(SecretStr(url)),
    "probes": probe_engine,
    "migrations": migrating.migration_engine,
}


@pytest.mark.parametrize("where", ["address", "environment"])
@pytest.mark.parametrize("make_engine", ENGINES.values(), ids=ENGINES)
def test_options_that_the_operator_gives_are_kept(
    make_engine: Callable[[str], Engine], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = r"-c search_path=tenant -c statement_timeout=7000 -c work_mem=5MB -c timezone=Asia/Tokyo"
    url = server_url()
    if where == "address":
        url = url.update_query_dict({"options": options, "connect_timeout": "7"})
    else:
        monkeypatch.setenv("PGOPTIONS", options)
        monkeypatch.setenv("PGCONNECT_TIMEOUT", "7")

    with make_engine(url.render_as_string(hide_password=False)).connect() as connection:
        names = ("search_path", "statement_timeout", "work_mem", "timezone", "default_transaction_isolation")
        shown = [connection.scalar(text(f"SHOW {name}")) for name in names]
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert driver.info.get_parameters()["connect_timeout"] == "7"
    connection.engine.dispose()

    # What the code relies on is not for the address to say.
    assert shown == ["tenant", "7s", "5MB", "UTC", "read committed"]


@pytest.mark.parametrize("make_engine", [ENGINES["requests"], ENGINES["migrations"]])
def test_database_that_cannot_hold_every_text_is_refused(make_engine: Callable[[str], Engine]) -> None:
    message = "with ENCODING 'UTF8' is needed, and this one has 'LATIN1'"
    with (
        scratch_database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0") as url,
        pytest.raises(OperationalError, match=message),
    ):
        make_engine(url).connect()


def test_exclusion_constraint_is_a_conflict_and_no_reference() -> None:
    app = create_app(routers=())

    @app.post("/book")
    def book(db: DbSession) -> None:
        db.execute(text("CREATE TEMPORARY TABLE bookings (hours int4range, EXCLUDE USING gist (hours WITH &&))"))
        db.execute(text("INSERT INTO bookings VALUES ('[1,3)'), ('[2,4)')"))

    with TestClient(app) as client:
        response = client.post("/book")

    assert response.status_code == 409
    assert response.json()["detail"] == "This conflicts with existing rows."


@pytest.fixture(scope="module")
def failing_client() -> Iterator[TestClient]:
    """A client of an application that executes what it is sent."""
    app = create_app(routers=())

    @app.post("/execute")
    def execute(statements: list[str], db: DbSession) -> None:
        for statement in statements:
            db.connection().exec_driver_sql(statement)

    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def raising(state: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"


MAY_SUCCEED_LATER = (
    *("08000", "08006", "08P01", "25006", "25P03", "25P04", "28000", "28P01", "40001", "40003", "40P01"),
    *("53000", "53100", "53200", "53300", "55006", "55P03", "57000", "57014", "57P01", "57P03", "58000", "58030"),
    *("72000", "HV00N"),
)
FAILS_AGAIN = (
    *("0A000", "21000", "24000", "25001", "25P01", "25P02", "26000", "2F000", "34000", "38000", "39000", "3B001"),
    *("3D000", "3F000", "42501", "42601", "42703", "42P01", "44000", "53400", "54001", "54011", "54023", "55000"),
    *("58P01", "F0000", "HV000", "P0001", "XX000", "XX001", "XX002"),
)


@pytest.mark.parametrize("state", MAY_SUCCEED_LATER)
def test_error_that_a_retry_may_mend_is_a_503(failing_client: TestClient, state: str) -> None:
    response = failing_client.post("/execute", json=[raising(state)])

    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"


@pytest.mark.parametrize("state", FAILS_AGAIN)
def test_error_that_a_retry_does_not_mend_is_a_500(failing_client: TestClient, state: str) -> None:
    response = failing_client.post("/execute", json=[raising(state)])

    assert response.status_code == 500
    assert "retry-after" not in response.headers


@pytest.mark.parametrize("state", ["22001", "22003", "22008", "22021", "22P02", "22P05", "54000"])
def test_value_that_does_not_fit_is_a_422(failing_client: TestClient, state: str) -> None:
    assert failing_client.post("/execute", json=[raising(state)]).status_code == 422


def test_value_that_does_not_fit_into_an_index(failing_client: TestClient) -> None:
    table = "CREATE TEMPORARY TABLE names (name text UNIQUE)"
    row = "INSERT INTO names SELECT string_agg(md5(number::text), '') FROM generate_series(1, 400) AS number"

    assert failing_client.post("/execute", json=[table, row]).status_code == 422


@pytest.mark.parametrize("value", ["'infinity'::timestamptz", "'10000-01-01'::date", "'24:00'::time"])
def test_stored_value_that_python_cannot_read_is_a_500(value: str) -> None:
    app = create_app(routers=())

    @app.get("/value")
    def get(db: DbSession) -> None:
        db.scalar(text(f"SELECT {value} AS value").columns())

    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/value").status_code == 500


@pytest.fixture
def widen(engines: tuple[Engine, Engine]) -> Iterator[Callable[[int], None]]:
    """Change the type of a column, as the migration of a newer version does; the fixture makes its table."""
    other, _ = engines

    def change(length: int) -> None:
        with other.begin() as connection:
            connection.execute(text(f"ALTER TABLE things ALTER COLUMN name TYPE varchar({length})"))

    with other.begin() as connection:
        connection.execute(text("CREATE TABLE things (name varchar(1))"))
    yield change
    with other.begin() as connection:
        connection.execute(text("DROP TABLE things"))


def statuses_around(change: Callable[[], None], method: str) -> list[int]:
    """Return the statuses of requests with the same SELECT: those before the change once, and of three after it."""
    app = create_app(routers=())

    @app.get("/things")
    @app.post("/things")
    def get(db: DbSession) -> None:
        db.execute(text("SELECT name FROM things").columns())
        db.commit()

    with TestClient(app) as client:
        before = [client.request(method, "/things").status_code for _ in range(12)]
        change()
        return [*dict.fromkeys(before), *(client.request(method, "/things").status_code for _ in range(3))]


def test_reading_goes_on_while_a_column_changes(widen: Callable[[int], None]) -> None:
    assert statuses_around(lambda: widen(2), "GET") == [200, 200, 200, 200]


def test_transaction_fails_once_after_a_column_has_changed(widen: Callable[[int], None]) -> None:
    assert statuses_around(lambda: widen(2), "POST") == [200, 503, 200, 200]


def test_connection_to_a_server_that_is_read_only_is_replaced(engines: tuple[Engine, Engine]) -> None:
    engine, _ = engines
    with engine.connect() as connection:
        process = process_of(connection)
        connection.execute(text("SET TRANSACTION READ ONLY"))
        with suppress(DBAPIError):
            connection.execute(text("CREATE TABLE anything (id int)"))

    with engine.connect() as connection:
        assert process_of(connection) != process
