"""What many entities cost: generating, importing, documenting, migrating and testing the project."""

from __future__ import annotations

import os
import re
import statistics
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.project import Look, generate, look, migrate, run
from benchmarks.report import Table

# The part of the generated suite that is run: files whose tests cover every entity, some of them with commits.
SAMPLE = ("tests/test_reads.py", "tests/test_writes.py", "tests/test_transactions.py")


@dataclass(frozen=True)
class Result:
    entities: int
    generation_seconds: float
    """From the command to the finished project, including Python's own start."""
    files: int
    look: Look
    migration_seconds: float
    tests: int
    collection_seconds: float
    test_seconds: float
    """The mean of a sample of the tests of the entity in the middle."""

    @property
    def suite_seconds(self) -> float:
        return self.collection_seconds + self.tests * self.test_seconds

    @property
    def costs(self) -> dict[str, float]:
        """Everything that should grow no faster than the number of entities, in seconds."""
        return {
            "generation": self.generation_seconds,
            "import": self.look.import_seconds,
            "OpenAPI": self.look.openapi_seconds,
            "migration": self.migration_seconds,
            "suite": self.suite_seconds,
        }


def measure(directory: Path, count: int) -> Result:
    file = directory / f"{count}.txt"
    file.write_text(entities(count))
    start = children_seconds()
    project = generate(directory / f"of_{count}", "sqlite", file)
    generated = children_seconds() - start
    files = sum(path.is_file() for path in project.rglob("*"))
    url = f"sqlite:///{directory / f'{count}.db'}"
    run([sys.executable, "-m", "compileall", "-q", "."], project, {})
    found = look(project, url)
    start = children_seconds()
    migrate(project, url)
    migrated = children_seconds() - start
    start = children_seconds()
    collected = pytest(project, "--collect-only")
    collection = children_seconds() - start
    tests = int(re.findall(r"(\d+) tests collected", collected)[0])
    one = seconds_of_a_test(project, entity=(count + 1) // 2)
    return Result(count, generated, files, found, migrated, tests, collection, one)


def seconds_of_a_test(project: Path, entity: int) -> float:
    report = project / "report.xml"
    pytest(project, *SAMPLE, "-k", f"entity{entity}s", f"--junit-xml={report}")
    times = sorted(float(case.attrib["time"]) for case in ElementTree.parse(report).iter("testcase"))
    # Without the two that start the application and make its document, which happens once per run.
    return statistics.mean(times[:-2])


def pytest(project: Path, *options: str) -> str:
    return run([sys.executable, "-m", "pytest", "-q", *options], project, {})


def children_seconds() -> float:
    """Return the CPU time of all processes that have been run."""
    times = os.times()
    return times.children_user + times.children_system


def entities(count: int) -> str:
    """Return entities with five fields; every second one refers to the one before, so a row needs one other at most."""
    fields = "name:str(100), code:str(20) unique, amount:decimal(10,2), active:bool=true, placed:datetime?"
    before = (f", before:Entity{number}" if number % 2 else "" for number in range(count))
    return ";\n".join(f"Entity{number}({fields}{reference})" for number, reference in enumerate(before, 1))


def table(results: list[Result]) -> Table:
    columns = ["entities", "files", "routes", "OpenAPI kB", "MB", "tests", "ms a test", *results[0].costs]
    made = Table("Many entities", columns)
    for result in results:
        found = result.look
        counts = [result.entities, result.files, len(found.paths), found.openapi_bytes / 1000]
        counts += [found.memory_kilobytes / 1000, result.tests, result.test_seconds * 1000]
        made.rows.append([*(f"{count:,.0f}" for count in counts), *(f"{cost:,.2f}" for cost in result.costs.values())])
    made.notes.append(
        "The last columns are seconds. Generation, import, OpenAPI, migration and collection are time of the processor, "
        "which other work on the machine does not add to. Generation is the whole command; import is that of app.main "
        "with its modules compiled, and MB the memory of the process then; migration is `alembic upgrade head`."
    )
    made.notes.append(
        "The suite is not run as a whole: it is the collection of all tests, and for each of them the mean time of the "
        f"tests of the entity in the middle in {', '.join(SAMPLE)}, which are run, without the two that start the "
        "application and make its document."
    )
    return made


def growth(results: list[Result]) -> Table:
    made = Table("What one more entity costs, in ms", ["from", "to", *results[0].costs])
    for before, after in pairwise(results):
        more = after.entities - before.entities
        costs = [(after.costs[name] - cost) / more * 1000 for name, cost in before.costs.items()]
        made.rows.append([str(before.entities), str(after.entities), *(f"{cost:,.1f}" for cost in costs)])
    made.notes.append("The same number all the way down is linear growth.")
    made.notes.append(
        "A test costs a little more among many entities: a new connection to SQLite reads the whole schema, and a method "
        "that is wrong is looked for among the paths of all routes."
    )
    return made
