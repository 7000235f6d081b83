"""The lists in details, for the tests of where they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from entity_spec.code import Imports
from entity_spec.view.facts.entity import Collection, EntityFacts
from entity_spec.view.facts.rows import RowFacts


class EmbeddedListView:
    def __init__(self, entities: Sequence[EntityFacts], rows: Mapping[str, RowFacts]) -> None:
        self.entities = entities
        self.rows = rows

    @cached_property
    def tested(self) -> list[Collection]:
        lists = [collection for entity in self.entities if entity.writes for collection in entity.embedded_lists]
        return [collection for collection in lists if collection.item.writes and self._has_room(collection)]

    def _has_room(self, collection: Collection) -> bool:
        """Return whether a test can make three items, and delete one of them that nothing else refers to."""
        items, reference = self.rows[collection.item.name], collection.reference
        return items.is_roomy and (reference is None or items.children(reference) >= 3)

    def make_item(self, collection: Collection) -> str:
        """A function that makes an item, for the owner with a key if the item refers to it."""
        reference = collection.reference
        made = collection.item.make_key(f"{reference.column}=key" if reference else "")
        return f"lambda db, {'key' if reference else '_'}: {made}"

    @property
    def imports(self) -> str:
        imports = Imports()
        imports.name("tests.keys", "Key")
        for collection in self.tested:
            for entity in (collection.owner, collection.item):
                imports.name(f"tests.factories.{entity.snake}", f"make_{entity.snake}")
        return str(imports)
