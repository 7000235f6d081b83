"""How many rows of an entity the generated tests can make, and which rows of other entities those need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from entity_spec import types
from entity_spec.model import Field, Relation
from entity_spec.view.facts.entity import EntityFacts

# No generated test makes more rows of one entity.
MOST_ROWS = 50


class RowFacts:
    def __init__(self, entity: EntityFacts, everyone: Mapping[str, RowFacts]) -> None:
        self.entity = entity
        self._everyone = everyone
        """The facts of all entities by name, including these; complete before any of them is used."""

    @classmethod
    def all(cls, entities: Iterable[EntityFacts]) -> Mapping[str, RowFacts]:
        everyone: dict[str, RowFacts] = {}
        for entity in entities:
            everyone[entity.name] = cls(entity, everyone)
        return everyone

    def of(self, entity: EntityFacts) -> RowFacts:
        """Return the same facts for another entity."""
        return self._everyone[entity.name]

    def _parent(self, reference: Relation) -> RowFacts:
        return self._everyone[reference.target]

    # What is sent

    @cached_property
    def counts(self) -> bool:
        """Whether a body has a value that grows with each row."""
        scalar = self.entity.scalar
        return any(re.search(r"\bn\b", scalar(field).sample(field)) for field in self.entity.sent_fields)

    @property
    def changes(self) -> bool:
        """Whether another body differs from the one before."""
        return self.counts or not all(map(self.shares, self.entity.required_references))

    @property
    def clashes(self) -> bool:
        """Whether the same body cannot be sent twice."""
        entity = self.entity
        sent = {field.name for field in entity.sent_fields} | {ref.column for ref in entity.required_references}
        return any(sent.issuperset(columns) for columns in entity.unique_columns)

    # How many

    @cached_property
    def most(self) -> int:
        """How many rows a test may make: no more than unique columns have values."""
        own = [_room(members) for members in self.entity.unique_members]
        required = self.entity.required_references
        parents = [self._parent(ref).most for ref in required if not self._has_siblings(ref)]
        # If there are few parents, another reference may take one of them.
        left = [most if most >= MOST_ROWS else max(1, most - 1) for most in parents]
        return min([*own, *left, MOST_ROWS])

    def children(self, reference: Relation) -> int:
        """Return how many rows of one parent a test may make after another parent with one row."""
        return min([max(1, min(self.most, 20) - 3), *map(_room, self._rests(reference))])

    def _has_siblings(self, reference: Relation) -> bool:
        """Return whether one parent can have all the rows that a test makes."""
        return min(map(_room, self._rests(reference)), default=MOST_ROWS) >= MOST_ROWS

    def _rests(self, reference: Relation) -> list[list[Field | Relation]]:
        """The other members of what is unique together with a reference: in them, rows of one parent must differ."""
        together = [members for members in self.entity.unique_members if reference in members]
        return [[member for member in members if member != reference] for members in together]

    @property
    def is_roomy(self) -> bool:
        """Whether a test may make as many rows as it wants."""
        return self.most == MOST_ROWS

    # Their parents

    def shares(self, reference: Relation) -> bool:
        """Return whether a new row takes any parent that exists, since there cannot be many."""
        parents = self._parent(reference).most
        return parents == 1 or (parents < MOST_ROWS and self._has_siblings(reference))

    @property
    def is_shared(self) -> bool:
        """Whether new rows of other entities take any row of this one."""
        return any(
            not reference.optional and self.of(source).shares(reference)
            for source, reference in self.entity.referred_by
        )

    def takes_any(self, parent: EntityFacts, beside: Relation | None = None) -> bool:
        """Return whether a new row, or one that it needs, may get any parent by references other than a given one."""
        others = [reference for reference in self.entity.required_references if reference != beside]
        return any(
            (self.shares(other) and other.target == parent.name) or self._parent(other).takes_any(parent)
            for other in others
        )

    # Together with rows of another entity

    @cached_property
    def _made(self) -> set[EntityFacts]:
        """The entities of which the factory may make a row: this one, and all that a row needs."""
        needed = [self._parent(reference)._made for reference in self.entity.required_references]
        return {self.entity}.union(*needed)

    def can_follow(self, first: EntityFacts) -> bool:
        """Return whether a test that has made a row of `first` can still make one of this entity."""
        return self.most > 1 or self.entity not in self.of(first)._made


def _room(members: list[Field | Relation]) -> int:
    """Return how many consecutive rows differ in these members: as many as the one with the most values allows."""
    return max(map(_values, members), default=1)


def _values(member: Field | Relation) -> int:
    """Return to how many consecutive rows the factory gives different values; null is one too."""
    if isinstance(member, Relation):
        return types.ROWS
    if member.readonly:
        return types.ROWS if member.default in (None, "uuid4") else 1
    return types.capacity(member)
