"""What a text says of former names, `was=`: whether it can be true, whatever the text before said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from entity_spec.language.lexer import Findings
from entity_spec.language.tree import Document, Rename


def check_renames(document: Document, found: Findings) -> None:
    of_entities = (rename for rename in document.renames if rename.member is None)
    _check((item.name.text for item in document.items), of_entities, found)
    for entity in document.entities:
        _check((node.name.text for node in entity.fields), entity.member_renames, found)


def refuse(renames: Sequence[Rename], found: Findings) -> None:
    """Report once that there is no text before."""
    hint = "remove it; in a project that exists, edit its entities and run evolve.py there"
    found.add("E803", "nothing in a new project was renamed", hint, at=renames[0].span)


def _check(names: Iterable[str], renames: Iterable[Rename], found: Findings) -> None:
    """Check what has names in one scope: the entities, or the members of one of them."""
    now = {rename.name: rename for rename in renames}
    staying = set(names) - now.keys()
    first: dict[str, str] = {}
    for name, rename in now.items():
        was, at = rename.was, rename.value
        if was == name:
            message, hint = f"{name} has this name now", "was= is for the name before; remove it if there is none"
            found.add("E801", message, hint, at=at)
        elif was in staying:
            hint = "if there is a new one of that name, rename first, and add it in a second step"
            found.add("E801", f"{was} is still there, so {name} cannot have been {was}", hint, at=at)
        elif was in first:
            found.add("E801", f"{first[was]} and {name} cannot both have been {was}", "remove one was=", at=at)
        first.setdefault(was, name)
