"""Temporary databases for the tests."""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.orm import Session

# SQLite does not promise to return generated keys in the order of the rows.
ROWS_PER_INSERT = 1
# What the execution option `begins` is in a session for reading.
READ_MODE = "False"
# Whether UUIDs sort by their first digits.
SORTS_UUIDS = True


def knows_every_case(_: Session) -> bool:
    """Tell whether upper and lower case match outside ASCII."""
    return True


@contextmanager
def scratch_database() -> Iterator[str]:
    """Yield the URL of an empty database."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        yield f"sqlite:///{Path(directory, 'test.db')}"


def empty_tables(url: str, tables: Iterable[str]) -> None:
    # Without the application's engine, SQLite checks no foreign keys.
    with closing(sqlite3.connect(make_url(url).database or "")) as connection, connection:
        for table in tables:
            connection.execute(f'DELETE FROM "{table}"')
