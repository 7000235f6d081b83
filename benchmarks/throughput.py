"""Answers per second and CPU time per answer, in turns (A B C, A B C, …), so that ratios compare neighbours in time."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop

from benchmarks.load import Outcome, Requests, generate, request
from benchmarks.report import Spread, Table
from benchmarks.rows import ORDERS, USERS
from benchmarks.server import Server

SCENARIOS = {
    "get": "get by id",
    "list": "list of 50",
    "detail": "detail: an order, its user and 10 lines",
    "create": "create",
    "bulk": "create 1,000 rows",
}
BULK_ROWS = 1000

# Every contender creates its own users in every scenario.
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Turn:
    """One contender in one round."""

    per_second: float
    """Rows in the bulk scenario, answers in all others."""
    cpu: float
    """CPU seconds of the server's process for each of them."""
    errors: int


@dataclass(frozen=True)
class Result:
    scenario: str
    connections: int
    turns: dict[str, list[Turn]]
    """One per round, by the contender's label."""

    def ratios(self, label: str, against: str) -> Spread:
        pairs = zip(self.turns[label], self.turns[against], strict=True)
        return Spread.of(one.per_second / other.per_second for one, other in pairs if other.per_second)

    def cpu_ratios(self, label: str, against: str) -> Spread:
        """The ratio of CPU times; above 1 is better."""
        pairs = zip(self.turns[label], self.turns[against], strict=True)
        return Spread.of(other.cpu / one.cpu for one, other in pairs if one.cpu)


def measure(scenario: str, servers: Sequence[Server], connections: int, rounds: int, seconds: float) -> Result:
    taking_part = [server for server in servers if scenario not in server.contender.missing]
    turns: dict[str, list[Turn]] = {server.contender.label: [] for server in taking_part}
    for server in taking_part:
        take_turn(scenario, server, connections, min(seconds, 0.5))  # warm up
    for _ in range(rounds):
        for server in taking_part:
            turns[server.contender.label].append(take_turn(scenario, server, connections, seconds))
    return Result(scenario, connections, turns)


def take_turn(scenario: str, server: Server, connections: int, seconds: float) -> Turn:
    before = server.cpu_seconds()
    outcome: Outcome = uvloop.run(generate(server.port, requests(scenario, server), connections, seconds))
    cpu = server.cpu_seconds() - before
    rows = BULK_ROWS if scenario == "bulk" and server.contender.bulk else 1
    # A request that began in time counts even if it ended late, since bulk requests take long.
    per_second = outcome.good * rows / max(seconds, outcome.last)
    return Turn(per_second, cpu / max(outcome.good * rows, 1), outcome.errors)


def requests(scenario: str, server: Server) -> Requests:
    """Return the same requests in the same order for every contender."""
    prefix = server.contender.prefix
    chosen = random.Random(1)
    if scenario == "get":
        return lambda: request("GET", f"{prefix}/users/{chosen.randint(1, USERS)}")
    if scenario == "list":
        return lambda: request("GET", f"{prefix}/users?limit=50")
    if scenario == "detail":
        return lambda: request("GET", f"{prefix}/orders/{chosen.randint(1, ORDERS)}")
    bulk = server.contender.bulk
    if scenario == "bulk" and bulk:
        return lambda: request("POST", prefix + bulk, json.dumps([new_user() for _ in range(BULK_ROWS)]).encode())
    return lambda: request("POST", f"{prefix}/users", json.dumps(new_user()).encode())


def new_user() -> dict[str, str]:
    number = next(_numbers)
    return {"name": f"New user {number}", "email": f"new{number}@example.com"}


def table(results: Sequence[Result], servers: Sequence[Server], textbook: str, ceiling: str) -> Table:
    columns = ["scenario", "connections", "application", "per second", "x textbook", "x ceiling"]
    made = Table("Throughput", [*columns, "CPU ms", "CPU x textbook", "errors"])
    for result in results:
        for server in servers:
            label = server.contender.label
            begin = [SCENARIOS[result.scenario], str(result.connections), label]
            turns = result.turns.get(label)
            if turns is None:
                made.rows.append([*begin, f"skipped: {server.contender.missing[result.scenario]}", *["-"] * 5])
                continue
            made.rows.append(
                [
                    *begin,
                    f"{Spread.of(turn.per_second for turn in turns).median:,.0f}",
                    str(result.ratios(label, textbook)),
                    f"{result.ratios(label, ceiling).median:.2f}",
                    f"{Spread.of(turn.cpu * 1000 for turn in turns).median:.3f}",
                    str(result.cpu_ratios(label, textbook)),
                    str(sum(turn.errors for turn in turns)),
                ]
            )
    made.notes.append(
        "Per second: answers, or rows in the last scenario, where an application without an endpoint for many creates "
        "them one by one. Ratios: median (minimum-maximum) of the pairs of one round. CPU: of the server's process, for "
        "an answer or row."
    )
    return made
