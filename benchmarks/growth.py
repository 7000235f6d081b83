"""Does a page cost more with more rows? The first page, and one after nine tenths of all rows."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Protocol

from benchmarks.load import HOST
from benchmarks.report import Table, milliseconds
from benchmarks.server import Server, fetch

LIMIT = 50


class Users(Protocol):
    def clear(self) -> None: ...

    def add(self, first: int, last: int) -> None:
        """Insert users with these numbers, which are their ids."""


@dataclass(frozen=True)
class Result:
    database: str
    rows: int
    seconds: dict[tuple[str, str], float]
    """The median, by the contender's label and "first" or "deep"."""


def measure(
    database: str, rows: int, users: Mapping[str, Users], ours: Server, textbook: Server, repetitions: int
) -> Result:
    """Fill the tables, then ask for both pages, one request at a time; `users` by the contender's label."""
    deep = rows * 9 // 10
    for table in users.values():
        table.clear()
        table.add(deep + 1 - LIMIT, rows)
    # While the rows before it are missing, the deep page is the second one, whose cursor the first one has.
    cursor = json.loads(fetch(ours, "GET", f"/users?limit={LIMIT}"))["next_cursor"]
    for table in users.values():
        table.add(1, deep - LIMIT)
    paths = {
        (ours, "first"): f"/users?limit={LIMIT}",
        (textbook, "first"): f"/users?skip=0&limit={LIMIT}",
        (ours, "deep"): f"/users?limit={LIMIT}&cursor={cursor}",
        (textbook, "deep"): f"/users?skip={deep}&limit={LIMIT}",
    }
    taken: dict[tuple[str, str], list[float]] = {(server.contender.label, page): [] for server, page in paths}
    with_connections = {server: HTTPConnection(HOST, server.port, timeout=60) for server in (ours, textbook)}
    # One after the other: the textbook's deep page leaves cold caches to whatever follows.
    for (server, page), path in paths.items():
        for _ in range(repetitions + 1):
            start = time.perf_counter()
            with_connections[server].request("GET", server.contender.prefix + path)
            answer = with_connections[server].getresponse().read()
            taken[server.contender.label, page].append(time.perf_counter() - start)
            check(answer, first=1 if page == "first" else deep + 1)
    for connection in with_connections.values():
        connection.close()
    return Result(database, rows, {key: statistics.median(times[1:]) for key, times in taken.items()})


def check(answer: bytes, first: int) -> None:
    data = json.loads(answer)
    items = data["items"] if isinstance(data, dict) else data
    if [item["id"] for item in items] != list(range(first, first + LIMIT)):
        raise RuntimeError(f"not the page from {first} on: {answer[:200]!r}")


def table(results: Sequence[Result]) -> Table:
    labels = list(results[0].seconds)
    made = Table("Growth: a page of 50", ["database", "rows", *(f"{label}, {page} ms" for label, page in labels)])
    for result in results:
        times = [milliseconds(seconds) for seconds in result.seconds.values()]
        made.rows.append([result.database, f"{result.rows:,}", *times])
    made.notes.append(
        "Median of single requests. Deep: behind nine tenths of the rows; ours by its cursor, the textbook by its offset."
    )
    return made
