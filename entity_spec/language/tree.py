"""The syntax tree: what was written, and where. Only the checks turn it into a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from entity_spec.language.lexer import Span, Token
from entity_spec.model import Entity, Field, Group, Relation


def description(doc: Token | None) -> str:
    """Strip the whitespace of every script around the text, since formatters do; alone, it says nothing."""
    return doc.text.strip() if doc else ""


@dataclass
class Arguments:
    """The contents of a type's brackets, split at the commas."""

    span: Span
    items: list[list[Token]]


@dataclass
class FieldNode:
    name: Token
    type: Token
    type_end: int
    """Where the type ends, with its brackets but without `?`."""
    end: int
    """The same with `?`."""
    arguments: Arguments | None = None
    many: bool = False
    optional: Token | None = None
    switches: dict[str, Token] = field(default_factory=dict)
    pattern: Token | None = None
    backref: Token | None = None
    was: tuple[Token, Token] | None = None
    """The modifier's word and its value."""
    default: Token | None = None
    doc: Token | None = None

    @property
    def type_span(self) -> Span:
        return Span(self.type.source, self.type.start, self.end)

    @property
    def span(self) -> Span:
        return self.name.to(self.type_span)

    @property
    def text(self) -> str:
        """Name and type as written, without `?`."""
        return f"{self.name.text}:{self.type.source.text[self.type.start : self.type_end]}"

    @property
    def former_name(self) -> str | None:
        return self.was[1].text if self.was else None

    @property
    def is_reference(self) -> bool:
        """Whether it looks like a reference; the type may still turn out to be a shared enum."""
        return self.type.text[:1].isupper()


@dataclass
class GroupNode:
    kind: Token
    members: list[Token]
    span: Span


@dataclass(frozen=True)
class Rename:
    """A `was=`: what it is said of, and where it stands."""

    entity: str
    member: str | None
    """None if the entity itself was renamed."""
    word: Token
    value: Token

    @property
    def name(self) -> str:
        return self.member or self.entity

    @property
    def was(self) -> str:
        return self.value.text

    @property
    def span(self) -> Span:
        return self.word.to(self.value)


@dataclass
class EntityNode:
    name: Token
    fields: list[FieldNode] = field(default_factory=list)
    groups: list[GroupNode] = field(default_factory=list)
    options: dict[str, tuple[Token, Token]] = field(default_factory=dict)
    """The option's word and its value."""
    doc: Token | None = None
    unread: set[str] = field(default_factory=set)
    """Fields that could not be read, but exist."""

    @property
    def member_renames(self) -> Iterator[Rename]:
        return (Rename(self.name.text, node.name.text, *node.was) for node in self.fields if node.was)


@dataclass
class EnumNode:
    name: Token
    arguments: Arguments
    doc: Token | None = None


@dataclass
class Document:
    items: list[EntityNode | EnumNode] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Entities and shared enums that could not be read, but exist."""

    @property
    def entities(self) -> list[EntityNode]:
        return [item for item in self.items if isinstance(item, EntityNode)]

    @property
    def enums(self) -> list[EnumNode]:
        return [item for item in self.items if isinstance(item, EnumNode)]

    @property
    def renames(self) -> Iterator[Rename]:
        for entity in self.entities:
            yield from entity.member_renames
            if "was" in entity.options:
                yield Rename(entity.name.text, None, *entity.options["was"])


@dataclass
class Known:
    """An entity of the model with the nodes that it comes from."""

    node: EntityNode
    entity: Entity
    nodes: dict[str, FieldNode]

    @property
    def name(self) -> str:
        return self.entity.name

    @property
    def fields(self) -> Iterator[tuple[Field, FieldNode]]:
        return ((member, self.nodes[member.name]) for member in self.entity.fields)

    @property
    def relations(self) -> Iterator[tuple[Relation, FieldNode]]:
        return ((member, self.nodes[member.name]) for member in self.entity.relations)

    @property
    def groups(self) -> Iterator[tuple[Group, GroupNode]]:
        return zip(self.entity.groups, self.node.groups, strict=True)
