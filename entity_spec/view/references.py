"""The list of references for the tests of what happens to rows when the row that they refer to is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from entity_spec.code import Imports
from entity_spec.model import Relation
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.facts.rows import RowFacts


class TestedReference(NamedTuple):
    child: EntityFacts
    reference: Relation
    parent: EntityFacts
    rows: int
    """How many children one parent may have in a test."""


class ReferenceListView:
    def __init__(self, entities: Sequence[EntityFacts], rows: Mapping[str, RowFacts]) -> None:
        self.entities = entities
        self.rows = rows

    @cached_property
    def tested(self) -> list[TestedReference]:
        return [
            TestedReference(child, reference, parent, self.rows[child.name].children(reference))
            for child in self.entities
            for reference, parent in [(reference, child.target(reference)) for reference in child.references]
            if child.writes and parent.writes
            # A test makes at least four rows if an entity refers to itself.
            if self.rows[child.name].most > 3 and self.rows[parent.name].most > 3
            # The parent that a test deletes must not be another parent of the child too.
            if not self.rows[child.name].takes_any(parent, beside=reference)
        ]

    @property
    def imports(self) -> str:
        imports = Imports()
        imports.name("tests.keys", "Key")
        for tested in self.tested:
            for entity in (tested.child, tested.parent):
                imports.name(f"tests.factories.{entity.snake}", f"make_{entity.snake}")
            imports.name(f"tests.factories.{tested.child.snake}", f"new_{tested.child.snake}")
        return str(imports)
