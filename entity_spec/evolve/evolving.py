"""From an edited text to a changed project: read, compare, make it twice, merge, ask, write."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from entity_spec import answers, record
from entity_spec.errors import SpecError, closest, look, report, some
from entity_spec.evolve import heads, planning, revisions, source, worktree
from entity_spec.evolve.changes import Changes, Decisions, RefusedError, Version, compare, likely_renames
from entity_spec.evolve.rendering import render
from entity_spec.language.parser import parse
from entity_spec.model import Spec
from entity_spec.record import Record

TEMPLATE = Path(__file__).resolve().parents[2]
"""A directory with the name of its commit."""


def evolve(options: Namespace) -> int:
    """Run the command; return its exit status. Errors: SpecError, RefusedError."""
    project: Path = options.project
    worktree.check(project)
    recorded = _record(project)
    known = {**_defaults(), **recorded.answers}
    given = _given(known, dict(options.answers))
    old = Version(_recorded_spec(recorded, known), known)
    found = source.read(project, old.spec, soft_delete=given["soft_delete"] == "yes")
    if found.warnings:
        print(report(found.warnings, *look(sys.stderr)), file=sys.stderr)
    if (found.spec, given, TEMPLATE.name) == (old.spec, known, recorded.commit) and not options.address:
        print(f"nothing to do: the project is what {found.name} says")
        return 0
    can_ask = not options.yes and not options.dry_run and sys.stdin.isatty()
    if not (can_ask or options.yes or options.dry_run):
        raise RefusedError("nobody is here to be asked: add --yes to do it, or --dry-run to see what would be done")

    spec = _with_renames(old.spec, found.spec) if can_ask else found.spec
    changes, decisions = _decided(old, Version(spec, given), options, can_ask)
    written = revisions.write(changes, decisions, heads.head(project))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        made = render(
            Path(directory),
            {
                "old": (options.base, {**recorded.answers, "entities": recorded.text}),
                "new": (TEMPLATE, {**given, "entities": str(spec.settled)}),
            },
        )
        rendered = _record(made["new"])
        next_record = Record(options.address or recorded.template, TEMPLATE.name, rendered.answers, rendered.entities)
        plan = planning.plan(project, found, changes, written, (recorded, next_record), made)
    print(plan)
    if options.dry_run:
        return 0
    if can_ask and not _agrees("go on?"):
        print("nothing was changed")
        return 1
    plan.apply()
    try:
        print(plan.next_steps, flush=True)
    except OSError:
        # Nobody reads it, as after `| head`; it is done all the same. Python would fail again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 3 if plan.merge.conflicts else 0


# What the project is


def _record(project: Path) -> Record:
    try:
        return Record.parse((project / record.NAME).read_text(encoding="utf-8"))
    except ValueError as error:
        raise RefusedError(f"{record.NAME} cannot be read: {error}") from None


def _recorded_spec(recorded: Record, known: Mapping[str, str]) -> Spec:
    try:
        return parse(recorded.text, soft_delete=known["soft_delete"] == "yes")
    except SpecError as error:
        raise RefusedError(f"to this version, the entities in {record.NAME} are no entities:\n{error}") from None


def _defaults() -> dict[str, str]:
    """Return the answers to questions that the template did not ask when the project was made."""
    asked = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
    return {
        name: default[0] if isinstance(default, list) else default
        for name, default in asked.items()
        if not name.startswith("_") and name != "entities"
    }


# What it shall be


def _given(known: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    for name in changed:
        if name == "entities":
            raise RefusedError(f"entities: edit {source.TEXT}, and give no text here")
        if name not in known:
            similar = closest(name, known)
            hint = f"did you mean {similar}?" if similar else f"answers: {some(known)}"
            raise RefusedError(f"there is no answer {name}; {hint}")
    given = {**known, **changed}
    problems = answers.check(given)
    if problems:
        raise RefusedError(*problems)
    return given


def _with_renames(old: Spec, new: Spec) -> Spec:
    """Ask about what may have been renamed, though the text does not say so."""
    for rename in likely_renames(old, new):
        if _agrees(rename.question):
            new = rename.said(new)
    return new


def _decided(old: Version, new: Version, options: Namespace, can_ask: bool) -> tuple[Changes, Decisions]:
    fills = dict(options.fill)
    changes = compare(old, new, Decisions(fills, options.drop, options.purge_deleted))
    if can_ask and changes.missing_fills:
        fills |= {fill.name: _answer(fill.question) for fill in changes.missing_fills}
        changes = compare(old, new, Decisions(fills, options.drop, options.purge_deleted))
    return changes, Decisions(fills, options.drop, options.purge_deleted)


def _agrees(question: str) -> bool:
    return _answer(f"{question} [y/N]").lower() in ("y", "yes")


def _answer(question: str) -> str:
    try:
        return input(f"{question} ").strip()
    except EOFError:
        return ""
