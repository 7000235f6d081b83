"""What is specific to SQLite."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, make_url, text

from app.db import dialect
from app.db.session import new_engine
from tests.database import scratch_database


def probe_engine(url: str) -> Engine:
    return create_engine(url, connect_args=dialect.probe_connect_args(make_url(url)))


@pytest.mark.parametrize(
    ("make_engine", "timeout"),
    [(lambda url: new_engine(SecretStr(url)), 5), (probe_engine, 1), (dialect.migration_engine, 60)],
)
def test_timeout_in_the_address_wins(make_engine: Callable[[str], Engine], timeout: int) -> None:
    with scratch_database() as url:
        for address, seconds in ((url, timeout), (f"{url}?timeout=7", 7)):
            with make_engine(address).connect() as connection:
                assert connection.scalar(text("PRAGMA busy_timeout")) == 1000 * seconds
            connection.engine.dispose()
