"""Lines of the owner's that still use an old name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from entity_spec.evolve.changes import Changes, Member
from entity_spec.evolve.merging import File
from entity_spec.model import Entity, Relation


def old_names(changes: Changes, result: Mapping[str, File], new: Mapping[str, File]) -> Iterator[str]:
    """Yield file, line number and text where a file has an old name in a line that the template does not make."""
    patterns = [_of_entity(*pair) for pair in changes.renamed_entities]
    members = [(entity, _of_member(old)) for entity, old, _ in changes.renamed_members]
    for name, file in sorted(result.items()):
        text = file.text
        if text is None:
            continue
        made = set((new[name].text or "").splitlines()) if name in new else set()
        near = [
            pattern for entity, pattern in members if re.search(_words(entity.snake, entity.plural, entity.name), text)
        ]
        for number, line in enumerate(text.splitlines(), 1):
            if line not in made and any(pattern.search(line) for pattern in (*patterns, *near)):
                yield f"{name}:{number}: {line.strip()}"


def _of_entity(old: Entity, new: Entity) -> re.Pattern[str]:
    gone = {old.snake, old.plural, old.name} - {new.snake, new.plural, new.name}
    return re.compile(_words(*gone))


def _of_member(old: Member) -> re.Pattern[str]:
    names = [old.name, *([old.column] if isinstance(old, Relation) and not old.many else [])]
    return re.compile("|".join(rf"\b{name}(?:__\w+)?\b" for name in names))


def _words(*names: str) -> str:
    """Return a pattern for names and others that are made of them, as `list_customers` and `CustomerOut`."""
    return "|".join(rf"(?<![A-Za-z0-9]){name}(?![a-z0-9])" for name in sorted(names))
