"""Run a function in a fork, which has the libraries loaded already, instead of a new interpreter."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

FORK = multiprocessing.get_context("fork")

# Imports of generated projects and their tools, which take seconds.
LIBRARIES = (
    *("alembic.autogenerate", "alembic.command", "alembic.config", "cookiecutter.main", "fastapi.testclient"),
    *("hypothesis", "mypy.main", "psycopg", "pydantic_settings", "pymysql", "pytest", "schemathesis.cli"),
    *("sqlalchemy.dialects.mysql.pymysql", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite"),
    *("uvicorn.protocols.http.httptools_impl", "uvicorn.lifespan.on", "uvloop"),
)


@dataclass(frozen=True)
class Done:
    status: int | None
    """None if time was up."""
    output: str


def preload() -> None:
    for name in LIBRARIES:
        importlib.import_module(name)


def run(function: Callable[[], object], directory: Path, environment: Mapping[str, str], seconds: float) -> Done:
    """Return what a function prints and its exit status, as if it were a command in `directory`."""
    log = directory.parent / f"{directory.name}.log"
    with forked(function, directory, environment, log) as process:
        process.join(seconds)
        status = process.exitcode
    return Done(status, log.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def forked(
    function: Callable[[], object], directory: Path, environment: Mapping[str, str], log: Path
) -> Iterator[BaseProcess]:
    """Run a function in a process until the end of the block; whatever it has started ends with it."""
    process = FORK.Process(target=_behave, args=(function, directory, environment, log))
    process.start()
    try:
        yield process
    finally:
        if process.is_alive() and process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        process.join()


def _behave(function: Callable[[], object], directory: Path, environment: Mapping[str, str], log: Path) -> None:
    os.setsid()
    os.chdir(directory)
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    sys.stdout, sys.stderr = (os.fdopen(stream, "w", encoding="utf-8", buffering=1) for stream in (1, 2))
    _forget_ourselves(directory)
    # The process itself prints exceptions and keeps exit statuses.
    function()


def _forget_ourselves(directory: Path) -> None:
    """The project has a package `tests` too."""
    for name in [name for name in sys.modules if name.partition(".")[0] in ("tests", "entity_spec")]:
        del sys.modules[name]
    sys.path[:] = [str(directory), *(path for path in sys.path if "site-packages" in path or "lib/python" in path)]
