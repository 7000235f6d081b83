"""The first migration, which creates the tables of all entities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from entity_spec.code import Imports
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.facts.settings import Settings
from entity_spec.view.facts.tables import ForeignKey, Index, table_of, table_of_link


@dataclass(frozen=True)
class CreatedTable:
    name: str
    items: Sequence[str]
    """Its columns and constraints."""
    indexes: Sequence[Index]
    late_keys: Sequence[ForeignKey]
    """Foreign keys to tables that are created after it."""


class MigrationView:
    def __init__(self, entities: Sequence[EntityFacts], settings: Settings) -> None:
        self.entities = entities
        self.database = settings.database
        self._module = Imports()

    @property
    def label(self) -> str:
        names = [entity.table for entity in self.entities]
        return ", ".join(names) if 0 < len(names) <= 6 else f"{len(names)} tables" if names else "nothing yet"

    @property
    def imports(self) -> str:
        # The tables decide what is imported.
        _ = self.tables
        self._module.name("alembic", "op")
        self._module.module("sqlalchemy", "sa")
        return str(self._module)

    @cached_property
    def tables(self) -> list[CreatedTable]:
        """The tables of entities, then those of links."""
        in_order = sorted(self.entities, key=lambda entity: entity.position)
        found = [table_of(entity) for entity in in_order]
        found += [table_of_link(link) for entity in self.entities for link in entity.links]
        created: list[CreatedTable] = []
        for position, table in enumerate(found):
            after = {later.name for later in found[position + 1 :]} if self.database.alters_constraints else set()
            late = [key for key in table.foreign_keys if key.target in after]
            items = [self._module.expand(item) for item in table.items(late)]
            indexes = [Index(index.name, index.columns, self._module.expand(index.options)) for index in table.indexes]
            created.append(CreatedTable(table.name, items, indexes, late))
        return created
