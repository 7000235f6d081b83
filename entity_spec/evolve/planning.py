"""Everything that one run changes, before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from entity_spec import files, record
from entity_spec.evolve import formatting, merging, source, worktree
from entity_spec.evolve.applying import apply
from entity_spec.evolve.changes import Changes, RefusedError
from entity_spec.evolve.heads import VERSIONS
from entity_spec.evolve.leftovers import old_names
from entity_spec.evolve.merging import File, Merge
from entity_spec.evolve.source import Source
from entity_spec.language.parser import parse
from entity_spec.record import Record

CRUFT = ".cruft.json"
_LISTED = 30
_LARGEST = 1024 * 1024
"""A larger file is neither one that the template has made, nor text that somebody has written."""


@dataclass(frozen=True)
class Plan:
    project: Path
    changes: Changes
    merge: Merge
    kept: Mapping[str, File]
    """What is written beside what is merged: migrations, and what the project keeps of itself."""
    old_names: Sequence[str]
    """Lines of the owner's with an old name."""
    versions: Sequence[str]
    """The commits of the template, before and after."""

    @property
    def revisions(self) -> list[str]:
        return [name for name in self.kept if name.startswith(VERSIONS)]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield from self.changes.lines
        if len(set(self.versions)) > 1:
            yield f"template: {' becomes '.join(version[:12] for version in self.versions)}"
        written = self.merge.written.keys()
        new = sum(not (self.project / name).exists() for name in written)
        counts = {"new": new, "changed": len(written) - new, "gone": len(self.merge.deleted)}
        yield f"files: {', '.join(f'{count} {what}' for what, count in counts.items())}"
        yield from _listed("merged with your changes", sorted(self.merge.mixed))
        yield from _listed("migrations, to be read before they run", self.revisions)
        yield from _listed("conflicts: both you and the template changed the same lines", self.merge.conflicts)
        yield from _listed("left to you", self.merge.left)
        yield from _listed("lines of yours with an old name", self.old_names)

    @property
    def next_steps(self) -> str:
        first = ["resolve the conflicts, between <<<<<<< and >>>>>>>"] if self.merge.conflicts else []
        upgrade = ["uv run alembic upgrade head"] if self.revisions else []
        steps = "\n      ".join([*first, *upgrade, "uv run pytest"])
        return f"next: {steps}\nundo: git stash push --include-untracked -- .    (your change of the entities, too)"

    def apply(self) -> None:
        apply(self.project, {**self.merge.written, **self.kept}, self.merge.deleted)


def plan(
    project: Path,
    found: Source,
    changes: Changes,
    revisions: Mapping[str, str],
    records: tuple[Record, Record],
    made: Mapping[str, Path],
) -> Plan:
    """Plan the changes of a project, of which an old and a new version were made. Errors: RefusedError."""
    base, new = merging.files_in(made["old"]), merging.files_in(made["new"])
    own = (name for name in worktree.tracked(project) if _is_small(project / name))
    ours = merging.files_in(project, dict.fromkeys([*base, *new, *own]))
    merge = merging.merge(base, new, ours, changes.renamed_entities)
    _format(project, merge)
    result = {name: file for name, file in (ours | merge.written).items() if name not in merge.deleted}
    kept = {f"{VERSIONS}/{name}": text for name, text in revisions.items()}
    if changes.is_for_another_database:
        kept |= _migrations_anew(project, merge, made["new"])
    kept |= {record.NAME: str(records[1])} | _cruft(project, records[1])
    kept |= source.settled(project, found, (made["new"] / source.TEXT).read_text(encoding="utf-8"))
    # Git need not have the entities yet, if they are in a new file.
    worktree.refuse_untracked(project, (*merge.written, *merge.deleted, *kept.keys() - {found.name}))
    return Plan(
        project,
        changes,
        merge,
        {name: File(text.encode()) for name, text in kept.items()},
        list(old_names(changes, result, new)),
        tuple(each.commit for each in records if each.commit),
    )


def _migrations_anew(project: Path, merge: Merge, made: Path) -> dict[str, str]:
    """Return the first migration for another kind of database, which takes the place of all that are there."""
    [first] = (made / VERSIONS).glob("*.py")
    others = [name for name in worktree.tracked(project) if name.startswith(VERSIONS) and name.endswith(".py")]
    others = [name for name in others if Path(name).name != first.name]
    merge.deleted += others
    merge.left.append("no rows are moved: use a tool of the new database for that")
    if others:
        merge.left.append(
            f"{VERSIONS}/{first.name} takes the place of {', '.join(Path(name).name for name in others)}:"
        )
        merge.left.append(
            "  for tables and columns of your own, uv run alembic revision --autogenerate, on the new database"
        )
    return {f"{VERSIONS}/{first.name}": first.read_text(encoding="utf-8")}


def _is_small(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= _LARGEST


def _format(project: Path, merge: Merge) -> None:
    """Format modules with changes of both sides."""
    modules = {name: before for name, before in merge.mixed.items() if name.endswith(".py")}
    if not modules:
        return
    ruff = formatting.find(project)
    if ruff is None:
        merge.left.append("ruff is not installed here, so what was merged is not formatted: uv run ruff format")
        return
    for name, before in modules.items():
        file = merge.written[name]
        if (text := file.text) is not None:
            merge.written[name] = file.with_text(formatting.format_like(ruff, project, name, text, before))


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines[:_LISTED])
    if len(lines) > _LISTED:
        yield f"  ... and {len(lines) - _LISTED} more"


def _cruft(project: Path, next_record: Record) -> dict[str, str]:
    """Return the file of a project that cruft updates as well."""
    path = project / CRUFT
    if not path.is_file():
        return {}
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        context = noted["context"]["cookiecutter"]
        is_mapping = isinstance(context["entities"], dict)
        context |= next_record.answers
        context["entities"] = files.to_mapping(parse(next_record.text)) if is_mapping else next_record.text
        noted["commit"] = next_record.commit
        if "_commit" in context:
            context["_commit"] = next_record.commit
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{CRUFT} cannot be read: {type(error).__name__}: {error}") from None
    return {CRUFT: json.dumps(noted, ensure_ascii=False, indent=2) + "\n"}
