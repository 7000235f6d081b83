"""What differs between two versions of a project: its entities and its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from entity_spec.databases import Database
from entity_spec.errors import closest
from entity_spec.evolve import conversions
from entity_spec.model import Entity, Field, Relation, Spec
from entity_spec.view.facts.entity import EntityFacts, Link
from entity_spec.view.project import Project

Member = Field | Relation


class RefusedError(Exception):
    """Something that cannot be done; each message says what to do instead."""

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__("\n".join(messages))


@dataclass(frozen=True)
class Version:
    """What a project is generated from."""

    spec: Spec
    answers: Mapping[str, object]

    @cached_property
    def project(self) -> Project:
        return Project(self.spec, self.answers)

    @cached_property
    def entities(self) -> Mapping[str, EntityFacts]:
        return {entity.name: entity for entity in self.project.entities}


@dataclass(frozen=True)
class Decisions:
    """What only the user can decide about rows that exist."""

    fills: Mapping[str, str] = field(default_factory=dict)
    """By `Entity.field`: the value of a new required field in rows that exist, as a default is written."""
    drop: bool = False
    """Whether columns and tables may be removed with what they hold."""
    purge_deleted: bool = False
    """Whether rows that are deleted, and hidden, are removed for good where soft delete ends."""


@dataclass(frozen=True)
class Fill:
    """A value that a new required field needs in rows that exist."""

    name: str
    """`Entity.field`."""
    question: str


@dataclass(frozen=True)
class LikelyRename:
    """Something vanished, and a like thing came."""

    entity: str
    """The new name of the entity that it is, or that has it."""
    member: str | None
    """The new name of the field or relation, None if the entity itself has a new name."""
    was: str
    question: str

    def said(self, spec: Spec) -> Spec:
        """Return the entities as if the text said `was=`."""
        return replace(spec, entities=tuple(self._said(entity) for entity in spec.entities))

    def _said(self, entity: Entity) -> Entity:
        if entity.name != self.entity:
            return entity
        if self.member is None:
            return replace(entity, was=self.was)
        members = tuple(replace(m, was=self.was) if m.name == self.member else m for m in entity.members)
        return replace(entity, members=members)


@dataclass(frozen=True)
class Pair:
    """An entity in both versions."""

    old: EntityFacts
    new: EntityFacts
    members: Sequence[tuple[Member, Member]]
    """Old and new; values live on."""
    added: Sequence[Member]
    removed: Sequence[Member]

    @cached_property
    def columns(self) -> Mapping[str, str]:
        """The new names of columns that live on, by their old ones."""
        names = {"id": "id"} | {_column(old): _column(new) for old, new in self.members if _has_column(new)}
        if self.old.timestamps and self.new.timestamps:
            names |= {"created_at": "created_at", "updated_at": "updated_at"}
        if self.old.soft_delete and self.new.soft_delete:
            names |= {name: name for name in ("deleted_at", *self.new.settings.database.live_columns)}
        return names


@dataclass(frozen=True)
class Changes:
    old: Version
    new: Version
    pairs: Sequence[Pair]
    added: Sequence[EntityFacts]
    removed: Sequence[EntityFacts]
    lines: Sequence[str] = ()
    """What changes, in plain words."""
    missing_fills: Sequence[Fill] = ()
    """Without a value for these, there can be no migration."""
    losses: Sequence[str] = ()
    """What would be removed with what it holds."""

    @property
    def is_for_another_database(self) -> bool:
        """Whether all migrations are made anew, since those that are there were made for another kind of database."""
        return self.old.answers["database"] != self.new.answers["database"]

    @property
    def renamed_entities(self) -> list[tuple[Entity, Entity]]:
        """Old and new."""
        return [(pair.old.spec, pair.new.spec) for pair in self.pairs if pair.old.name != pair.new.name]

    @property
    def renamed_members(self) -> list[tuple[Entity, Member, Member]]:
        """The new entity, its old and its new member."""
        return [(pair.new.spec, old, new) for pair in self.pairs for old, new in pair.members if old.name != new.name]

    @cached_property
    def links(self) -> list[tuple[Link, Link]]:
        """The links that live on, old and new."""
        return [
            (_link(pair.old, old.name), _link(pair.new, new.name))
            for pair in self.pairs
            for old, new in pair.members
            if isinstance(new, Relation) and new.many
        ]


def _link(entity: EntityFacts, name: str) -> Link:
    return next(link for link in entity.links if link.name == name)


def _column(member: Member) -> str:
    return member.name if isinstance(member, Field) else member.column


def _has_column(member: Member) -> bool:
    return isinstance(member, Field) or not member.many


def likely_renames(old: Spec, new: Spec) -> list[LikelyRename]:
    """Return what may have been renamed, though the text does not say so."""
    found = []
    gone = [
        entity for entity in old.entities if entity.name not in new.by_name and not _said(new.entities, entity.name)
    ]
    for entity in new.entities:
        if entity.was is None and entity.name not in old.by_name:
            alike = [other for other in gone if {m.name for m in other.members} & {m.name for m in entity.members}]
            if len(alike) == 1:
                gone.remove(alike[0])
                question = f"Is {alike[0].name} called {entity.name} now?"
                found.append(LikelyRename(entity.name, None, alike[0].name, question))
        found += _likely_members(old.by_name.get(entity.was or entity.name), entity)
    return found


def _likely_members(old: Entity | None, new: Entity) -> Iterator[LikelyRename]:
    if old is None:
        return
    names = {member.name for member in new.members}
    gone = [member for member in old.members if member.name not in names and not _said(new.members, member.name)]
    known = {member.name for member in old.members}
    for member in new.members:
        if member.was is None and member.name not in known:
            alike = [other for other in gone if replace(other, name=member.name, doc=member.doc) == member]
            if len(alike) == 1:
                gone.remove(alike[0])
                question = f"Is {new.name}.{alike[0].name} called {member.name} now?"
                yield LikelyRename(new.name, member.name, alike[0].name, question)


def _said(items: Sequence[Entity] | Sequence[Member], name: str) -> bool:
    return any(item.was == name for item in items)


def compare(old: Version, new: Version, decisions: Decisions) -> Changes:
    """Compare two versions. Errors: RefusedError, for what cannot be done."""
    if old.answers["primary_key"] != new.answers["primary_key"]:
        raise RefusedError(
            "primary_key: keys of rows that exist, and of what refers to them, cannot be changed; "
            f"leave it {old.answers['primary_key']}"
        )
    renamed = {entity.was: entity.name for entity in new.spec.entities if entity.was}
    pairs = [
        _pair(old.entities[entity.was or entity.name], new.entities[entity.name], renamed)
        for entity in new.spec.entities
        if (entity.was or entity.name) in old.entities
    ]
    kept = {pair.old.name for pair in pairs}
    made = {pair.new.name for pair in pairs}
    changes = Changes(
        old,
        new,
        pairs,
        added=[entity for entity in new.project.entities if entity.name not in made],
        removed=[entity for entity in old.project.entities if entity.name not in kept],
    )
    changes = replace(changes, lines=[*_lines(changes, decisions)])
    if changes.is_for_another_database:
        return changes
    return replace(changes, missing_fills=[*_missing_fills(pairs, decisions)], losses=[*_losses(changes)])


def _pair(old: EntityFacts, new: EntityFacts, renamed: Mapping[str, str]) -> Pair:
    by_name = {member.name: member for member in old.spec.members}
    members = [
        (by_name[member.was or member.name], member)
        for member in new.spec.members
        if (member.was or member.name) in by_name
        and _lives_on(by_name[member.was or member.name], member, renamed, new.settings.database)
    ]
    before, after = [one for one, _ in members], [other for _, other in members]
    return Pair(
        old,
        new,
        members,
        added=[member for member in new.spec.members if member not in after],
        removed=[member for member in old.spec.members if member not in before],
    )


def _lives_on(old: Member, new: Member, renamed: Mapping[str, str], database: Database) -> bool:
    """Tell whether what a member holds can be what the other one holds."""
    if isinstance(old, Field) and isinstance(new, Field):
        return conversions.is_possible(old, new, database)
    if isinstance(old, Relation) and isinstance(new, Relation):
        return old.many == new.many and renamed.get(old.target, old.target) == new.target
    return False


# What needs a decision


def is_new_and_required(member: Member) -> bool:
    return _has_column(member) and not member.optional


def fill_of(entity: EntityFacts, member: Member, decisions: Decisions) -> str | None:
    """Return the value of a new field in rows that exist, as a default is written, None if there is none."""
    given = decisions.fills.get(f"{entity.name}.{member.name}")
    return given if given is not None or isinstance(member, Relation) or member.optional else member.default


def _missing_fills(pairs: Sequence[Pair], decisions: Decisions) -> Iterator[Fill]:
    for pair in pairs:
        for member in pair.added:
            # What is unique cannot be the same in all rows: the migration asks whether there are any.
            if is_new_and_required(member) and not member.unique and fill_of(pair.new, member, decisions) is None:
                name = f"{pair.new.name}.{member.name}"
                held = "the id of a row" if isinstance(member, Relation) else member.type_text
                yield Fill(name, f"{name} is required: what is it in rows that exist ({held})?")


def _losses(changes: Changes) -> Iterator[str]:
    for entity in changes.removed:
        yield f"{entity.name}: the table {entity.table} with its rows"
    for pair in changes.pairs:
        names = {member.name: member for member in pair.new.spec.members}
        for member in pair.removed:
            kept = names.get(member.name)
            name = f"{pair.new.name}.{member.name}"
            if kept is None:
                yield f"{name}: what it holds"
            else:
                yield f"{name}: what it holds, since {_type(member)} cannot become {_type(kept)}"
        if pair.old.timestamps and not pair.new.timestamps:
            yield f"{pair.new.name}: created_at and updated_at of its rows"


def _type(member: Member) -> str:
    return member.type_text if isinstance(member, Field) else member.target + "[]" * member.many


def check_decisions(changes: Changes, decisions: Decisions) -> None:
    """Check that there is a decision about everything that needs one. Errors: RefusedError."""
    messages = [f"{fill.question} Say: --fill {fill.name}=VALUE" for fill in changes.missing_fills]
    if changes.losses and not decisions.drop:
        messages.append(
            "this would be removed; say --drop if it may be, or was= in the text if it only has a new name:\n"
            + "\n".join(f"  {loss}" for loss in changes.losses)
        )
    known = {f"{pair.new.name}.{member.name}" for pair in changes.pairs for member in pair.new.spec.members}
    for name in decisions.fills:
        if name not in known:
            messages.append(
                f"--fill {name}: there is no such field of an entity that was there before{_like(name, known)}"
            )
    if messages:
        raise RefusedError(*messages)


def _like(name: str, known: set[str]) -> str:
    like = closest(name, known)
    return f'; did you mean "{like}"?' if like else ""


# Words


def _lines(changes: Changes, decisions: Decisions) -> Iterator[str]:
    for name, value in changes.new.answers.items():
        if not name.startswith("_") and changes.old.answers.get(name, value) != value:
            yield f"{name}: {changes.old.answers[name]} becomes {value}"
    for entity in changes.removed:
        yield f"{entity.name} is removed, with the rows of {entity.table}"
    for entity in changes.added:
        yield f"{entity.name} is new: table {entity.table}"
    for pair in changes.pairs:
        yield from _entity_lines(pair, decisions)
    yield from _enum_lines(changes.old.spec, changes.new.spec)


def _entity_lines(pair: Pair, decisions: Decisions) -> Iterator[str]:
    old, new = pair.old, pair.new
    if old.name != new.name:
        yield f"{old.name} is called {new.name}"
    if old.table != new.table:
        yield f"{new.name}: the table {old.table} is called {new.table}"
    for member in pair.removed:
        yield f"{new.name}.{member.name} is removed, with what it holds"
    for before, member in pair.members:
        if before.name != member.name:
            yield f"{new.name}.{before.name} is called {member.name}"
        if isinstance(before, Relation) and isinstance(member, Relation):
            before = replace(before, target=member.target)  # it may have another name
        if before.declaration != (declaration := replace(member, was=None).declaration):
            yield f"{new.name}.{member.name}: {before.declaration} becomes {declaration}"
    for member in pair.added:
        yield f"{new.name}.{member.name} is new: {replace(member, was=None).declaration}{_filled(pair, member, decisions)}"
    groups = [set(map(str, entity.spec.groups)) for entity in (old, new)]
    yield from (f"{new.name}: {group} is removed" for group in sorted(groups[0] - groups[1]))
    yield from (f"{new.name}: {group} is new" for group in sorted(groups[1] - groups[0]))
    switches = {"softdelete": (old.soft_delete, new.soft_delete), "timestamps": (old.timestamps, new.timestamps)}
    for name, (was_on, is_on) in switches.items():
        if was_on != is_on:
            yield f"{new.name}: {name}={'on' if is_on else 'off'}"
    if old.spec.api != new.spec.api:
        yield f"{new.name}: api={old.spec.api} becomes api={new.spec.api}"
    if old.doc != new.doc:
        yield f"{new.name} has another description"


def _filled(pair: Pair, member: Member, decisions: Decisions) -> str:
    value = fill_of(pair.new, member, decisions)
    return "" if value is None else f"; rows that exist get {value}"


def _enum_lines(old: Spec, new: Spec) -> Iterator[str]:
    before = {enum.name: enum for enum in old.enums}
    after = {enum.name: enum for enum in new.enums}
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            yield f"enum {name} is removed"
        elif name not in before:
            yield f"{after[name]} is new"
        elif before[name] != after[name]:
            yield f"enum {name}: {before[name].declaration} becomes {after[name].declaration}"
