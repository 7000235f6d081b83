"""The first migration, which creates the tables of all entities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from entity_spec.code import Imports, quoted
from entity_spec.model import Field, Relation
from entity_spec.view.facts.entity import EntityFacts, Link
from entity_spec.view.facts.settings import Settings
from entity_spec.view.facts.tables import ONDELETE, comment, constraint_name, indexes

LIVE = "CASE WHEN deleted_at IS NULL THEN 1 END"


@dataclass(frozen=True)
class Index:
    name: str
    columns: Sequence[str]
    options: str = ""

    @property
    def arguments(self) -> str:
        """The arguments after the names of the index and its table."""
        return ", ".join([f"[{quoted(self.columns)}]", *([self.options] if self.options else [])])


@dataclass(frozen=True)
class Table:
    name: str
    items: Sequence[str]
    """Its columns and constraints."""
    indexes: Sequence[Index]


@dataclass(frozen=True)
class LateKey:
    """A foreign key to a table that is created after its own."""

    table: str
    column: str
    target: str
    rule: str

    @property
    def name(self) -> str:
        return constraint_name("fk", self.table, self.column)


class MigrationView:
    def __init__(self, entities: Sequence[EntityFacts], settings: Settings) -> None:
        self.entities = entities
        self.database = settings.database
        self.key = settings.key
        self._in_order = sorted(entities, key=lambda entity: entity.position)
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
    def tables(self) -> list[Table]:
        """The tables of entities, then those of links."""
        links = [link for entity in self.entities for link in entity.links]
        return [*map(self._table, self._in_order), *map(self._link_table, links)]

    @property
    def late_keys(self) -> list[LateKey]:
        return [
            LateKey(entity.table, reference.column, entity.target(reference).table, ONDELETE[reference.rule])
            for entity in self._in_order
            for reference in entity.references
            if self._is_added_later(entity, reference)
        ]

    def _is_added_later(self, entity: EntityFacts, reference: Relation) -> bool:
        return entity.comes_late(reference) and self.database.alters_constraints

    def _table(self, entity: EntityFacts) -> Table:
        found = [Index(name, columns) for name, columns in indexes(entity)]
        if entity.soft_delete:
            options = self.database.live_options.replace("text(", "sa.text(")
            for unique in entity.unique_columns:
                name = constraint_name("uq", entity.table, *unique)
                found.append(Index(name, [*unique, *self.database.live_columns], options))
        return Table(entity.table, [*self._columns(entity), *self._constraints(entity)], found)

    def _columns(self, entity: EntityFacts) -> Iterator[str]:
        yield f'sa.Column("id", {self.key.column(self.database)}{self.key.identity(self.database)}, nullable=False)'
        for field in entity.spec.fields:
            yield _column(field.name, self._type(entity, field), field)
        for reference in entity.references:
            yield _column(reference.column, self.key.column(self.database), reference)
        for name in ["created_at", "updated_at"] * entity.timestamps + ["deleted_at"] * entity.soft_delete:
            yield f'sa.Column("{name}", sa.DateTime(timezone=True), nullable={name == "deleted_at"})'
        for name in self.database.live_columns * entity.soft_delete:
            yield f'sa.Column("{name}", sa.Boolean(), sa.Computed("{LIVE}", persisted=True), nullable=True)'

    def _type(self, entity: EntityFacts, field: Field) -> str:
        found = self.database.json_migration if field.type == "json" else entity.scalar(field).migration(field)
        return self._module.expand(found)

    def _constraints(self, entity: EntityFacts) -> Iterator[str]:
        for reference in entity.references:
            if not self._is_added_later(entity, reference):
                rule = ONDELETE[reference.rule]
                yield _foreign_key(entity.table, reference.column, entity.target(reference).table, rule)
        yield f'sa.PrimaryKeyConstraint("id", name="{constraint_name("pk", entity.table)}")'
        if not entity.soft_delete:
            for columns in entity.unique_columns:
                name = constraint_name("uq", entity.table, *columns)
                yield f'sa.UniqueConstraint({quoted(columns)}, name="{name}")'
        if self.database.never_reuses_keys and self.key.name == "bigint":
            yield self.database.never_reuses_keys

    def _link_table(self, link: Link) -> Table:
        ends = {link.source_column: link.source, link.target_column: link.target}
        items = [
            *(f'sa.Column("{column}", {self.key.column(self.database)}, nullable=False)' for column in ends),
            *(_foreign_key(link.table, column, end.table, "CASCADE") for column, end in ends.items()),
            f'sa.PrimaryKeyConstraint({quoted(ends)}, name="{constraint_name("pk", link.table)}")',
        ]
        index = Index(constraint_name("ix", link.table, link.target_column), [link.target_column])
        return Table(link.table, items, [index])


def _column(name: str, column_type: str, member: Field | Relation) -> str:
    arguments = [f'"{name}"', column_type, f"nullable={member.optional}", *comment(member.doc)]
    return f"sa.Column({', '.join(arguments)})"


def _foreign_key(table: str, column: str, target: str, rule: str) -> str:
    name = constraint_name("fk", table, column)
    return f'sa.ForeignKeyConstraint(["{column}"], ["{target}.id"], name="{name}", ondelete="{rule}")'
