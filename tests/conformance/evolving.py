"""The gates of a change: the code is that of a new project, and the rows are those that were there."""

from __future__ import annotations

import difflib
import itertools
import json
import pkgutil
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from pydantic import ValidationError
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from entity_spec.evolve.changes import Decisions, RefusedError, Version, compare
from entity_spec.model import Entity, Field, Spec
from tests.baking import commit, contents, python
from tests.conformance import gates
from tests.conformance.case import Evolution
from tests.conformance.drawing import ANY_DEFAULTS, is_accepted
from tests.conformance.forking import Done
from tests.conformance.gates import Failure, Site
from tests.conformance.living import differences
from tests.evolve import rows
from tests.evolve.inside import Inside
from tests.evolve.rows import Rows

# What need not be as in a new project.
OWN_WAY = ("entities.txt", ".template.json", "migrations/versions/")
# What a downgrade may say.
NO_WAY_BACK = r"^FAILED: \d+ (rows of \w+ (would have no|have|are deleted)|values of .+ are in more than one row) "
SHOWN_FILES = 3
ROWS_PER_TABLE = 4


@dataclass
class Play:
    """An evolution, as its owner sees it: with rows, and looked at from all sides."""

    site: Site
    evolution: Evolution
    whole: bool
    """Whether all tests of the project are run, or those of migrations."""
    refusals: list[str] = field(default_factory=list)
    """What was refused in words, with nothing changed."""

    @property
    def wanted(self) -> Site:
        """The place of a new project with the new entities and answers."""
        return replace(self.site, directory=self.site.directory / "wanted")

    def failures(self) -> Iterator[Failure]:
        new = self.evolution.new
        failure = gates.generate(self.site, self.evolution.old) or gates.generate(self.wanted, new.settled)
        if failure:
            yield failure
            return
        commit(self.site.project)
        with self.site.scratch(self.evolution.old) as environment:
            inside = Inside(self.site, environment)
            done, before = inside.try_to_look(fill)
            if done.status:
                yield Failure("filling", gates.exception(done.output), done.output)
                return
            failure = self._evolve(before)
            if failure or self.refusals:
                yield from _some(failure)
                return
            yield from self._code()
            yield from self._migrate(inside, before)
        yield from self._migrate_anew()
        yield from _some(gates.suite(self.site, new, *([] if self.whole else ["tests/test_migrations.py"])))

    def _evolve(self, before: Rows) -> Failure | None:
        project = self.site.project
        (project / "entities.txt").write_text(self.evolution.new.entities + "\n", encoding="utf-8", newline="\n")
        words = ["evolve.py", "--yes", "--drop", "--purge-deleted"]
        words += [f"{name}={answer}" for name, answer in self.evolution.changed_answers.items()]
        for name, value in self._fills(before).items():
            words += ["--fill", f"{name}={value}"]
        files = contents(project)
        cache = {"EVOLVE_CACHE": str(self.site.template.parent / "cache")}
        done = python(*words, cwd=project, environment=cache)
        said = done.stdout + done.stderr
        if done.returncode == 1 and done.stderr and "Traceback" not in said and contents(project) == files:
            self.refusals.append(done.stderr)
            return None
        return gates.unless(done.returncode == 0, "evolve", gates.exception(said), Done(done.returncode, said))

    def _fills(self, before: Rows) -> Mapping[str, str]:
        """Return values for what the change asks for."""
        old, new = (Version(case.spec(), case.all_answers) for case in (self.evolution.old, self.evolution.new))
        try:
            missing = compare(old, new, Decisions(drop=True, purge_deleted=True)).missing_fills
        except RefusedError:
            return {}
        found = {}
        for fill in missing:
            entity, _, name = fill.name.partition(".")
            [member] = [each for each in new.spec.by_name[entity].members if each.name == name]
            if isinstance(member, Field):
                value = sample(new.spec, member)
            else:
                target = new.spec.by_name[member.target]
                was = old.spec.by_name.get(target.was or target.name)
                value = str(before[was.table]["id"][0]) if was else None
            if value is not None:
                found[fill.name] = value
        return found

    def _code(self) -> Iterator[Failure]:
        made, wanted = (
            {name: content for name, content in contents(site.project).items() if not name.startswith(OWN_WAY)}
            for site in (self.site, self.wanted)
        )
        differ = sorted(name for name in made.keys() | wanted.keys() if made.get(name) != wanted.get(name))
        if differ:
            shown = [
                _diff(wanted.get(name, b"").decode(), made.get(name, b"").decode()) for name in differ[:SHOWN_FILES]
            ]
            yield Failure("code", re.sub(r"\w+\.", "_.", differ[0]), "\n".join([*differ, *shown]))
        for gate in (gates.formatting, gates.lint, gates.types):
            yield from _some(gate(self.site, self.evolution.new))

    def _migrate(self, inside: Inside, before: Rows) -> Iterator[Failure]:
        state = inside.look(rows.state)
        done, seen = inside.try_to_look(rows.travel, "0001")
        if done.status:
            refused = re.search(r"^FAILED: (?s:.*)", done.output, re.MULTILINE)
            if refused and "Traceback" not in done.output and inside.look(rows.state) == state:
                self.refusals.append(refused[0])
            else:
                yield Failure("migration", gates.exception(done.output), done.output)
            return
        wrong = [*differences(self.evolution, before, seen["after"])]
        if wrong:
            yield Failure("rows", re.sub(r"^\w+\.\w+", "_", wrong[0]), "\n".join(wrong))
        if seen["back"] is None:
            if not re.search(NO_WAY_BACK, done.output, re.MULTILINE):
                yield Failure("downgrade", "refused", done.output)
        elif seen["schema back"] != seen["schema before"]:
            yield Failure("downgrade", "schema", _schema_diff(seen["schema before"], seen["schema back"]))
        if (seen["schema again"], seen["again"]) != (seen["schema after"], seen["after"]):
            yield Failure("downgrade", "again", _schema_diff(seen["schema after"], seen["schema again"]))

    def _migrate_anew(self) -> Iterator[Failure]:
        """Compare what all migrations make of an empty database with what the one of a new project makes."""
        schemas = []
        for site in (self.wanted, self.site):
            with site.scratch(self.evolution.new) as environment:
                done, schema = Inside(site, environment).try_to_look(rows.anew)
            if done.status:
                yield Failure("empty database", gates.exception(done.output), done.output)
                return
            schemas.append(schema)
        wanted, made = schemas
        if made != wanted:
            yield Failure("schema", "differs", _schema_diff(wanted, made))


