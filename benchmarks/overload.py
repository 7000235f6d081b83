"""More clients than a server can serve at once: who gets an answer, and does the server still say that it is alive?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import uvloop

from benchmarks.load import Outcome, generate, request
from benchmarks.report import Table, milliseconds
from benchmarks.server import Contender, serving


@dataclass(frozen=True)
class Result:
    label: str
    connections: int
    work: Outcome
    probe: Outcome
    cpu: float
    """CPU seconds of the server's process."""


def measure(contender: Contender, connections: int, seconds: float, grace: float, cpu: int | None) -> Result:
    """Use a new server, since a deadlocked one is useless. `grace`: seconds that the last answers may take."""
    with serving(contender, cpu) as server:
        before = server.cpu_seconds()
        work, probe = uvloop.run(_load(server.port, contender.prefix, connections, seconds, grace))
        return Result(contender.label, connections, work, probe, server.cpu_seconds() - before)


async def _load(port: int, prefix: str, connections: int, seconds: float, grace: float) -> tuple[Outcome, Outcome]:
    work = request("GET", f"{prefix}/slow")
    probe = request("GET", "/health/live")
    return await asyncio.gather(
        generate(port, lambda: work, connections, seconds, grace),
        generate(port, lambda: probe, 1, seconds, grace, pause=0.05),
    )


def table(results: list[Result], seconds: float, grace: float) -> Table:
    columns = ["connections", "application", "good", "per second", "5xx", "unanswered", "p50 ms", "p99 ms"]
    made = Table("Overload: a query of 20 ms", [*columns, "CPU ms", "probe p99 ms", "probe unanswered"])
    for result in results:
        work, probe = result.work, result.probe
        made.rows.append(
            [
                str(result.connections),
                result.label,
                f"{work.good:,}",
                f"{work.in_time / seconds:,.0f}",
                f"{work.server_errors:,}",
                f"{work.unanswered:,}",
                milliseconds(work.quantile(0.5)),
                milliseconds(work.quantile(0.99)),
                milliseconds(result.cpu / work.good if work.good else None),
                milliseconds(probe.quantile(0.99)),
                str(probe.errors),
            ]
        )
    made.notes.append(
        f"{seconds:g} seconds each, and {grace:g} more for what was under way: what has no answer then is unanswered. "
        "The probe asks /health/live, which touches no database, 50 ms after the last answer."
    )
    return made
