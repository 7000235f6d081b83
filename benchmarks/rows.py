"""The rows of all contenders: the same ids, texts and times in each database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg

ENTITIES = (
    "User(name:str(100), email:email unique); Order(number:str(20) unique, user:User); "
    "OrderLine(order:Order cascade, product:str(100), qty:int(1..), price:decimal(10,2,0..))"
)

USERS = 10_000
ORDERS = 2_000
LINES_PER_ORDER = 10

_TIMES = "timestamptz '2026-01-01 12:00:00.123456+00' + n * interval '1 second'"

_USERS = f"""
    INSERT INTO users (id, name, email, created_at, updated_at)
    SELECT n, 'User number ' || n, 'user' || n || '@example.com', {_TIMES}, {_TIMES}
    FROM generate_series(%s::bigint, %s::bigint) AS n
"""
_ORDERS = f"""
    INSERT INTO orders (id, number, user_id, created_at, updated_at)
    SELECT n, 'A-' || n, n, {_TIMES}, {_TIMES} FROM generate_series(1, %s::bigint) AS n
"""
_LINES = f"""
    INSERT INTO order_lines (id, product, qty, price, order_id, created_at, updated_at)
    SELECT n, 'Product ' || n, 1 + n %% 9, (n %% 10000) / 100.0, 1 + (n - 1) / {LINES_PER_ORDER}, {_TIMES}, {_TIMES}
    FROM generate_series(1, %s::bigint) AS n
"""

_SQLITE_USERS = """
    WITH RECURSIVE number(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM number WHERE n < ?)
    INSERT INTO users (id, name, email, created_at, updated_at)
    SELECT n, 'User number ' || n, 'user' || n || '@example.com',
           '2026-01-01 12:00:00.123456', '2026-01-01 12:00:00.123456' FROM number
"""


def fill(url: str) -> None:
    """Put all rows into an empty database, and make its own ids continue after them."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_USERS.encode(), (1, USERS))
        connection.execute(_ORDERS.encode(), (ORDERS,))
        connection.execute(_LINES.encode(), (ORDERS * LINES_PER_ORDER,))
        for table in (b"users", b"orders", b"order_lines"):
            connection.execute(b"SELECT setval(pg_get_serial_sequence('%b', 'id'), max(id)) FROM %b" % (table, table))
        connection.execute("VACUUM (ANALYZE)")


class PostgresqlUsers:
    """The users alone, by number, for lists that grow."""

    def __init__(self, url: str) -> None:
        self._url = url

    def clear(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("TRUNCATE users CASCADE")

    def add(self, first: int, last: int) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(_USERS.encode(), (first, last))
            connection.execute("VACUUM (ANALYZE) users")


class SqliteUsers:
    """The same in an SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def clear(self) -> None:
        self._run(("DELETE FROM users", ()))

    def add(self, first: int, last: int) -> None:
        self._run((_SQLITE_USERS, (first, last)), ("ANALYZE", ()))

    def _run(self, *statements: tuple[str, tuple[int, ...]]) -> None:
        connection = sqlite3.connect(self._path, timeout=30)
        with connection:
            for statement, values in statements:
                connection.execute(statement, values)
        connection.close()