def fill() -> Rows:
    """In a process of the project: make rows by its factories, with and without optional values, and delete some."""
    from app.db.models import Base
    from app.db.session import SessionLocal
    from app.errors import DomainError

    rows.alembic("upgrade", "head")
    factories: Any = import_module("tests.factories")
    names = [module.name for module in pkgutil.iter_modules(factories.__path__)]
    for number, name in itertools.product(range(ROWS_PER_TABLE), names):
        with SessionLocal() as db, suppress(*NO_ROOM, DomainError):
            make(db, name, full=number % 2 == 0)
            db.commit()
    with SessionLocal() as db:
        mapped = {mapper.local_table for mapper in Base.registry.mappers}
        for link in Base.metadata.tables.values():
            if link not in mapped:
                ends = [db.scalars(select(next(iter(column.foreign_keys)).column)).all() for column in link.columns]
                for pair in zip(*ends, strict=False):
                    db.execute(insert(link).values(pair))
        db.commit()
    for name in names:
        model = getattr(import_module(f"tests.factories.{name}"), f"make_{name}").__annotations__["return"]
        if "deleted_at" in model.__table__.columns:
            with SessionLocal() as db, suppress(DomainError):
                getattr(import_module(f"app.crud.{name}"), f"delete_{name}")(db, db.scalars(select(model.id)).all()[-1])
                db.commit()
    made = rows.rows()
    assert all(made[mapper.local_table.name]["id"] for mapper in Base.registry.mappers)
    return made


# Unique columns may have room for a row only.
NO_ROOM = (DBAPIError, ValidationError)


def make(db: Session, name: str, *, full: bool) -> None:
    """Make a row that has every optional value and reference, or none."""
    factory = import_module(f"tests.factories.{name}")
    make = getattr(factory, f"make_{name}")
    columns = make.__annotations__["return"].__table__.columns
    changes: dict[str, object] = {}
    for column in columns:
        if column.nullable and full and column.foreign_keys:
            changes[column.name] = db.scalar(select(next(iter(column.foreign_keys)).column).limit(1))
    if not full:
        given = getattr(factory, f"new_{name}")(db)
        changes = {field: None for field in given if field in columns and columns[field].nullable}
    make(db, **changes)


def sample(spec: Spec, field: Field) -> str | None:
    """Return a value as a default is written, None if none is found."""
    bounds = [format(bound, "f") for bound in (field.low, field.high) if bound is not None]
    texts = ["a" * field.min_length] if field.min_length else []
    for value in (*field.values, *bounds, *texts, *ANY_DEFAULTS.get(field.type, ())):
        given = replace(field, default=value, unique=False, readonly=False)
        if is_accepted(Spec((Entity("Sample", (Field("other", "str"), given)),), spec.enums), soft_delete=True):
            return value
    return None


def _some(failure: Failure | None) -> Iterator[Failure]:
    if failure:
        yield failure


def _schema_diff(wanted: object, made: object) -> str:
    return _diff(*(json.dumps(schema, indent=1, sort_keys=True) for schema in (wanted, made)))


def _diff(wanted: str, made: str) -> str:
    return "\n".join(difflib.unified_diff(wanted.splitlines(), made.splitlines(), "wanted", "made", lineterm="", n=2))
