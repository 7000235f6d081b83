"""An entity's factory, with which the tests make rows and request bodies."""

from __future__ import annotations

from functools import cached_property

from entity_spec import types
from entity_spec.code import Imports, literal
from entity_spec.model import Relation
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.facts.rows import RowFacts


class FactoryView:
    def __init__(self, entity: EntityFacts, rows: RowFacts) -> None:
        self.entity = entity
        self.rows = rows

    @cached_property
    def _module(self) -> Imports:
        return Imports()

    @property
    def imports(self) -> str:
        # The samples decide what is imported.
        _ = self.samples
        entity, imports = self.entity, self._module
        if self.rows.counts:
            imports.module("itertools", "itertools")
        imports.name("sqlalchemy.orm", "Session")
        imports.name(f"app.crud.{entity.snake}", f"create_{entity.snake}")
        imports.name(f"app.db.models.{entity.snake}", entity.name, entity.local)
        imports.name(f"app.schemas.{entity.snake}", f"{entity.name}Create")
        if self.rows.is_shared:
            imports.name("sqlalchemy", "select")
        for reference in entity.required_references:
            imports.name(f"tests.factories.{entity.target(reference).snake}", self._maker(reference))
        return str(imports)

    def parent(self, reference: Relation) -> str:
        """Return the key of a new row's parent, as a client sends it."""
        return self.entity.settings.key.as_json(f"{self._maker(reference)}(db).id")

    def _maker(self, reference: Relation) -> str:
        return f"{'any' if self.rows.shares(reference) else 'make'}_{self.entity.target(reference).snake}"

    @property
    def samples(self) -> list[tuple[str, str]]:
        scalar = self.entity.scalar
        return [(field.name, self._module.expand(scalar(field).sample(field))) for field in self.entity.sent_fields]

    @property
    def choices(self) -> list[tuple[str, list[str]]]:
        """Constants for values that cannot be made from a number."""
        found = [(f"{field.name.upper()}_CHOICES", types.choices(field)) for field in self.entity.sent_fields]
        return [(name, [literal(value) for value in values]) for name, values in found if len(values) > 1]
