"""Measure a project that is generated from this template beside the textbook's application and a ceiling.

All in one run and in turns, on PostgreSQL (BENCH_DATABASE_URL, else an embedded server). Compare ratios only: the load
generator, the servers and PostgreSQL share one machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from benchmarks import chart, equality, generation, growth, overload, throughput
from benchmarks.contenders import CEILING, OURS, TEXTBOOK, Field, generated, postgresql_field, textbook_at
from benchmarks.database import describe, postgresql_server
from benchmarks.project import generate, migrate
from benchmarks.report import Table
from benchmarks.rows import SqliteUsers
from benchmarks.server import ROOT, Contender, Server, pinned, serving

DOCS = ROOT / "docs"
FAMILIES = ("overload", "growth", "generation")


@dataclass(frozen=True)
class Plan:
    """The size of the run; times in seconds."""

    rounds: int = 5
    seconds: float = 1.5
    connections: Sequence[int] = (4, 16)
    overload_connections: Sequence[int] = (500, 1000)
    overload_seconds: float = 8
    grace: float = 10
    growth_rows: Sequence[int] = (1_000, 10_000, 100_000, 1_000_000)
    growth_repetitions: int = 20
    entities: Sequence[int] = (1, 10, 100, 500)


QUICK = Plan(
    rounds=2,
    seconds=0.4,
    connections=(4,),
    overload_connections=(100,),
    overload_seconds=2,
    grace=3,
    growth_rows=(1_000, 10_000),
    growth_repetitions=5,
    entities=(1, 10),
)


@dataclass(frozen=True)
class Options:
    plan: Plan
    only: Sequence[str]
    cpus: tuple[int, int] | None
    """One for the server and one for the load generator."""
    others: dict[str, Path]

    @property
    def server_cpu(self) -> int | None:
        return self.cpus[0] if self.cpus else None

    @property
    def load_cpu(self) -> int | None:
        return self.cpus[1] if self.cpus else None


class Run:
    """The measurements: finished tables, and the data of the chart."""

    def __init__(self, options: Options, directory: Path, server: str) -> None:
        self._options = options
        self._plan = options.plan
        self._directory = directory
        self._server = server
        self.throughput: list[throughput.Result] = []
        self.labels: list[str] = []
        self.tables: list[Table] = []

    def measure(self) -> Iterator[Table]:
        scenarios = [name for name in throughput.SCENARIOS if name in self._options.only]
        if {*scenarios, "overload", "growth"} & {*self._options.only}:
            project = generate(self._directory / "on_postgresql", "postgresql")
            others, load_cpu = self._options.others, self._options.load_cpu
            with postgresql_field(self._server, project, others) as field, pinned(load_cpu):
                if scenarios:
                    yield self._throughput(field, scenarios)
                if "overload" in self._options.only:
                    yield self._overload(field)
                if "growth" in self._options.only:
                    yield self._growth(field)
        if "generation" in self._options.only:
            results = [generation.measure(self._directory, count) for count in self._plan.entities]
            yield generation.table(results)
            yield generation.growth(results)

    def _throughput(self, field: Field, scenarios: Sequence[str]) -> Table:
        with ExitStack() as stack:
            servers = [self._serve(stack, contender) for contender in field.of_throughput]
            same = equality.differences(servers)
            self.labels = [server.contender.label for server in servers]
            self.throughput = [
                throughput.measure(scenario, servers, connections, self._plan.rounds, self._plan.seconds)
                for scenario in scenarios
                for connections in self._plan.connections
            ]
        made = throughput.table(self.throughput, servers, TEXTBOOK, CEILING)
        made.notes += same
        return made

    def _overload(self, field: Field) -> Table:
        plan = self._plan
        results = [
            overload.measure(contender, connections, plan.overload_seconds, plan.grace, self._options.server_cpu)
            for connections in plan.overload_connections
            for contender in field.of_overload
        ]
        return overload.table(results, plan.overload_seconds, plan.grace)

    def _growth(self, field: Field) -> Table:
        project = generate(self._directory / "on_sqlite", "sqlite")
        files = {label: self._directory / f"{label}.db" for label in (OURS, TEXTBOOK)}
        urls = {label: f"sqlite:///{file}" for label, file in files.items()}
        migrate(project, urls[OURS])
        on_sqlite = {label: SqliteUsers(file) for label, file in files.items()}
        databases: dict[str, tuple[Mapping[str, growth.Users], Contender, Contender]] = {
            "PostgreSQL": (field.users, field.ours[0], field.textbook),
            "SQLite": (on_sqlite, generated(OURS, project, urls[OURS]), textbook_at(urls[TEXTBOOK])),
        }
        results: list[growth.Result] = []
        for database, (users, *contenders) in databases.items():
            with ExitStack() as stack:
                ours, textbook = (self._serve(stack, contender) for contender in contenders)
                for rows in self._plan.growth_rows:
                    repetitions = self._plan.growth_repetitions
                    results.append(growth.measure(database, rows, users, ours, textbook, repetitions))
        return growth.table(results)

    def _serve(self, stack: ExitStack, contender: Contender) -> Server:
        return stack.enter_context(serving(contender, self._options.server_cpu))


def machine(options: Options, server: str) -> str:
    placed = "the servers on one and the load on another" if options.cpus else "nothing pinned"
    packages = ("fastapi", "sqlalchemy", "pydantic", "psycopg", "uvicorn")
    return (
        f"{os.cpu_count()} CPUs, {placed}; {platform.system()}, Python {platform.python_version()}, {describe(server)}; "
        + ", ".join(f"{package} {version(package)}" for package in packages)
        + "."
    )


def write(run: Run, head: str) -> None:
    """Write the tables to docs/performance.md, and the chart next to it."""
    picture: list[str] = []
    if run.throughput:
        # One request for 1,000 rows is hundreds of times as fast as 1,000 requests: the other bars would disappear.
        drawn = [result for result in run.throughput if result.scenario != "bulk"]
        (DOCS / "performance.svg").write_text(chart.draw(drawn, run.labels, TEXTBOOK), encoding="utf-8")
        picture = ["![Throughput, times that of the textbook](performance.svg)"]
    begin = [
        "# Performance",
        "Written by `python3 dev.py bench --write`; `benchmarks/README.md` says how it is measured.",
    ]
    text = "\n\n".join([*begin, head, *picture, *(str(table) for table in run.tables)])
    (DOCS / "performance.md").write_text(f"{text}\n", encoding="utf-8")


def other(text: str) -> tuple[str, Path]:
    label, _, directory = text.partition("=")
    return label, Path(directory).resolve(strict=True)


def cpus(pin: bool) -> tuple[int, int] | None:
    available = sorted(os.sched_getaffinity(0)) if pin and hasattr(os, "sched_getaffinity") else []
    return (available[0], available[1]) if len(available) > 1 else None


def main() -> None:
    names = (*throughput.SCENARIOS, *FAMILIES)
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two minutes, to see that everything works")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and docs/performance.svg")
    parser.add_argument(
        "--only", nargs="+", choices=names, default=names, metavar="NAME", help=f"of {', '.join(names)}"
    )
    parser.add_argument("--rounds", type=int, help="how many turns each application has")
    parser.add_argument("--seconds", type=float, help="how long a turn is")
    parser.add_argument("--connections", type=int, nargs="+", help="of the load generator")
    parser.add_argument("--no-pin", action="store_true", help="let every process run on every CPU")
    parser.add_argument(
        "--beside",
        type=other,
        action="append",
        default=[],
        metavar="LABEL=DIRECTORY",
        help="one more generated project of the same entities, changed by hand, say",
    )
    given = parser.parse_args()
    changed = {name: value for name in ("rounds", "seconds", "connections") if (value := getattr(given, name))}
    plan = replace(QUICK if given.quick else Plan(), **changed)
    options = Options(plan, given.only, cpus(not given.no_pin), dict(given.beside))

    # However the run ends, servers and databases are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    started = time.monotonic()
    with postgresql_server() as server, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        head = machine(options, server)
        print(head, flush=True)
        run = Run(options, Path(directory), server)
        for table in run.measure():
            run.tables.append(table)
            print(f"\n{table}", flush=True)
        if given.write:
            write(run, head)
    print(f"\n{time.monotonic() - started:.0f} seconds")


if __name__ == "__main__":
    main()
