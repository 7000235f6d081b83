"""The entities as their owner has written them: a mapping in YAML or JSON if there is one, or else entities.txt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from entity_spec import files
from entity_spec.errors import Problem, SpecError
from entity_spec.evolve.changes import RefusedError
from entity_spec.evolve.renames import check_was, without_was
from entity_spec.language.parser import valid
from entity_spec.model import Spec

TEXT = "entities.txt"
MAPPINGS = ("entities.yaml", "entities.yml", "entities.json")
FILES = (TEXT, *MAPPINGS)


@dataclass(frozen=True)
class Source:
    name: str
    spec: Spec
    warnings: Sequence[Problem]


def read(project: Path, recorded: Spec, *, soft_delete: bool) -> Source:
    """Read the entities of a project. Errors: SpecError, and RefusedError if two files say different things."""
    there = [name for name in MAPPINGS if (project / name).is_file()]
    if len(there) > 1:
        raise RefusedError(f"{' and '.join(there)} both say what the entities are: keep one of them")
    source = _read(project, there[0] if there else TEXT, recorded, soft_delete)
    if there and (project / TEXT).is_file():
        text = _read(project, TEXT, recorded, soft_delete).spec.settled
        if text not in (recorded, source.spec.settled):
            raise RefusedError(
                f"{TEXT} was changed, but the entities are read from {source.name}: edit that one, or delete it"
            )
    return source


def _read(project: Path, name: str, recorded: Spec, soft_delete: bool) -> Source:
    result = files.examine(f"@{name}", directories=[project], soft_delete=soft_delete)
    spec = valid(result)
    problems = check_was(result, recorded)
    if problems:
        raise SpecError(problems)
    return Source(name, spec, result.warnings)


def settled(project: Path, source: Source, canonical: str) -> dict[str, str]:
    """Return the files of entities as they are when all is done: nothing in them says `was=`.

    Beside a mapping, entities.txt shows the `canonical` text. Errors: RefusedError.
    """
    text = (project / source.name).read_bytes().decode()
    after = {source.name: without_was(text, source.name)}
    return after if source.name == TEXT else after | {TEXT: canonical}
