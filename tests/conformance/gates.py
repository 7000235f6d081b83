"""The gates that each generated project must pass; each is a function of a project on disk."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

from tests import databases
from tests.baking import ROOT, run as run_command
from tests.conformance import forking
from tests.conformance.case import Case
from tests.conformance.forking import Done

PATIENCE = 300
# Without the variables of the current run.
CLEAN = {"PYTEST_ADDOPTS": "", "TEST_DATABASE_URL": "", "TEST_MYSQL_URL": ""}


@dataclass(frozen=True)
class Failure:
    gate: str
    kind: str
    """What two failures with the same cause have in common: the name of a rule, an exception or a test."""
    output: str


@dataclass(frozen=True)
class Site:
    """The directory in which a worker makes its projects, always the same, so that mypy's cache keeps the libraries."""

    directory: Path
    servers: Mapping[str, str]
    template: Path = ROOT

    @property
    def project(self) -> Path:
        return self.directory / "my-service"

    @contextmanager
    def scratch(self, case: Case) -> Iterator[dict[str, str]]:
        """Yield the environment of a project with an empty database."""
        with self._database(case.database) as url:
            # There is no PgBouncer here: both addresses are the server's own.
            yield CLEAN | {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": url}

    def _database(self, database: str) -> AbstractContextManager[str]:
        if database == "sqlite":
            (self.directory / "scratch.db").unlink(missing_ok=True)
            return databases.sqlite_database(self.directory)
        make = databases.postgresql_database if database == "postgresql" else databases.mysql_database
        return make(self.servers[database])

    def fork(self, function: Callable[[], object], environment: Mapping[str, str] = CLEAN) -> Done:
        return forking.run(function, self.project, environment, PATIENCE)


Gate = Callable[[Site, Case], Failure | None]


def generate(site: Site, case: Case) -> Failure | None:
    shutil.rmtree(site.project, ignore_errors=True)
    site.directory.mkdir(parents=True, exist_ok=True)
    done = forking.run(partial(_generate, site.template, case), site.directory, CLEAN, PATIENCE)
    return unless(done.status == 0, "generate", exception(done.output), done)


def _generate(template: Path, case: Case) -> None:
    from cookiecutter.main import cookiecutter

    cookiecutter(
        str(template),
        no_input=True,
        default_config=True,
        extra_context={"project_slug": "my-service", **case.answers, "entities": case.entities},
    )


def formatting(site: Site, case: Case) -> Failure | None:
    done = run_command(sys.executable, "-m", "ruff", "format", "--diff", "--no-cache", ".", cwd=site.project)
    # The first line that changes, regardless of the names in it.
    kind = re.sub(r"\w+", "_", _first(r"^-(?!--)\s*(.*)$", done.stdout))
    return unless(done.returncode == 0, "formatting", kind, Done(done.returncode, done.stdout + done.stderr))


def lint(site: Site, case: Case) -> Failure | None:
    command = ("-m", "ruff", "check", "--no-cache", "--output-format=concise", ".")
    done = run_command(sys.executable, *command, cwd=site.project)
    kind = _first(r": (\w+\d+|invalid-syntax)", done.stdout)
    return unless(done.stdout == "All checks passed!\n", "lint", kind, Done(done.returncode, done.stdout))


def types(site: Site, case: Case) -> Failure | None:
    done = site.fork(partial(_types, site.directory / "mypy"))
    passed = re.fullmatch(r"Success: no issues found in \d+ source files\n", done.output)
    return unless(bool(passed), "types", _first(r"error: .*\[([a-z-]+)\]", done.output), done)


def _types(cache: Path) -> None:
    from mypy.main import main

    main(args=[f"--cache-dir={cache}"], clean_exit=True)


def importing(site: Site, case: Case) -> Failure | None:
    done = site.fork(_import)
    return unless((done.status, done.output) == (0, ""), "importing", exception(done.output), done)


def _import() -> None:
    warnings.simplefilter("error")
    from app.main import app

    app.openapi()


def migrations(site: Site, case: Case) -> Failure | None:
    with site.scratch(case) as environment:
        done = site.fork(_migrate, environment)
    return unless(done.status == 0, "migrations", exception(done.output), done)


def _migrate() -> None:
    from alembic.config import main
    from sqlalchemy import create_engine, inspect

    for _ in range(2):
        main(["upgrade", "head"])
        main(["check"])
        main(["downgrade", "base"])
    left = set(inspect(create_engine(os.environ["DATABASE_URL"])).get_table_names()) - {"alembic_version"}
    assert not left, left


def suite(site: Site, case: Case, *tests: str) -> Failure | None:
    environment = CLEAN | {"TEST_DATABASE_URL": site.servers.get(case.database, "")}
    done = site.fork(partial(_suite, tests), environment)
    # No skipped tests and no warnings.
    passed = re.fullmatch(r"(.*\n)*\d+ passed in .*\n", done.output) and done.status == 0
    kind = _first(r"^(?:FAILED|ERROR) ([\w/]+\.py(?:::\w+)?)", done.output)
    return unless(bool(passed), "suite", kind, done)


def _suite(tests: tuple[str, ...]) -> NoReturn:
    import pytest

    # We have imported plugins and used Hypothesis before, so warnings about that are our own fault.
    ours = ("pytest.PytestAssertRewriteWarning", "hypothesis.errors.HypothesisSideeffectWarning")
    allowed = [word for warning in ours for word in ("-W", f"ignore::{warning}")]
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--tb=short", *allowed, *tests]))


def fuzzing(site: Site, case: Case) -> Failure | None:
    with site.scratch(case) as environment, socket.create_server(("127.0.0.1", 0)) as listener:
        migrated = site.fork(_upgrade, environment)
        if migrated.status:
            return Failure("migrations", exception(migrated.output), migrated.output)
        log = site.directory / "server.log"
        with forking.forked(partial(_serve, listener), site.project, environment, log):
            done = site.fork(partial(_fuzz, listener.getsockname()[1]))
    said = log.read_text(encoding="utf-8")
    kind = _first(r"^- ([A-Z].*)$", done.output)
    return unless(done.status == 0, "fuzzing", kind, Done(done.status, done.output + said[-4000:]))


def _upgrade() -> None:
    from alembic.config import main

    main(["upgrade", "head"])


def _serve(listener: socket.socket) -> None:
    import uvicorn

    uvicorn.Server(uvicorn.Config("app.main:app", log_level="error")).run([listener])


def _fuzz(port: int) -> None:
    from schemathesis.cli import schemathesis

    options = (
        "--checks=all",
        "--phases=fuzzing,stateful",
        "--max-examples=3",
        "--seed=1",
        "--generation-database=none",
    )
    quiet = ("--continue-on-failure", "--suppress-health-check=all", "--no-color")
    schemathesis(["run", f"http://127.0.0.1:{port}/openapi.json", *options, *quiet])


GATES: dict[str, Gate] = {
    "formatting": formatting,
    "lint": lint,
    "types": types,
    "importing": importing,
    "migrations": migrations,
    "suite": suite,
    "fuzzing": fuzzing,
}

# Unless these pass, the others are meaningless.
NEEDED = ("importing", "migrations")


def failures(site: Site, case: Case, gates: Mapping[str, Gate] = GATES) -> Iterator[Failure]:
    failure = generate(site, case)
    if failure:
        yield failure
        return
    for name, gate in gates.items():
        failure = gate(site, case)
        if failure:
            yield failure
            if name in NEEDED:
                return


def unless(passed: bool, gate: str, kind: str, done: Done) -> Failure | None:
    if passed:
        return None
    return Failure(gate, "time was up" if done.status is None else kind, done.output)


def exception(output: str) -> str:
    """Return the name of the exception that ended a process, or what Alembic has found."""
    drift = _first(r"^FAILED: New upgrade operations detected: [\[\(]+'(\w+)'", output)
    raised = r"^(?:FAILED: )?([\w.]+(?:Error|Exception|Warning|Interrupt|Exit))\b"
    return _first(raised, output, last=True) if drift == "other" else drift


def _first(pattern: str, output: str, *, last: bool = False) -> str:
    found = re.findall(pattern, output, re.MULTILINE)
    return str(found[-1 if last else 0]) if found else "other"
