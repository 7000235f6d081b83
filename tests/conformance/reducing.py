"""Make a failing case smaller, as long as it fails in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from entity_spec.errors import SpecError
from entity_spec.model import Entity, Field, Group, Relation, Spec
from tests.conformance.case import Case

PLAIN_ENTITIES = ("Apple", "Berry", "Cherry", "Damson", "Elder", "Grape", "Lemon", "Mango")
PLAIN_MEMBERS = ("red", "green", "blue", "white", "black", "pink", "gray", "brown", "orange", "purple")


def reduced(case: Case, still_fails: Callable[[Case], bool], seconds: float) -> Case:
    """Return the smallest case that could be found in that time."""
    deadline = time.monotonic() + seconds
    tried = [case]
    progress = True
    while progress:
        progress = False
        for smaller in _smaller(case):
            if time.monotonic() > deadline:
                return case
            if smaller in tried or not _accepted(smaller):
                continue
            tried.append(smaller)
            if still_fails(smaller):
                case, progress = smaller, True
                break
    return case


def _accepted(case: Case) -> bool:
    try:
        case.spec()
    except SpecError:
        return False
    return True


def _smaller(case: Case) -> Iterator[Case]:
    """Yield what can be left out or simplified, the largest parts first."""
    for name in case.answers:
        yield replace(case, answers={other: answer for other, answer in case.answers.items() if other != name})
    for spec in _smaller_specs(case.spec()):
        yield replace(case, entities=str(spec))


def _smaller_specs(spec: Spec) -> Iterator[Spec]:
    for entity in spec.entities:
        yield without_entity(spec, entity)
    for enum in spec.enums:
        yield replace(spec, enums=tuple(other for other in spec.enums if other is not enum))
        yield replace(spec, enums=tuple(replace(other, doc="") if other is enum else other for other in spec.enums))
    for entity in spec.entities:
        for smaller in _smaller_entities(entity):
            yield replace(spec, entities=tuple(smaller if other is entity else other for other in spec.entities))
    for entity, plain in zip(spec.entities, PLAIN_ENTITIES, strict=False):
        if entity.name not in PLAIN_ENTITIES:
            yield renamed_entity(spec, entity.name, plain)


def without_entity(spec: Spec, gone: Entity) -> Spec:
    left = [
        without(entity, *(each for each in entity.relations if each.target == gone.name)) for entity in spec.entities
    ]
    return replace(spec, entities=tuple(entity for entity in left if entity.name != gone.name))


def _smaller_entities(entity: Entity) -> Iterator[Entity]:
    if len(entity.members) > 3:
        half = len(entity.members) // 2
        yield without(entity, *entity.members[half:])
        yield without(entity, *entity.members[:half])
    for member in entity.members:
        yield without(entity, member)
    for group in entity.groups:
        yield replace(entity, groups=tuple(other for other in entity.groups if other is not group))
    plain = Entity(entity.name, entity.members)
    for option in ("table_option", "plural_option", "softdelete", "timestamps", "api", "doc"):
        yield replace(entity, **{option: getattr(plain, option)})
    for number, member in enumerate(entity.members):
        for smaller in _smaller_members(member, PLAIN_MEMBERS[number % len(PLAIN_MEMBERS)]):
            members = tuple(smaller if other is member else other for other in entity.members)
            renamed = (
                Group(group.kind, tuple(smaller.name if name == member.name else name for name in group.members))
                for group in entity.groups
            )
            yield replace(entity, members=members, groups=tuple(renamed))


def _smaller_members(member: Field | Relation, plain_name: str) -> Iterator[Field | Relation]:
    if isinstance(member, Field):
        yield Field(member.name, "str")
        bare = Field(member.name, member.type, values=member.values, enum=member.enum)
        options = ("optional", "default", "unique", "index", "readonly", "writeonly", "pattern", "doc")
        limits = ("min_length", "max_length", "low", "high", "digits", "places")
        for option in (*options, *limits):
            yield replace(member, **{option: getattr(bare, option)})
        for value in member.values if not member.enum else ():
            yield replace(member, values=tuple(other for other in member.values if other != value))
    else:
        for option in ("unique", "on_delete", "backref", "doc", "optional"):
            yield replace(member, **{option: getattr(Relation(member.name, member.target), option)})
    if member.name not in PLAIN_MEMBERS:
        yield replace(member, name=plain_name)


def without(entity: Entity, *gone: Field | Relation) -> Entity:
    names = {member.name for member in gone}
    return replace(
        entity,
        members=tuple(member for member in entity.members if member.name not in names),
        groups=tuple(group for group in entity.groups if not names.intersection(group.members)),
    )


def renamed_entity(spec: Spec, old: str, new: str) -> Spec:
    def member(each: Field | Relation) -> Field | Relation:
        return replace(each, target=new) if isinstance(each, Relation) and each.target == old else each

    return replace(
        spec,
        entities=tuple(
            replace(entity, name=new if entity.name == old else entity.name, members=tuple(map(member, entity.members)))
            for entity in spec.entities
        ),
    )
