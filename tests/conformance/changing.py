"""Random changes of a random case: whatever an owner may write into entities.txt on a later day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from entity_spec.model import Entity, Field, Group, Relation, SharedEnum, Spec
from tests.conformance.case import DEFAULTS, Case, Evolution
from tests.conformance.drawing import (
    any_word,
    cases,
    class_names,
    docs,
    drawn,
    entities,
    enum_values,
    fields,
    is_accepted,
    relations,
    sometimes,
    variants,
)
from tests.conformance.reducing import renamed_entity, without, without_entity

Member = Field | Relation
Specs = list[Spec]
"""Ways to make one change, the best one first; the language need not accept any of them."""


def evolution(seed: int, only: tuple[str, ...]) -> Evolution:
    """Draw a case and a change of it, always the same for a seed."""
    return drawn(evolutions(only), seed)


@st.composite
def evolutions(draw: st.DrawFn, only: tuple[str, ...]) -> Evolution:
    case = draw(cases(only))
    old = spec = case.spec()
    answers = draw(other_answers(case))
    soft_delete = answers.get("soft_delete", DEFAULTS["soft_delete"]) == "yes"
    if not is_accepted(spec, soft_delete):
        answers, soft_delete = case.answers, not soft_delete
    for _ in range(draw(st.sampled_from((1, 2, 1, 1, 3, 5, 2, 1)))):
        change = draw(st.sampled_from(CHANGES))
        tried = draw(change(spec))
        spec = next((new for each in tried if is_accepted(new := _honest(old, each), soft_delete)), spec)
    return Evolution(case, Case(str(spec), answers))


@st.composite
def other_answers(draw: st.DrawFn, case: Case) -> Mapping[str, str]:
    answers = dict(case.answers)
    if draw(sometimes) and draw(sometimes):
        answers["soft_delete"] = "no" if case.all_answers["soft_delete"] == "yes" else "yes"
    if draw(sometimes):
        answers["pool_size"] = "4"
    return answers


def _honest(old: Spec, new: Spec) -> Spec:
    """Return the spec without a `was=` for what was not there before."""
    made = []
    for entity in new.entities:
        before = old.by_name.get(entity.was or entity.name)
        names = {member.name for member in before.members} if before else set()
        members = tuple(replace(each, was=each.was if each.was in names else None) for each in entity.members)
        made.append(replace(entity, was=entity.was if before else None, members=members))
    return replace(new, entities=tuple(made))


def _with(spec: Spec, old: Entity, new: Entity) -> Spec:
    return replace(spec, entities=tuple(new if entity is old else entity for entity in spec.entities))


def _with_member(spec: Spec, entity: Entity, old: Member, new: Member) -> Spec:
    return _with(spec, entity, replace(entity, members=tuple(new if m is old else m for m in entity.members)))


# Entities


@st.composite
def an_entity_more(draw: st.DrawFn, spec: Spec) -> Specs:
    name = draw(class_names)
    entity = draw(entities(name, [*spec.by_name, name], spec.enums))
    place = draw(st.integers(0, len(spec.entities)))
    smaller = [entity, replace(entity, groups=()), Entity(name, entity.fields), Entity(name, entity.fields[:1])]
    return [
        replace(spec, entities=(*spec.entities[:place], each, *spec.entities[place:]))
        for each in smaller
        if name not in spec.by_name
    ]


@st.composite
def an_entity_less(draw: st.DrawFn, spec: Spec) -> Specs:
    return [without_entity(spec, draw(st.sampled_from(spec.entities)))] if spec.entities else []


@st.composite
def an_entity_renamed(draw: st.DrawFn, spec: Spec) -> Specs:
    name = draw(class_names)
    if not spec.entities or name in spec.by_name:
        return []
    old = draw(st.sampled_from(spec.entities))
    renamed = renamed_entity(spec, old.name, name)
    return [_with(renamed, renamed.by_name[name], replace(renamed.by_name[name], was=old.was or old.name))]


@st.composite
def an_option(draw: st.DrawFn, spec: Spec) -> Specs:
    if not spec.entities:
        return []
    entity = draw(st.sampled_from(spec.entities))
    option = draw(
        st.sampled_from(("table_option", "plural_option", "softdelete", "softdelete", "timestamps", "api", "doc"))
    )
    other = draw(entities(entity.name, [entity.name], ()))
    return [_with(spec, entity, replace(entity, **{option: getattr(other, option)}))]


@st.composite
def a_group(draw: st.DrawFn, spec: Spec) -> Specs:
    if not spec.entities:
        return []
    entity = draw(st.sampled_from(spec.entities))
    fewer = [_with(spec, entity, replace(entity, groups=entity.groups[1:]))] if entity.groups else []
    names = [member.name for member in entity.members]
    if len(names) < 2:
        return fewer
    chosen = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3, unique=True))
    group = Group(draw(st.sampled_from(("unique", "index"))), tuple(chosen))
    more = _with(spec, entity, replace(entity, groups=(*entity.groups, group)))
    return [*fewer, more] if draw(st.booleans()) else [more, *fewer]


@st.composite
def another_order(draw: st.DrawFn, spec: Spec) -> Specs:
    mixed = [replace(entity, members=tuple(draw(st.permutations(entity.members)))) for entity in spec.entities]
    return [replace(spec, entities=tuple(draw(st.permutations(mixed))))]


# Members


@st.composite
def a_member_more(draw: st.DrawFn, spec: Spec) -> Specs:
    if not spec.entities:
        return []
    entity = draw(st.sampled_from(spec.entities))
    member = draw(fields(spec.enums) | relations([*spec.by_name]))
    place = draw(st.integers(0, len(entity.members)))
    return [
        _with(spec, entity, replace(entity, members=(*entity.members[:place], each, *entity.members[place:])))
        for each in variants(member)
        if each.name not in {other.name for other in entity.members}
    ]


def _member(spec: Spec) -> st.SearchStrategy[tuple[Entity, Member]]:
    return st.sampled_from([(entity, member) for entity in spec.entities for member in entity.members])


@st.composite
def a_member_less(draw: st.DrawFn, spec: Spec) -> Specs:
    if not spec.entities:
        return []
    entity, member = draw(_member(spec))
    return [_with(spec, entity, without(entity, member))]


@st.composite
def a_member_renamed(draw: st.DrawFn, spec: Spec) -> Specs:
    if not spec.entities:
        return []
    entity, member = draw(_member(spec))
    name = draw(any_word)
    members = tuple(
        replace(each, name=name, was=each.was or each.name) if each is member else each for each in entity.members
    )
    groups = tuple(
        Group(group.kind, tuple(name if each == member.name else each for each in group.members))
        for group in entity.groups
    )
    return [_with(spec, entity, replace(entity, members=members, groups=groups))]


@st.composite
def a_member_changed(draw: st.DrawFn, spec: Spec) -> Specs:
    """Take over one thing of another member of its kind."""
    if not spec.entities:
        return []
    entity, member = draw(_member(spec))
    other: Member
    if isinstance(member, Field):
        options = ["optional", "default", "unique", "index", "readonly", "writeonly", "pattern", "doc"]
        options += [*{"str": ("min_length", "max_length"), "text": ("max_length",)}.get(member.type, ())]
        options += ["low", "high"] if member.type in ("int", "bigint", "float", "decimal") else []
        other = draw(fields(spec.enums, (member.type,)))
    else:
        options = ["target", "many", "optional", "unique", "on_delete", "backref", "doc"]
        other = draw(relations([*spec.by_name]))
    option = draw(st.sampled_from(options))
    value: Any = not getattr(member, option) if option in FLAGS else getattr(other, option)
    changed: Member = replace(member, **{option: value})
    tried: list[Member] = [changed]
    if isinstance(changed, Relation):
        tried.append(replace(changed, optional=False, unique=False, on_delete=None))
    else:
        tried += [replace(changed, default=None), replace(changed, index=False, unique=changed.unique)]
    return [_with_member(spec, entity, member, each) for each in tried]


FLAGS = ("optional", "unique", "index", "many")


@st.composite
def a_type_changed(draw: st.DrawFn, spec: Spec) -> Specs:
    found = [(entity, field) for entity in spec.entities for field in entity.fields]
    if not found:
        return []
    entity, field = draw(st.sampled_from(found))
    alike = next(kinds for kinds in ALIKE if field.type in kinds)
    other = draw(fields(spec.enums, alike) | fields(spec.enums))
    kept = replace(other, name=field.name, optional=field.optional, was=field.was)
    return [_with_member(spec, entity, field, each) for each in (kept, *_plainer(kept))]


# What an owner may find too narrow, and what they then take.
ALIKE = (
    ("int", "bigint", "float", "decimal"),
    ("str", "text", "slug", "email", "url", "enum"),
    ("date", "datetime", "time"),
    ("bool",),
    ("uuid",),
    ("json",),
)


def _plainer(field: Field) -> Iterator[Field]:
    plain = replace(field, default=None, pattern=None)
    yield plain
    yield replace(plain, unique=False, index=False)


# Enums


@st.composite
def other_values(draw: st.DrawFn, spec: Spec) -> Specs:
    """Change the values of an enum, mostly by one."""
    enums: list[SharedEnum | tuple[Entity, Field]] = [*spec.enums]
    enums += [
        (entity, field)
        for entity in spec.entities
        for field in entity.fields
        if field.type == "enum" and not field.enum
    ]
    if not enums:
        return []
    enum = draw(st.sampled_from(enums))
    values = enum.values if isinstance(enum, SharedEnum) else enum[1].values
    added = (*values, *(value for value in draw(enum_values)[:2] if value not in values))
    changed = draw(st.sampled_from((added, added, values[1:], tuple(reversed(values)))))
    if isinstance(enum, tuple):
        entity, field = enum
        fitting = replace(field, values=changed)
        return [_with_member(spec, entity, field, each) for each in (fitting, replace(fitting, default=None))]
    enums_after = tuple(replace(each, values=changed) if each is enum else each for each in spec.enums)
    members = [
        replace(entity, members=tuple(_using(enum, changed, member) for member in entity.members))
        for entity in spec.entities
    ]
    return [Spec(tuple(members), enums_after)]


def _using(enum: SharedEnum, values: tuple[str, ...], member: Member) -> Member:
    if not isinstance(member, Field) or member.enum != enum.name:
        return member
    return replace(member, values=values, default=member.default if member.default in values else None)


@st.composite
def an_enum_more_or_less(draw: st.DrawFn, spec: Spec) -> Specs:
    fewer = replace(spec, enums=spec.enums[1:])
    more = replace(spec, enums=(*spec.enums, SharedEnum(draw(class_names), draw(enum_values), draw(docs))))
    return [fewer, more]


CHANGES = (
    a_member_more,
    a_member_more,
    a_member_less,
    a_member_renamed,
    a_member_changed,
    a_member_changed,
    a_member_changed,
    a_type_changed,
    a_type_changed,
    an_entity_more,
    an_entity_less,
    an_entity_renamed,
    an_option,
    a_group,
    other_values,
    an_enum_more_or_less,
    another_order,
    a_member_changed,
)
