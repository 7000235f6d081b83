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
    def is_reference(self) -> bool:
        """Whether it looks like a reference; the type may still turn out to be a shared enum."""
        return self.type.text[:1].isupper()


@dataclass
class GroupNode:
    kind: Token
    members: list[Token]
    span: Span


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
