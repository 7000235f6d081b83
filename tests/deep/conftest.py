"""A PostgreSQL server for the tests that only use it; those that stop theirs start one each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deep import servers
from tests.deep.servers import PostgreSQL


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with servers.postgresql("max_connections=100") as server:
        yield server
