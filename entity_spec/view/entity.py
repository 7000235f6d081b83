"""What the templates of one entity print: facts that several of them need, and one part for each kind of module."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from entity_spec import types
from entity_spec.model import Entity, Field, Group, Relation
from entity_spec.names import camel, created_index
from entity_spec.view.crud import CrudView, RouterView
from entity_spec.view.models import ModelView
from entity_spec.view.schemas import SchemaView
from entity_spec.view.tests import TestView

if TYPE_CHECKING:
    from entity_spec.view.project import Project

# Names that the templates use in modules in which an entity's class or a variable for one of its rows stands too.
TEMPLATE_CLASSES = {
    "CASES", "Case", "DETAIL", "Decimal", "Iterable", "KEY", "LISTED", "Link", "REFERENCES", "Sequence", "Session", "Slice",
    "UUID", "Versions",
}  # fmt: skip
TEMPLATE_VARIABLES = {
    "add_link", "add_links", "check_references", "check_references_of_all", "claim_version", "create_rows",
    "created_docs", "crud", "data", "db", "delete_row", "etag", "etag_docs", "fetch_slice", "fetch_slice_of",
    "get_detail", "get_one", "item", "joinedload", "location", "name", "parameters", "problem_docs", "remove_link",
    "replace_links", "request", "require_may_see_deleted", "response", "restore_row", "router", "row", "rows", "select",
    "select_columns", "selectinload", "soft_delete_row", "statement", "value", "values", "versions",
}  # fmt: skip


@dataclass(frozen=True)
class Link:
    """A many-to-many relation, seen from the entity that declares it, or from the other side."""

    name: str
    table: str
    source: EntityView
    target: EntityView
    source_column: str
    target_column: str
    inverse: str | None
    """The name of the same relation on the other side."""

    @property
    def constant(self) -> str:
        """What crud says of it."""
        return self.table.upper()


@dataclass(frozen=True)
class Collection:
    """The rows of `item` that belong to one row of `owner`, under the name that `owner` gives them."""

    owner: EntityView
    name: str
    item: EntityView
    reference: Relation | None = None
    """The reference by which they belong, or else"""
    link: Link | None = None
    """the link, seen from the owner."""

    @property
    def function(self) -> str:
        return f"list_{self.name}_of_{self.owner.snake}"


class EntityView:
    def __init__(self, spec: Entity, project: Project) -> None:
        self.spec = spec
        self.project = project
        self.name = spec.name
        self.snake = spec.snake
        self.plural = spec.plural
        self.table = spec.table
        self.doc = spec.doc
        self.label = spec.snake.replace("_", " ")
        self.label_plural = spec.plural.replace("_", " ")
        self.a_label = f"{'an' if self.label[0] in 'aeio' else 'a'} {self.label}"
        self.references = spec.references
        self.key = project.key.python.rpartition(".")[2]
        """The type of its key, and of every other."""
        self.soft_delete = project.soft_delete if spec.softdelete is None else spec.softdelete
        self.timestamps = spec.timestamps is not False
        self.routed = spec.api != "none"
        self.writes = spec.api == "full"
        self.restores = self.writes and self.soft_delete
        self.local = f"{self.name}_" if self.name in TEMPLATE_CLASSES else self.name
        """The class in modules that import it."""
        taken = self.snake in TEMPLATE_VARIABLES or hasattr(builtins, self.snake)
        self.var = f"{self.snake}_" if taken else self.snake
        """The variable for one row."""
        self.model = ModelView(self)
        self.schemas = SchemaView(self)
        self.crud = CrudView(self)
        self.router = RouterView(self)
        self.tests = TestView(self)

    @cached_property
    def flags(self) -> frozenset[str]:
        """What holds for the entity, by the names that file names use in brackets."""
        holds = {"routes": self.routed, "writes": self.writes, "embeds": self.embeds}
        return frozenset(flag for flag, value in holds.items() if value)

    @property
    def summary(self) -> str:
        """One line about it, for the list of tags."""
        parts = [reference.name for reference in self.shown_references]
        parts += [collection.name for collection in self.collections]
        listed = " and ".join(", ".join(parts).replace("_", " ").rsplit(", ", 1))
        found = f", each with its {listed}" if 0 < len(parts) < 5 else ""
        return self.doc or f"{self.label_plural.capitalize()}{found}."

    @property
    def routes(self) -> list[tuple[str, str]]:
        """Every path with its methods."""
        rows = f"/api/v1/{self.plural}"
        row = f"{rows}/{{{self.snake}_id}}"
        found = [(rows, "GET, POST"), (row, "GET, PATCH, DELETE")] if self.writes else [(rows, "GET"), (row, "GET")]
        found += [(f"{rows}/bulk", "POST")] * self.writes
        found += [(f"{row}/restore", "POST")] * self.restores
        found += [(f"{row}/{collection.name}", "GET") for collection in self.collections]
        links = self.links if self.writes else []
        return found + [(f"{row}/{link.name}/{{{link.target_column}}}", "PUT, DELETE") for link in links]

    @property
    def reference_summary(self) -> str:
        found = [f"{reference.name}: {reference.target} ({reference.rule})" for reference in self.references]
        found += [f"{link.name}: {link.target.name}[]" for link in self.links]
        return ", ".join(found) or "-"

    # Fields

    def enum_class(self, field: Field) -> str:
        return field.enum or f"{self.name}{camel(field.name)}"

    def scalar(self, field: Field) -> types.ScalarType:
        return types.enum_type(self.enum_class(field)) if field.type == "enum" else types.TYPES[field.type]

    @property
    def sent_fields(self) -> list[Field]:
        return [field for field in self.spec.fields if not field.readonly]

    # Uniqueness

    def group_columns(self, group: Group) -> tuple[str, ...]:
        references = {reference.name: reference.column for reference in self.references}
        return tuple(references.get(member, member) for member in group.members)

    @cached_property
    def unique_columns(self) -> list[tuple[str, ...]]:
        """The columns of everything that is unique, single columns first."""
        single = [(field.name,) for field in self.spec.fields if field.unique]
        single += [(reference.column,) for reference in self.references if reference.unique]
        return single + [self.group_columns(group) for group in self.spec.groups if group.kind == "unique"]

    @cached_property
    def indexes(self) -> list[tuple[str, list[str]]]:
        """The names and columns of all plain indexes.

        Those of one column end in the key: lists in the order of the column, or of the rows that have one value in it,
        are read off the index page by page.
        """
        columns = [field.name for field in self.spec.fields if field.index]
        columns += [reference.column for reference in self.references if not reference.unique]
        found = [(f"ix_{self.table}_{column}", column) for column in columns]
        found += [(created_index(self.table), "created_at")] * self.timestamps
        key = [] if self.project.database.indexes_hold_keys else ["id"]
        groups = [self.group_columns(group) for group in self.spec.groups if group.kind == "index"]
        return [(name, [column, *key]) for name, column in found] + [
            ("_".join(["ix", self.table, *columns]), [*columns]) for columns in groups
        ]

    # Relations

    def target(self, relation: Relation) -> EntityView:
        return self.project.by_name[relation.target]

    def comes_late(self, relation: Relation) -> bool:
        """Whether the table that a reference points at is made after this one, since both are in a cycle."""
        order = self.project.table_order
        return order.index(self.target(relation)) > order.index(self)

    @cached_property
    def referred_by(self) -> list[tuple[EntityView, Relation]]:
        """Every reference to this entity, with or without a name for this side."""
        return [
            (source, reference)
            for source in self.project.entities
            for reference in source.references
            if reference.target == self.name
        ]

    @cached_property
    def inverses(self) -> list[tuple[EntityView, Relation]]:
        """The references to this entity that have a name on this side."""
        return [(source, reference) for source, reference in self.referred_by if reference.inverse]

    @cached_property
    def owned(self) -> list[tuple[EntityView, Relation]]:
        """What a detail embeds of the rows that go with this one when it is deleted."""
        return [(source, ref) for source, ref in self.inverses if ref.rule == "cascade" and source.routed]

    @property
    def referred(self) -> list[tuple[str, EntityView]]:
        """What a body says of other rows: the name of the field, and whose keys it holds."""
        found = [(reference.column, self.target(reference)) for reference in self.references]
        return found + [(link.name, link.target) for link in self.links]

    @property
    def refers(self) -> bool:
        return bool(self.referred)

    @property
    def shown_references(self) -> list[Relation]:
        return [reference for reference in self.references if self.target(reference).routed]

    @property
    def shown_links(self) -> list[Link]:
        return [link for link in self.links if link.target.routed]

    @property
    def embeds(self) -> bool:
        return bool(self.shown_references or self.owned or self.shown_links)

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
        """The links that others declare to this entity, turned round."""
        return [
            Link(link.inverse, link.table, self, source, link.target_column, link.source_column, link.name)
            for source in self.project.entities
            for link in source.links
            if link.target is self and link.inverse
        ]

    @cached_property
    def collections(self) -> list[Collection]:
        """Every to-many side that is shown by a list of its own."""
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
            collection for owner in self.project.entities for collection in owner.collections if collection.item is self
        ]
