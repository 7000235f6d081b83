"""A project and its owner, who changes its entities again and again, with code of their own and rows in place."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import compress
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.baking import TEMPLATE, Completed, commit, contents, copy_template, python, run, succeed
from tests.conformance import gates
from tests.conformance.case import Case
from tests.conformance.gates import CLEAN, Site
from tests.evolve import owner, rows
from tests.evolve.inside import Inside
from tests.evolve.rows import Rows
from tests.evolve.steps import BORN, WHOLE, Step

MARKERS = re.compile(rb"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)
# A line of the owner's, as the command names it.
NAMED_LINE = re.compile(r"([\w./-]+\.py):(\d+)")
PROJECT = TEMPLATE.name


@dataclass
class Life:
    site: Site
    database: str
    url: str
    seconds: dict[str, dict[str, float]] = field(default_factory=dict)
    """By step, and by part of it."""
    known: Rows = field(default_factory=dict)
    """What the application has read last."""

    @property
    def project(self) -> Path:
        return self.site.project

    @property
    def template(self) -> Path:
        return self.site.directory / "template"

    @property
    def case(self) -> Case:
        return Case("", {"database": self.database})

    @property
    def inside(self) -> Inside:
        return Inside(self.site, CLEAN | {"DATABASE_URL": self.url, "MIGRATION_DATABASE_URL": self.url})

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        parts = self.seconds[list(self.seconds)[-1]]
        parts[part] = parts.get(part, 0) + time.monotonic() - began

    # Its beginning

    def begin(self) -> None:
        """Make the template's repository and a project with rows, into which its owner writes."""
        self.seconds["a project"] = {}
        copy_template(self.template)
        commit(self.template, "Begin")
        answers = ("project_slug=my-service", f"database={self.database}", f"entities={BORN}")
        command = ("-m", "cookiecutter", self.template, "--no-input", "--default-config", *answers)
        succeed(python(*command, cwd=self.site.directory))
        commit(self.project, "Begin")
        with self.timed("rows"):
            self.inside.look(rows.alembic, "upgrade", "head")
            self.inside.look(owner.fill)
        owner.write_code(self.project)
        commit(self.project, "Count loyalty")
        self.inside.look(rows.alembic, "upgrade", "head")
        self.execute("UPDATE customers SET loyalty = id % 7")
        self.check_code()
        self.run_suite("tests/test_own.py")
        self.known = self.inside.look(rows.rows)
        assert sum(len(columns.get("id", ())) for columns in self.known.values()) == owner.ROWS

    # A step

    def take(self, step: Step) -> None:
        self.seconds[step.name] = {}
        self.edit(step.edits)
        if step.needs:
            self.assert_refused_without(step)
        self.mend_code(self.evolve(*step.arguments), step.words)
        self.check_code()
        if step.refusal:
            self.assert_migration_refused(*step.refusal)
            if not step.mends:
                self.give_up()
                return
            self.execute(*step.mends.values())
        self.migrate(step)
        for sql, value in step.facts.items():
            assert self.value(sql) == value, sql
        commit(self.project, step.name)
        self.run_suite(*step.suite)

    def upgrade_template(self) -> None:
        """Take a newer version, which differs in files that the owner has changed, and in others."""
        self.seconds["a newer template"] = {}
        for name, old, new in (
            ("app/routers/[entities][routes].py.jinja", '"""Delete ', '"""Remove '),
            (".gitignore", ".env\n", ".env\n.coverage\n"),
        ):
            path = self.template / PROJECT / name
            content = path.read_text(encoding="utf-8")
            assert content.count(old) == 1
            path.write_text(content.replace(old, new), encoding="utf-8", newline="\n")
        self.evolve("--template", commit(self.template, "Say remove"))
        routers = [path.read_text(encoding="utf-8") for path in (self.project / "app/routers").glob("*s.py")]
        assert [router.count('"""Remove a') for router in routers] == [1] * len(routers)
        assert ".coverage\n" in (self.project / ".gitignore").read_text(encoding="utf-8")
        self.check_code()
        commit(self.project, "Take a newer template")
        self.run_suite(*WHOLE)

    def edit(self, edits: Mapping[str, str]) -> None:
        path = self.project / "entities.txt"
        written = path.read_text(encoding="utf-8")
        for old, new in edits.items():
            assert written.count(old) == 1, (old, written)
            written = written.replace(old, new)
        path.write_text(written, encoding="utf-8", newline="\n")

    def evolve(self, *arguments: str) -> str:
        with self.timed("evolve"):
            said = succeed(self.try_to_evolve(*arguments))
        assert "was=" not in (self.project / "entities.txt").read_text(encoding="utf-8")
        assert [name for name, content in contents(self.project).items() if MARKERS.search(content)] == [], said
        return said

    def try_to_evolve(self, *arguments: str) -> Completed:
        cache = {"EVOLVE_CACHE": str(self.site.directory / "cache")}
        return python("evolve.py", "--yes", *arguments, cwd=self.project, environment=cache)

    def assert_refused_without(self, step: Step) -> None:
        """Check that a step which needs a decision is refused without it: by the command, or by the migration."""
        left = step.arguments[: step.arguments.index(step.needs)]
        before = contents(self.project)
        done = self.try_to_evolve(*left)
        if done.returncode:
            assert (done.returncode, contents(self.project)) == (1, before)
            assert step.needs in done.stderr
            assert "Traceback" not in done.stderr
        else:
            self.assert_migration_refused(step.needs)
            self.give_up()
            self.edit(step.edits)

    def mend_code(self, said: str, words: Mapping[str, str]) -> None:
        """Do what the owner does in the lines that the command has named."""
        if not words:
            return
        names = re.compile(rf"\b({'|'.join(words)})\b")
        for name, number in NAMED_LINE.findall(said):
            path = self.project / name
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            lines[int(number) - 1] = names.sub(lambda found: words[found[0]], lines[int(number) - 1])
            path.write_text("".join(lines), encoding="utf-8", newline="\n")
        # A line with another length may be broken or sorted in another way.
        succeed(python("-m", "ruff", "check", "--quiet", "--select=I", "--fix", cwd=self.project))
        succeed(python("-m", "ruff", "format", "--quiet", cwd=self.project))

    def check_code(self) -> None:
        everything = b"\n".join(contents(self.project).values()).decode()
        assert [trace for trace in owner.TRACES if trace not in everything] == []
        for gate in (gates.formatting, gates.lint, gates.types):
            with self.timed(gate.__name__):
                failure = gate(self.site, self.case)
            assert failure is None, failure.output

    def run_suite(self, *tests: str) -> None:
        with self.timed("suite"):
            failure = gates.suite(self.site, self.case, *tests)
        assert failure is None, failure.output

    def give_up(self) -> None:
        succeed(run("git", "reset", "--quiet", "--hard", cwd=self.project))
        succeed(run("git", "clean", "--quiet", "-d", "--force", cwd=self.project))

    # Its database

    def migrate(self, step: Step) -> None:
        base = str(self.value("SELECT version_num FROM alembic_version"))
        with self.timed("migration"):
            seen = self.inside.look(rows.travel, base)
        assert_same(expected(self.known, step), seen["after"])
        assert_same(seen["after"], seen["again"])
        assert_same(without(seen["before"], step), seen["back"])
        assert seen["schema back"] == seen["schema before"]
        assert seen["schema again"] == seen["schema after"]
        assert (seen["schema after"] != seen["schema before"]) == step.migrates
        self.known = seen["again"]

    def assert_migration_refused(self, *words: str) -> None:
        before = self.inside.look(rows.state)
        done = self.inside.run(rows.alembic, "upgrade", "head")
        assert done.status, done.output
        assert [word for word in words if word not in done.output] == [], done.output
        assert "Traceback" not in done.output
        assert self.inside.look(rows.state) == before

    def value(self, sql: str) -> object:
        engine = create_engine(self.url)
        with engine.connect() as connection:
            found = connection.scalar(text(sql))
        engine.dispose()
        return found

    def execute(self, *statements: str) -> None:
        engine = create_engine(self.url)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


