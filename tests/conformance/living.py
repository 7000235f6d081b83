"""What must live on when entities change: rows, and the values of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from entity_spec.model import Field, Relation
from entity_spec.view.facts.entity import EntityFacts, Link
from entity_spec.view.project import Project
from tests.conformance.case import Evolution
from tests.evolve.rows import Rows

Member = Field | Relation
Keys = set[Any]

TEXTS = ("str", "text", "slug", "email", "url", "enum")
INTS = ("int", "bigint")
# Types whose values become those of another type, or stop the migration. Values of others end with the type.
LIVES_ON = {
    **dict.fromkeys(TEXTS, (*TEXTS, *INTS)),
    **dict.fromkeys(INTS, (*INTS, "decimal", "float", "str", "text")),
}


def differences(evolution: Evolution, before: Rows, after: Rows) -> Iterator[str]:
    """Yield what is lost or changed, as `table.column: what`."""
    old, new = (Project(case.spec(), case.all_answers) for case in (evolution.old, evolution.new))
    known = {entity.name: entity for entity in old.entities}
    pairs = [(known[was], entity) for entity in new.entities if (was := entity.spec.was or entity.name) in known]
    renamed = {one.name: other.name for one, other in pairs}
    purged = {
        one.name: _deleted(one, before) if one.soft_delete and not other.soft_delete else set() for one, other in pairs
    }
    for one, other in pairs:
        yield from _rows(one, other, before, after, purged)
        for member, now in _members(one, other, renamed):
            if isinstance(member, Relation) and member.many:
                yield from _links(_link(one, member.name), _link(other, now.name), before, after, purged)
            else:
                ends = purged.get(member.target, set()) if isinstance(member, Relation) else set()
                yield from _values(one, member, other, now, before, after, ends)
        for name in ("created_at", "updated_at", "deleted_at"):
            if name in before[one.table] and name in after[other.table]:
                marker = Field(name, "datetime", optional=name == "deleted_at")
                yield from _values(one, marker, other, marker, before, after, set())


def _deleted(entity: EntityFacts, before: Rows) -> Keys:
    columns = before[entity.table]
    return {key for key, when in zip(columns["id"], columns["deleted_at"], strict=True) if when is not None}


def _rows(old: EntityFacts, new: EntityFacts, before: Rows, after: Rows, purged: dict[str, Keys]) -> Iterator[str]:
    columns = before[old.table]
    keys, now = set(columns["id"]), set(after[new.table]["id"])
    below = {
        key
        for reference in old.references
        for key, parent in zip(columns["id"], columns[reference.column], strict=True)
        if parent in purged.get(reference.target, ())
    }
    if now - keys:
        yield f"{new.table}.id: there are rows that were not there"
    if keys - now - purged[old.name] - below:
        yield f"{new.table}.id: rows are lost"
    if now & purged[old.name]:
        yield f"{new.table}.id: deleted rows live again"


def _members(old: EntityFacts, new: EntityFacts, renamed: dict[str, str]) -> Iterator[tuple[Member, Member]]:
    known = {member.name: member for member in old.spec.members}
    for now in new.spec.members:
        member = known.get(now.was or now.name)
        if member and _lives_on(member, now, renamed):
            yield member, now


def _lives_on(member: Member, now: Member, renamed: dict[str, str]) -> bool:
    if isinstance(member, Field) and isinstance(now, Field):
        return now.type in (member.type, *LIVES_ON.get(member.type, ()))
    if isinstance(member, Relation) and isinstance(now, Relation):
        return member.many == now.many and renamed.get(member.target) == now.target
    return False


def _values(
    old: EntityFacts, member: Member, new: EntityFacts, now: Member, before: Rows, after: Rows, ends: Keys
) -> Iterator[str]:
    column, other = (each.column if isinstance(each, Relation) else each.name for each in (member, now))
    place = f"{new.table}.{other}"
    if other not in after[new.table]:
        yield f"{place}: is not there"
        return
    were = dict(zip(before[old.table]["id"], before[old.table][column], strict=True))
    for key, value in zip(after[new.table]["id"], after[new.table][other], strict=True):
        was = were.get(key)
        if was is None:
            # It may have been filled if it has become required.
            if value is not None and now.optional:
                yield f"{place}: {value!r} instead of nothing"
        elif was not in ends and not _same(now, was, value):
            yield f"{place}: {value!r} instead of {was!r}"


def _same(now: Member, was: object, value: object) -> bool:
    if not isinstance(now, Field) or value is None:
        return was == value
    if now.type in ("decimal", "float"):
        # As many digits as every database keeps.
        return float(str(was)) == float(str(value))
    if now.type in INTS:
        return int(str(was)) == int(str(value))
    return was == value or (now.type in TEXTS and str(was) == value)


def _link(entity: EntityFacts, name: str) -> Link:
    return next(link for link in entity.links if link.name == name)


def _links(old: Link, new: Link, before: Rows, after: Rows, purged: dict[str, Keys]) -> Iterator[str]:
    were, are = _pairs(old, before), _pairs(new, after)
    end = {
        (one, other)
        for one, other in were
        if one in purged.get(old.source.name, ()) or other in purged.get(old.target.name, ())
    }
    if are != were - end:
        yield f"{new.table}.{new.source_column}: {are} instead of {were - end}"


def _pairs(link: Link, rows: Rows) -> set[tuple[Any, Any]]:
    columns = rows[link.table]
    return set(zip(columns[link.source_column], columns[link.target_column], strict=True))
