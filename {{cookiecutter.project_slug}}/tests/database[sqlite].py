"""Databases that exist for as long as the tests need them."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

# Of several counted keys, SQLite does not promise to return them in the order of the rows.
ROWS_PER_INSERT = 1
# The isolation level that a session for reading asks for.
READ_MODE = "False"
# Whether the case of letters outside ASCII is known, and UUIDs are sorted by their first digits first.
KNOWS_EVERY_CASE, SORTS_UUIDS = False, True


@contextmanager
def scratch_database() -> Iterator[str]:
    """The URL of an empty database."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        yield f"sqlite:///{Path(directory, 'test.db')}"


def empty_tables(url: str, tables: Iterable[str]) -> None:
    # A connection of the driver's own checks no foreign keys.
    with closing(sqlite3.connect(make_url(url).database or "")) as connection, connection:
        for table in tables:
            connection.execute(f'DELETE FROM "{table}"')
