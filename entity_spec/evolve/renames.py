"""What `was=` says of the text before, and how it leaves the user's own text when the step is done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import yaml

from entity_spec import files
from entity_spec.errors import Problem, closest, some
from entity_spec.evolve.changes import Member, RefusedError
from entity_spec.language.lexer import Findings, TooManyProblemsError
from entity_spec.language.parser import Result, valid
from entity_spec.language.tree import Rename
from entity_spec.model import Entity, Field, Spec

Cut = tuple[int, int]
"""Start and end of what goes."""

_WAS = re.compile(r"was\s*=\s*[a-z][a-z0-9_]*")
_REST_OF_LINE = re.compile(r"[ \t]*(\r?\n|\Z)")
"""With nothing in it."""
_COMMA = re.compile(r"\s*,[ \t]*")


# Against the text before


def check_was(result: Result, old: Spec) -> list[Problem]:
    """Return what is wrong with each `was=` of a valid text, given what there was before."""
    found = Findings()
    if result.spec:
        with suppress(TooManyProblemsError):
            _Checker(result.spec, result.renames, old, found).check()
    return found.problems


class _Checker:
    def __init__(self, new: Spec, renames: Sequence[Rename], old: Spec, found: Findings) -> None:
        self.new = new
        self.renames = renames
        self.old = old
        self.found = found

    def check(self) -> None:
        for rename in self.renames:
            if rename.member is None:
                now = {entity.name: entity.was for entity in self.new.entities}
                self.check_name(rename, list(self.old.by_name), now, f"there was no entity {rename.was}")
            else:
                self.check_member(rename)

    def check_member(self, rename: Rename) -> None:
        new = self.new.by_name[rename.entity]
        old = self.old.by_name.get(new.was or new.name)
        if old is None:
            if new.was is None:  # otherwise, that is wrong, and has been reported
                hint = f"remove it, or say what {new.name} was: {new.name}(...) was=..."
                self.found.add("E802", f"{new.name} is new, so nothing in it was renamed", hint, at=rename.value)
            return
        before, after = _members(old), _members(new)
        now = {name: member.was for name, member in after.items()}
        if self.check_name(rename, list(before), now, f"{old.name} had no field {rename.was}"):
            was, is_now = _kind(before[rename.was]), _kind(after[rename.name])
            if was != is_now:
                message = f"{rename.was} was {was}, but {rename.name} is {is_now}"
                self.found.add("E802", message, "remove was=: the one goes, and the other is new", at=rename.value)

    def check_name(self, rename: Rename, before: Sequence[str], now: Mapping[str, str | None], unknown: str) -> bool:
        """Tell whether the name of before was there, and the new one is free. `now` has what each name of now was."""
        said = set(now.values())
        gone = [name for name in before if name not in said and (name not in now or now[name])]
        if rename.was not in before:
            others = [name for name in gone if name != rename.name]
            meant = closest(rename.was, others)
            hint = f"what is gone: {some(others)}" if others else "nothing is gone, so nothing was renamed: remove was="
            self.found.add("E802", unknown, f'did you mean "{meant}"?' if meant else hint, at=rename.value)
            return False
        if rename.name in gone:
            message = f"there was another {rename.name} beside {rename.was}"
            self.found.add("E802", message, "remove that one first, and rename in a second step", at=rename.value)
            return False
        return True


def _members(entity: Entity) -> dict[str, Member]:
    return {member.name: member for member in entity.members}


def _kind(member: Member) -> str:
    if isinstance(member, Field):
        return "a field"
    return "a many-to-many" if member.many else "a reference"


# Out of the text


def without_was(text: str, name: str) -> str:
    """Return what is in a file of entities without any `was=`, and otherwise as it is, to the byte.

    The name tells its form. The text must be valid, and may begin with a byte order mark. Raises RefusedError where
    YAML is written in a way that only its author can change.
    """
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    result = files.examine_text(text, name)
    spec = valid(result)
    if not result.renames:
        return mark + text
    is_text = name.lower().endswith(".txt")
    cuts = ((each.span.start, each.span.end) for each in result.renames)
    done = _without(text, cuts if is_text else _yaml_cuts(text, result.renames))
    if files.examine_text(done, name).spec != spec.settled:
        raise RefusedError(f"{name}: was= cannot be taken out of what is written there: remove it yourself")
    return mark + done


def _without(text: str, cuts: Iterator[Cut]) -> str:
    """Cut, with the blanks before, or after at the start of a line, and all of a line that held nothing else."""
    for start, end in sorted(cuts, reverse=True):
        before = text[:start].rstrip(" \t")
        if before and not before.endswith("\n"):
            text = before + text[end:]
        elif rest := _REST_OF_LINE.match(text, end):
            text = before + text[rest.end() :]
        else:
            text = text[:start] + text[end:].lstrip(" \t")
    return text


def _yaml_cuts(text: str, renames: Sequence[Rename]) -> Iterator[Cut]:
    said = {(rename.entity, rename.member): rename for rename in renames}
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    for entity, content in root.value if root else []:
        entries = content.value if isinstance(content, yaml.MappingNode) else []
        for number, (key, value) in enumerate(entries):
            if key.value == "_was":
                # The mark of a block stands behind its line end.
                start, end = key.start_mark.index, len(text[: value.end_mark.index].rstrip())
                before = entries[number - 1][1].end_mark.index if number else start
                yield from _flow_cuts(text, before, start, end) if content.flow_style else [(start, end)]
            elif rename := said.get((entity.value.strip(), key.value.strip())):
                # What is quoted or folded is written differently, but as often.
                count = len(_spans(_WAS, rename.word.source.text[: rename.word.start]))
                end = value.end_mark.index
                yield from _spans(_WAS, text[:end], value.start_mark.index)[count : count + 1]


def _flow_cuts(text: str, before: int, start: int, end: int) -> Iterator[Cut]:
    """Cut an entry between commas; `before` is where the one before it ends, or `start` for the first."""
    comma = _COMMA.match(text, end)
    if before < start and "\n" not in text[before:start]:
        yield before, end
    elif comma:
        yield start, comma.end()
    else:
        yield from _spans(_COMMA, text, before)[:1]
        yield start, end


def _spans(pattern: re.Pattern[str], text: str, start: int = 0) -> list[Cut]:
    return [match.span() for match in pattern.finditer(text, start)]
