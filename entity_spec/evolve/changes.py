"""What differs between two versions of a project: its entities and its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from entity_spec.model import Entity, Field, Relation, Spec
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
class Changes:
    old: Version
    new: Version
    lines: Sequence[str] = ()
    """What changes, in plain words."""
    renamed_entities: Sequence[tuple[Entity, Entity]] = ()
    """Old and new."""
    renamed_members: Sequence[tuple[Entity, Member, Member]] = ()
    """The new entity, its old and its new member."""
    missing_fills: Sequence[Fill] = ()
    """Without a value for these, there can be no migration."""


def likely_renames(old: Spec, new: Spec) -> list[LikelyRename]:
    """Return what may have been renamed, though the text does not say so."""
    return []


def compare(old: Version, new: Version, decisions: Decisions) -> Changes:
    """Compare two versions. Errors: RefusedError, for what cannot be done or needs a decision."""
    return Changes(old, new)
