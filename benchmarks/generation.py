"""What many entities cost: generating the project, importing it, and making its OpenAPI document."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.project import Look, generate, look
from benchmarks.report import Table


@dataclass(frozen=True)
class Result:
    entities: int
    seconds: float
    """From the command to the finished project, Python's own start included."""
    files: int
    look: Look


def measure(directory: Path, count: int) -> Result:
    file = directory / f"{count}.txt"
    file.write_text(entities(count))
    start = time.perf_counter()
    project = generate(directory / f"of_{count}", "sqlite", file)
    seconds = time.perf_counter() - start
    files = sum(path.is_file() for path in project.rglob("*"))
    url = f"sqlite:///{directory / 'none.db'}"
    look(project, url)  # compiles the modules
    return Result(count, seconds, files, look(project, url))


def entities(count: int) -> str:
    """Each with five fields, and but for the first one a reference to the one before it."""
    fields = "name:str(100), code:str(20) unique, amount:decimal(10,2), active:bool=true, placed:datetime?"
    lines = [f"Entity{number}({fields}, before:Entity{number - 1})" for number in range(2, count + 1)]
    return ";\n".join([f"Entity1({fields})", *lines])


def table(results: list[Result]) -> Table:
    columns = ["entities", "generation s", "files", "routes", "import s", "OpenAPI s", "OpenAPI kB"]
    made = Table("Many entities", columns)
    for result in results:
        found = result.look
        made.rows.append(
            [
                f"{result.entities:,}",
                f"{result.seconds:.2f}",
                f"{result.files:,}",
                f"{len(found.paths):,}",
                f"{found.import_seconds:.2f}",
                f"{found.openapi_seconds:.2f}",
                f"{found.openapi_bytes / 1000:,.0f}",
            ]
        )
    made.notes.append("Generation is the whole command; import is that of app.main with its modules compiled.")
    return made
