"""An entity's part of the first migration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from entity_spec.code import Imports, exploded, quoted
from entity_spec.model import Field, Relation
from entity_spec.view.models import ONDELETE, comment

if TYPE_CHECKING:
    from entity_spec.view.entity import EntityView

LIVE = "CASE WHEN deleted_at IS NULL THEN 1 END"


class MigrationView:
    def __init__(self, entity: EntityView) -> None:
        self.entity = entity

    def column_type(self, field: Field) -> str:
        if field.type == "json":
            return self.entity.project.database.json_migration
        return self.entity.scalar(field).migration(field)

    @property
    def tables(self) -> Iterator[str]:
        """The statements that make the entity's table and its indexes."""
        entity, database = self.entity, self.entity.project.database
        yield exploded("op.create_table(", [f'"{entity.table}"', *self._columns(), *self._constraints()], ")", 1)
        for name, columns in entity.indexes:
            yield _index(name, entity.table, columns)
        if entity.soft_delete:
            options = database.live_options.replace("text(", "sa.text(")
            for unique in entity.unique_columns:
                yield _index(
                    _name("uq", entity.table, *unique), entity.table, [*unique, *database.live_columns], options
                )

    def _columns(self) -> Iterator[str]:
        entity, database, key = self.entity, self.entity.project.database, self.entity.project.key
        yield f'sa.Column("id", {key.column(database)}{key.identity(database)}, nullable=False)'
        for field in entity.spec.fields:
            yield _column(field.name, Imports().expand(self.column_type(field)), field)
        for reference in entity.references:
            yield _column(reference.column, key.column(database), reference)
        for name in ["created_at", "updated_at"] * entity.timestamps + ["deleted_at"] * entity.soft_delete:
            yield f'sa.Column("{name}", sa.DateTime(timezone=True), nullable={name == "deleted_at"})'
        for name in database.live_columns * entity.soft_delete:
            yield f'sa.Column("{name}", sa.Boolean(), sa.Computed("{LIVE}", persisted=True), nullable=True)'

    def _constraints(self) -> Iterator[str]:
        entity, database = self.entity, self.entity.project.database
        for reference in entity.references:
            if not self._is_added_later(reference):
                rule = ONDELETE[reference.rule]
                yield _foreign_key(entity.table, reference.column, entity.target(reference).table, rule)
        yield f'sa.PrimaryKeyConstraint("id", name="{_name("pk", entity.table)}")'
        if not entity.soft_delete:
            for columns in entity.unique_columns:
                yield f'sa.UniqueConstraint({quoted(columns)}, name="{_name("uq", entity.table, *columns)}")'
        if database.never_reuses_keys and entity.project.key.name == "bigint":
            yield database.never_reuses_keys

    def _is_added_later(self, reference: Relation) -> bool:
        return self.entity.comes_late(reference) and self.entity.project.database.alters_constraints

    @property
    def late_keys(self) -> Iterator[tuple[str, str]]:
        """The removal and the making of each foreign key to a table that is made after this one."""
        for reference in filter(self._is_added_later, self.entity.references):
            table, target = self.entity.table, self.entity.target(reference).table
            name, rule = _name("fk", table, reference.column), ONDELETE[reference.rule]
            arguments = f'"{name}", "{table}", "{target}", ["{reference.column}"], ["id"], ondelete="{rule}"'
            removal = f'op.drop_constraint("{name}", "{table}", type_="foreignkey")'
            yield removal, f"op.create_foreign_key({arguments})"

    @property
    def join_tables(self) -> Iterator[str]:
        project = self.entity.project
        for link in self.entity.links:
            ends = {link.source_column: link.source, link.target_column: link.target}
            items = [
                f'"{link.table}"',
                *(f'sa.Column("{column}", {project.key.column(project.database)}, nullable=False)' for column in ends),
                *(_foreign_key(link.table, column, end.table, "CASCADE") for column, end in ends.items()),
                f'sa.PrimaryKeyConstraint({quoted(ends)}, name="{_name("pk", link.table)}")',
            ]
            yield exploded("op.create_table(", items, ")", 1)
            yield _index(_name("ix", link.table, link.target_column), link.table, [link.target_column])


def _column(name: str, column_type: str, member: Field | Relation) -> str:
    arguments = [f'"{name}"', column_type, f"nullable={member.optional}", *comment(member.doc)]
    return f"sa.Column({', '.join(arguments)})"


def _foreign_key(table: str, column: str, target: str, rule: str) -> str:
    name = _name("fk", table, column)
    return f'sa.ForeignKeyConstraint(["{column}"], ["{target}.id"], name="{name}", ondelete="{rule}")'


def _index(name: str, table: str, columns: Sequence[str], options: str = "") -> str:
    arguments = [f'"{name}"', f'"{table}"', f"[{quoted(columns)}]", *([options] if options else [])]
    return f"op.create_index({', '.join(arguments)})"


def _name(kind: str, table: str, *columns: str) -> str:
    return "_".join([kind, table, *columns])
