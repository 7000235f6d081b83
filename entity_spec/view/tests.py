"""The tests of one entity: those of its crud module, and those of its router."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from entity_spec.code import Imports, quoted
from entity_spec.model import Relation
from entity_spec.view.facts.entity import Collection, EntityFacts, Link
from entity_spec.view.facts.rows import RowFacts


class CrudTestView:
    def __init__(self, entity: EntityFacts) -> None:
        self.entity = entity

    @property
    def imports(self) -> str:
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


class Row(NamedTuple):
    key: str
    """The variable for its key: "owner_key" or "item_key"."""
    made: str


@dataclass(frozen=True)
class Pair:
    """Two rows: the owner, and the item that it shows under a name."""

    name: str
    first: Row
    second: Row
    is_list: bool
    """Whether the owner shows a list of items."""

    @classmethod
    def item_first(cls, name: str, owner: EntityFacts, item: EntityFacts, argument: str, *, is_list: bool) -> Pair:
        """Return a pair in which the owner's body refers to the item."""
        return cls(name, Row("item_key", item.make_key()), Row("owner_key", owner.make_key(argument)), is_list)

    @classmethod
    def owner_first(cls, name: str, owner: EntityFacts, item: EntityFacts, argument: str, *, is_list: bool) -> Pair:
        """Return a pair in which the item's body refers to the owner."""
        return cls(name, Row("owner_key", owner.make_key()), Row("item_key", item.make_key(argument)), is_list)


class RouterTestView:
    def __init__(self, entity: EntityFacts, rows: RowFacts) -> None:
        self.entity = entity
        self.rows = rows

    @property
    def imports(self) -> str:
        entity, imports = self.entity, Imports()
        imports.name("fastapi.testclient", "TestClient")
        imports.name("sqlalchemy.orm", "Session")
        imports.name(f"tests.factories.{entity.snake}", f"new_{entity.snake}")
        if self.missing or self._collections:
            imports.name("tests.keys", "MISSING_KEY")
        if self._collections or self.links:
            imports.name("tests.statements", "recorded_statements")
        if self.links:
            imports.name("app.db.session", "SessionLocal")
            imports.name("tests.simultaneous", "beside")
        made = {source for source, _ in self._owned} | {entity.target(reference) for reference in self._references}
        made |= {link.target for link in self.links} | {collection.item for collection in self._collections}
        for other in made | ({entity} if made else set()):
            imports.name(f"tests.factories.{other.snake}", f"make_{other.snake}")
        return str(imports)

    # A body

    @property
    def hidden(self) -> str:
        """The fields that a client sends and does not get, separated by commas."""
        return quoted(field.name for field in self.entity.sent_fields if field.writeonly)

    @property
    def taken(self) -> list[str]:
        """The unique columns of which a client can send another row's value; other unique values must differ."""
        if self.rows.most == 1 and len(self.entity.unique_members) > 1:
            return []
        shown = [field.name for field in self.entity.sent_fields if field.unique and not field.writeonly]
        return shown + [reference.column for reference in self.entity.required_references if reference.unique]

    @property
    def missing(self) -> list[tuple[str, str]]:
        """The fields that refer to other rows, each with a value that refers to none."""
        found = [(reference.column, "MISSING_KEY") for reference in self.entity.references]
        return found + [(link.name, "[MISSING_KEY]") for link in self.entity.links]

    # Two rows, if there is room for both

    @property
    def embedded(self) -> list[Pair]:
        """What the detail embeds."""
        entity, found = self.entity, []
        for reference in self._references:
            argument = f"{reference.column}=item_key"
            found.append(Pair.item_first(reference.name, entity, entity.target(reference), argument, is_list=False))
        for collection in self._collections:
            if collection.is_sent or (collection.reference and collection.reference.rule == "cascade"):
                found.append(_pair(collection))
        for source, reference in self._owned:
            if reference.unique:
                argument = f"{reference.column}=owner_key"
                found.append(Pair.owner_first(reference.inverse or "", entity, source, argument, is_list=False))
        return found

    @property
    def collections(self) -> list[tuple[Collection, Pair]]:
        return [(collection, _pair(collection)) for collection in self._collections]

    @property
    def links(self) -> list[Link]:
        """The links that are tested: a test makes two rows to link to, and one more if an entity links to itself."""
        return [link for link in self.entity.shown_links if self.rows.of(link.target).most > 2]

    @property
    def link_statements(self) -> int:
        """How many statements a change of a link takes: both rows, the link, and the time of the row's change."""
        return 3 + self.entity.timestamps

    @property
    def _references(self) -> list[Relation]:
        entity = self.entity
        return [reference for reference in entity.shown_references if self.rows.can_follow(entity.target(reference))]

    @property
    def _owned(self) -> list[tuple[EntityFacts, Relation]]:
        entity = self.entity
        return [(source, reference) for source, reference in entity.owned if self.rows.of(source).can_follow(entity)]

    @property
    def _collections(self) -> list[Collection]:
        return [collection for collection in self.entity.collections if self._has_room(collection)]

    def _has_room(self, collection: Collection) -> bool:
        owner, item = collection.owner, collection.item
        return self.rows.can_follow(item) if collection.is_sent else self.rows.of(item).can_follow(owner)


def _pair(collection: Collection) -> Pair:
    owner, item, name = collection.owner, collection.item, collection.name
    if collection.is_sent:
        return Pair.item_first(name, owner, item, f"{name}=[item_key]", is_list=True)
    if collection.reference:
        return Pair.owner_first(name, owner, item, f"{collection.reference.column}=owner_key", is_list=True)
    inverse = collection.link.inverse if collection.link else ""
    return Pair.owner_first(name, owner, item, f"{inverse}=[owner_key]", is_list=True)