def expected(known: Rows, step: Step) -> Rows:
    """Return what must be there after a step, in tables and columns that live on."""
    found = without(known, step)
    return {
        step.renames.get(table, table): {
            step.renames.get(f"{table}.{name}", name).rpartition(".")[2]: values for name, values in columns.items()
        }
        for table, columns in found.items()
    }


def without(known: Rows, step: Step) -> Rows:
    """Return the rows without what a step ends or changes."""
    ended = {
        column: {
            key
            for key, deleted in zip(known[table]["id"], known[table]["deleted_at"], strict=True)
            if deleted is not None
        }
        for table, column in step.purged.items()
    }
    found: Rows = {}
    for table, columns in known.items():
        keys = {column: columns[column] for column in ended if column in columns}
        if table in step.purged:
            keys[step.purged[table]] = columns["id"]
        lives = [
            not any(values[number] in ended[column] for column, values in keys.items())
            for number in range(len(next(iter(columns.values()))))
        ]
        changed = {*step.gone, *step.mends}
        if table not in changed:
            found[table] = {
                name: list(compress(values, lives))
                for name, values in columns.items()
                if f"{table}.{name}" not in changed
            }
    return found


def assert_same(expected: Rows, found: Rows) -> None:
    """Compare what is expected; there may be more tables and columns, but no more rows."""
    for table, columns in expected.items():
        for name, values in columns.items():
            assert found[table][name] == values, f"{table}.{name}"
