"""An entity, its links and collections: the facts from which more than one kind of module is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from entity_spec import types
from entity_spec.model import Entity, Field, Group, Relation, Spec
from entity_spec.names import camel
from entity_spec.view.facts.names import local_class, variable
from entity_spec.view.facts.settings import Settings


@dataclass(frozen=True)
class Link:
    """A many-to-many relation, seen from the entity that declares it, or from the other side."""

    name: str
    table: str
    source: EntityFacts
    target: EntityFacts
    source_column: str
    target_column: str
    inverse: str | None
    """The name of the same relation on the other side."""

    @property
    def constant(self) -> str:
        """Its name in crud modules."""
        return self.table.upper()

    @property
    def declared_by(self) -> EntityFacts:
        return self.source if self in self.source.links else self.target


@dataclass(frozen=True)
class Collection:
    """The rows of `item` that belong to one row of `owner`, under the name that `owner` gives them."""

    owner: EntityFacts
    name: str
    item: EntityFacts
    reference: Relation | None = None
    """The reference by which they belong, or else"""
    link: Link | None = None
    """the link, seen from the owner."""

    @property
    def function(self) -> str:
        return f"list_{self.name}_of_{self.owner.snake}"

    @property
    def is_sent(self) -> bool:
        """Whether a body of the owner says which rows they are: it declares the link."""
        return self.link in self.owner.links


class EntityFacts:
    def __init__(self, spec: Entity, settings: Settings, position: int, everyone: Mapping[str, EntityFacts]) -> None:
        self.spec = spec
        self.settings = settings
        self.position = position
        """The position of its table in the order in which tables are created."""
        self._everyone = everyone
        """All entities by name, including this one; complete before any of them is used."""
        self.name = spec.name
        self.snake = spec.snake
        self.plural = spec.plural
        self.table = spec.table
        self.doc = spec.doc
        self.label = spec.snake.replace("_", " ")
        self.label_plural = spec.plural.replace("_", " ")
        self.a_label = f"{'an' if self.label[0] in 'aeio' else 'a'} {self.label}"
        self.local = local_class(spec.name)
        self.var = variable(spec.snake)
        self.key = settings.key.python.rpartition(".")[2]
        """The type of its key, the same for all entities."""
        self.soft_delete = settings.soft_delete if spec.softdelete is None else spec.softdelete
        self.timestamps = spec.timestamps is not False
        self.routed = spec.api != "none"
        self.writes = spec.api == "full"
        self.restores = self.writes and self.soft_delete
        self.references = spec.references

    @classmethod
    def all(cls, spec: Spec, settings: Settings) -> tuple[EntityFacts, ...]:
        """Return all entities, in the order of the text."""
        positions = {entity.name: position for position, entity in enumerate(spec.table_order)}
        everyone: dict[str, EntityFacts] = {}
        for entity in spec.entities:
            everyone[entity.name] = cls(entity, settings, positions[entity.name], everyone)
        return tuple(everyone.values())

    @property
    def flags(self) -> frozenset[str]:
        """What is true of the entity, by the names that file names use in brackets."""
        holds = {"routes": self.routed, "writes": self.writes, "embeds": self.embeds}
        return frozenset(flag for flag, value in holds.items() if value)

    def make_key(self, arguments: str = "") -> str:
        """Return a call of its factory, for the key of the new row as a client sends it."""
        return self.settings.key.as_json(f"make_{self.snake}(db{', ' if arguments else ''}{arguments}).id")

    # Fields

    def enum_class(self, field: Field) -> str:
        return field.enum or f"{self.name}{camel(field.name)}"

    def scalar(self, field: Field) -> types.ScalarType:
        if field.type == "enum":
            return types.enum_type(self.enum_class(field))
        if types.is_long(field):
            return types.LONG_BIGINT
        return types.ROUNDED_DECIMAL if self.is_rounded(field) else types.TYPES[field.type]

    def is_rounded(self, field: Field) -> bool:
        """Whether the database keeps fewer digits of a decimal than the field may have."""
        doubles = self.settings.database.decimals_are_doubles
        return field.type == "decimal" and doubles and types.precision(field)[0] > types.DOUBLE_DIGITS

    @property
    def sent_fields(self) -> list[Field]:
        return [field for field in self.spec.fields if not field.readonly]

    @property
    def answered_fields(self) -> list[Field]:
        """The fields that a client sends and is shown."""
        return [field for field in self.sent_fields if not field.writeonly]

    @property
    def sends(self) -> bool:
        """Whether a client can say anything about a row."""
        return bool(self.sent_fields or self.refers)

    @property
    def shown_fields(self) -> list[Field]:
        return [field for field in self.spec.fields if not field.writeonly]

    @property
    def filtered_fields(self) -> list[Field]:
        """The fields by which a list can be filtered."""
        return [field for field in self.shown_fields if types.filter_operators(field, self.scalar(field))]

    # Uniqueness

    def columns_of(self, group: Group) -> tuple[str, ...]:
        references = {reference.name: reference.column for reference in self.references}
        return tuple(references.get(member, member) for member in group.members)

    @cached_property
    def unique_columns(self) -> list[tuple[str, ...]]:
        """The columns of everything that is unique, single columns first."""
        single = [(field.name,) for field in self.spec.fields if field.unique]
        single += [(reference.column,) for reference in self.references if reference.unique]
        return single + [self.columns_of(group) for group in self.spec.groups if group.kind == "unique"]

    @cached_property
    def unique_members(self) -> list[list[Field | Relation]]:
        """The same as fields and references, single ones in the order of the text."""
        by_name = {member.name: member for member in self.spec.members}
        groups = [[by_name[name] for name in group.members] for group in self.spec.groups if group.kind == "unique"]
        return [[member] for member in self.spec.members if member.unique] + groups

    # References

    def target(self, relation: Relation) -> EntityFacts:
        return self._everyone[relation.target]

    def comes_late(self, reference: Relation) -> bool:
        """Return whether the table that a reference points at is created after this one, since both are in a cycle."""
        return self.target(reference).position > self.position

    @property
    def required_references(self) -> list[Relation]:
        """The references without which a row cannot be made."""
        return [reference for reference in self.references if not reference.optional]

    @property
    def shown_references(self) -> list[Relation]:
        return [reference for reference in self.references if self.target(reference).routed]

    @property
    def referred(self) -> list[tuple[str, EntityFacts]]:
        """The fields of a body that hold keys of other rows, each with the entity of those."""
        found = [(reference.column, self.target(reference)) for reference in self.references]
        return found + [(link.name, link.target) for link in self.links]

    @property
    def refers(self) -> bool:
        return bool(self.referred)

    # The other sides of references

    @cached_property
    def referred_by(self) -> list[tuple[EntityFacts, Relation]]:
        """Every reference to this entity, with or without a name for this side."""
        return [
            (source, reference)
            for source in self._everyone.values()
            for reference in source.references
            if reference.target == self.name
        ]

    @cached_property
    def inverses(self) -> list[tuple[EntityFacts, Relation]]:
        """The references to this entity that have a name on this side."""
        return [(source, reference) for source, reference in self.referred_by if reference.inverse]

    @cached_property
    def owned(self) -> list[tuple[EntityFacts, Relation]]:
        """What a detail embeds of the rows that are deleted together with this one."""
        return [(source, ref) for source, ref in self.inverses if ref.rule == "cascade" and source.routed]

    @property
    def embeds(self) -> bool:
        return bool(self.shown_references or self.owned or self.shown_links)

    # Links

    @cached_property
    def links(self) -> list[Link]:
        return [self._link(relation) for relation in self.spec.relations if relation.many]

    def _link(self, relation: Relation) -> Link:
        target = self.target(relation)
        return Link(
            name=relation.name,
            table=f"{self.snake}_{relation.name}",
            source=self,
            target=target,
            source_column=f"{self.snake}_id",
            target_column=f"{'other_' if target is self else ''}{target.snake}_id",
            inverse=relation.inverse,
        )

    @cached_property
    def inverse_links(self) -> list[Link]:
        """The links that other entities declare to this one, seen from this side."""
        return [
            Link(link.inverse, link.table, self, source, link.target_column, link.source_column, link.name)
            for source in self._everyone.values()
            for link in source.links
            if link.target is self and link.inverse
        ]

    @property
    def shown_links(self) -> list[Link]:
        return [link for link in self.links if link.target.routed]

    @cached_property
    def embedded_lists(self) -> list[Collection]:
        """The lists in a detail."""
        found = [Collection(self, link.name, link.target, link=link) for link in self.shown_links]
        return found + [
            Collection(self, reference.inverse or "", source, reference=reference)
            for source, reference in self.owned
            if not reference.unique
        ]

    @property
    def written_links(self) -> list[Link]:
        """The links that have routes of their own."""
        return self.links if self.writes else []

    # Collections

    @cached_property
    def collections(self) -> list[Collection]:
        """Every to-many side that has a list of its own."""
        found = [
            Collection(self, reference.inverse or "", source, reference=reference)
            for source, reference in self.inverses
            if not reference.unique
        ]
        found += [Collection(self, link.name, link.target, link=link) for link in [*self.links, *self.inverse_links]]
        return [collection for collection in found if collection.item.routed and self.routed]

    @cached_property
    def listed_in(self) -> list[Collection]:
        """The collections of all entities that hold rows of this one."""
        return [
            collection
            for owner in self._everyone.values()
            for collection in owner.collections
            if collection.item is self
        ]
