"""An entity's factory and its tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from entity_spec import types
from entity_spec.code import Imports, literal, quoted
from entity_spec.model import Field, Relation

if TYPE_CHECKING:
    from entity_spec.view.entity import Collection, EntityView, Link

# More rows than that no generated test makes of one entity.
MOST_ROWS = 50


class Row(NamedTuple):
    key: str
    """The variable for its key: "owner_key" or "item_key"."""
    made: str


@dataclass(frozen=True)
class Pair:
    """A row, the owner, and another one that it shows under a name, the item."""

    name: str
    first: Row
    second: Row
    is_list: bool
    """Whether the owner may show more of them."""


class TestView:
    def __init__(self, entity: EntityView) -> None:
        self.entity = entity

    # The factory

    @cached_property
    def _factory(self) -> Imports:
        return Imports()

    @property
    def factory_imports(self) -> str:
        entity, imports = self.entity, self._factory
        if self.counts:
            imports.module("itertools", "itertools")
        imports.name("sqlalchemy.orm", "Session")
        imports.name(f"app.crud.{entity.snake}", f"create_{entity.snake}")
        imports.name(f"app.db.models.{entity.snake}", entity.name, entity.local)
        imports.name(f"app.schemas.{entity.snake}", f"{entity.name}Create")
        if self.is_shared:
            imports.name("sqlalchemy", "select")
        for reference in self.required_references:
            parent = entity.target(reference).snake
            imports.name(f"tests.factories.{parent}", f"{self._maker(reference)}_{parent}")
        return str(imports)

    def parent(self, reference: Relation) -> str:
        """The key of a new row's parent, as a client sends it."""
        parent = self.entity.target(reference).snake
        return self.entity.project.key.as_json(f"{self._maker(reference)}_{parent}(db).id")

    def _maker(self, reference: Relation) -> str:
        return "any" if self._shares(reference) else "make"

    @property
    def is_shared(self) -> bool:
        """Whether other rows are made with any row of it."""
        return any(
            ref in source.tests.required_references and source.tests._shares(ref)
            for source, ref in self.entity.referred_by
        )

    def _shares(self, reference: Relation) -> bool:
        """Whether a new row's parent is any one, since there cannot be many."""
        parents = self.entity.target(reference).tests.rows
        return parents == 1 or (parents < MOST_ROWS and self._has_siblings(reference))

    def takes_any(self, parent: EntityView, beside: Relation | None = None) -> bool:
        """Whether a new row, or one that it needs, may belong to any parent by references other than a given one."""
        others = [reference for reference in self.required_references if reference != beside]
        return any(
            (self._shares(other) and self.entity.target(other) == parent)
            or self.entity.target(other).tests.takes_any(parent)
            for other in others
        )

    def _has_siblings(self, reference: Relation) -> bool:
        """Whether one parent can have all the rows that a test makes."""
        return min(map(self._room, self._rests(reference)), default=MOST_ROWS) >= MOST_ROWS

    @property
    def required_references(self) -> list[Relation]:
        """The parents that a row cannot be made without."""
        return [reference for reference in self.entity.references if not reference.optional]

    @property
    def samples(self) -> list[tuple[str, str]]:
        return [(field.name, self._factory.expand(self._sample(field))) for field in self.entity.sent_fields]

    def _sample(self, field: Field) -> str:
        return self.entity.scalar(field).sample(field)

    @property
    def counts(self) -> bool:
        """Whether a body differs from the one before."""
        return any(re.search(r"\bn\b", sample) for _, sample in self.samples)

    @property
    def choices(self) -> list[tuple[str, list[str]]]:
        """Constants for the values that no counting can make."""
        found = [(f"{field.name.upper()}_CHOICES", types.choices(field)) for field in self.entity.sent_fields]
        return [(name, [literal(value) for value in values]) for name, values in found if len(values) > 1]

    # The case

    @cached_property
    def rows(self) -> int:
        """How many rows a test may make; where what is unique takes few values, no more than that."""
        own = [self._room(members) for members in self._unique]
        parents = [
            self.entity.target(ref).tests.rows for ref in self.required_references if not self._has_siblings(ref)
        ]
        # Where there are few parents, one of them may be taken by another reference.
        left = [rows if rows >= MOST_ROWS else max(1, rows - 1) for rows in parents]
        return min([*own, *left, MOST_ROWS])

    @property
    def kinds(self) -> dict[str, str]:
        """What a client sends, and of which type."""
        kinds = {field.name: _kind(field) for field in self.entity.sent_fields}
        kinds |= {reference.column: "key" for reference in self.entity.references}
        return kinds | {link.name: "keys" for link in self.entity.links}

    def children(self, reference: Relation) -> int:
        """How many rows of one parent a test may make that has made another parent with one row."""
        return min([max(1, min(self.rows, 20) - 3), *map(self._room, self._rests(reference))])

    def _rests(self, reference: Relation) -> list[list[Field | Relation]]:
        """Of what is unique together with a reference, the other members: in them, rows of one parent have to differ."""
        together = [members for members in self._unique if reference in members]
        return [[member for member in members if member != reference] for members in together]

    @cached_property
    def _unique(self) -> list[list[Field | Relation]]:
        """The members of everything that is unique."""
        spec = self.entity.spec
        by_name = {member.name: member for member in spec.members}
        groups = [[by_name[name] for name in group.members] for group in spec.groups if group.kind == "unique"]
        return [[member] for member in spec.members if member.unique] + groups

    def _room(self, members: list[Field | Relation]) -> int:
        """How many rows in a row differ in these members, at least: as many as in the one with the most values."""
        return max(map(_values, members), default=1)

    @property
    def clashes(self) -> bool:
        """Whether the same body cannot be sent twice."""
        sent = {field.name for field in self.entity.sent_fields} | {ref.column for ref in self.required_references}
        return any(sent.issuperset(columns) for columns in self.entity.unique_columns)

    @property
    def is_roomy(self) -> bool:
        """Whether a test may make as many rows as it wants."""
        return self.rows == MOST_ROWS

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """The columns that are not in all schemas, and those where they are missing."""
        filters, found = self.entity.schemas.filtered, []
        for field in self.entity.spec.fields:
            schemas = ["create", "update"] * field.readonly + ["out"] * field.writeonly
            schemas += ["parameters"] * (field.name not in filters)
            if schemas:
                found.append((field.name, f"({quoted(schemas)}{',' * (len(schemas) == 1)})"))
        return found

    @property
    def changes(self) -> bool:
        """Whether another body differs from the one before."""
        return self.counts or not all(map(self._shares, self.required_references))

    @property
    def link_statements(self) -> int:
        """The row, the other one, the link, and the row's time of change."""
        return 3 + self.entity.timestamps

    # Tests of the entity alone

    @property
    def hidden(self) -> str:
        """What a client sends and does not get, with commas between."""
        return quoted(field.name for field in self.entity.sent_fields if field.writeonly)

    @property
    def taken(self) -> list[str]:
        """The single columns whose values a client can take from another row, which differs in what else is unique."""
        if self.rows == 1 and len(self._unique) > 1:
            return []
        shown = [field.name for field in self.entity.sent_fields if field.unique and not field.writeonly]
        return shown + [reference.column for reference in self.required_references if reference.unique]

    # Those with whose rows its own can be made in one test

    @cached_property
    def _made(self) -> set[EntityView]:
        """The entities of which the factory may make a row: its own, and all that a row needs."""
        needed = [self.entity.target(reference).tests._made for reference in self.required_references]
        return {self.entity}.union(*needed)

    def _can_follow(self, first: EntityView) -> bool:
        """Whether there is room for a row after one of `first` was made."""
        return self.rows > 1 or self.entity not in first.tests._made

    @property
    def collections(self) -> list[Collection]:
        return [collection for collection in self.entity.collections if self._has_room(collection)]

    def _has_room(self, collection: Collection) -> bool:
        owner, item = collection.owner, collection.item
        return owner.tests._can_follow(item) if collection.link in owner.links else item.tests._can_follow(owner)

    @property
    def links(self) -> list[Link]:
        """A test makes two rows to link to, and one more of an entity that links to itself."""
        return [link for link in self.entity.shown_links if link.target.tests.rows > 2]

    @property
    def _shown_references(self) -> list[Relation]:
        return [ref for ref in self.entity.shown_references if self._can_follow(self.entity.target(ref))]

    @property
    def _owned(self) -> list[tuple[EntityView, Relation]]:
        return [(source, reference) for source, reference in self.entity.owned if source.tests._can_follow(self.entity)]

    def make(self, entity: EntityView, arguments: str = "") -> str:
        """A new row's key, as a client sends it."""
        made = f"make_{entity.snake}(db{', ' if arguments else ''}{arguments}).id"
        return self.entity.project.key.as_json(made)

    @property
    def pairs(self) -> list[tuple[Collection, Pair]]:
        return [(collection, self._pair(collection)) for collection in self.collections]

    def _pair(self, collection: Collection) -> Pair:
        owner, item, name = collection.owner, collection.item, collection.name
        if collection.link in owner.links:
            return self._item_first(name, owner, item, f"{name}=[item_key]", is_list=True)
        if collection.reference:
            return self._owner_first(name, owner, item, f"{collection.reference.column}=owner_key", is_list=True)
        inverse = collection.link.inverse if collection.link else ""
        return self._owner_first(name, owner, item, f"{inverse}=[owner_key]", is_list=True)

    def _item_first(self, name: str, owner: EntityView, item: EntityView, argument: str, *, is_list: bool) -> Pair:
        """Where the owner's body says which item it is."""
        return Pair(name, Row("item_key", self.make(item)), Row("owner_key", self.make(owner, argument)), is_list)

    def _owner_first(self, name: str, owner: EntityView, item: EntityView, argument: str, *, is_list: bool) -> Pair:
        """Where the item's body says whose it is."""
        return Pair(name, Row("owner_key", self.make(owner)), Row("item_key", self.make(item, argument)), is_list)

    @property
    def missing(self) -> list[tuple[str, str]]:
        """What refers to other rows, with a value that refers to none."""
        found = [(reference.column, "MISSING_KEY") for reference in self.entity.references]
        return found + [(link.name, "[MISSING_KEY]") for link in self.entity.links]

    @property
    def embedded(self) -> list[Pair]:
        """What the detail embeds."""
        entity, found = self.entity, []
        for reference in self._shown_references:
            argument = f"{reference.column}=item_key"
            found.append(self._item_first(reference.name, entity, entity.target(reference), argument, is_list=False))
        for collection in self.collections:
            owns = collection.reference is not None and collection.reference.rule == "cascade"
            if owns or collection.link in entity.links:
                found.append(self._pair(collection))
        for source, reference in self._owned:
            if reference.unique:
                argument = f"{reference.column}=owner_key"
                found.append(self._owner_first(reference.inverse or "", entity, source, argument, is_list=False))
        return found

    @property
    def crud_imports(self) -> str:
        entity, imports = self.entity, Imports()
        imports.module("pytest", "pytest")
        imports.name("sqlalchemy.orm", "Session")
        imports.name("app.errors", "NotFoundError")
        for function in (
            f"delete_{entity.snake}",
            f"get_{entity.snake}",
            f"update_{entity.snake}",
            f"list_{entity.plural}",
        ):
            imports.name(f"app.crud.{entity.snake}", function)
        for suffix in ("ListParameters", "Out", "Update"):
            imports.name(f"app.schemas.{entity.snake}", f"{entity.name}{suffix}")
        for function in (f"make_{entity.snake}", f"new_{entity.snake}"):
            imports.name(f"tests.factories.{entity.snake}", function)
        return str(imports)

    @property
    def router_imports(self) -> str:
        entity, imports = self.entity, Imports()
        imports.name("fastapi.testclient", "TestClient")
        imports.name("sqlalchemy.orm", "Session")
        imports.name(f"tests.factories.{entity.snake}", f"new_{entity.snake}")
        if entity.references or entity.links or self.collections:
            imports.name("tests.keys", "MISSING_KEY")
        if self.collections or self.links:
            imports.name("tests.statements", "recorded_statements")
        made = {source for source, _ in self._owned} | {entity.target(ref) for ref in self._shown_references}
        made |= {link.target for link in self.links} | {collection.item for collection in self.collections}
        for other in made | ({entity} if made else set()):
            imports.name(f"tests.factories.{other.snake}", f"make_{other.snake}")
        return str(imports)


def _values(member: Field | Relation) -> int:
    """How many rows in a row the factory gives different values, to which nothing counts too."""
    if isinstance(member, Relation):
        return types.ROWS
    if member.readonly:
        return types.ROWS if member.default in (None, "uuid4") else 1
    return types.capacity(member)


def _kind(field: Field) -> str:
    """The type of a field, as the tests of bad input know it: what is too long for most texts is not for a longer one."""
    longer = field.type == "text" and (field.max_length or 0) > types.TEXT_LENGTH
    return "long text" if longer else field.type
