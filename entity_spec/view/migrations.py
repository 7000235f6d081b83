"""An entity's part of the first migration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from entity_spec.code import Imports, literal, quoted
from entity_spec.model import Field, Relation
from entity_spec.view.models import ONDELETE

if TYPE_CHECKING:
    from entity_spec.view.entity import EntityView, Link


class MigrationView:
    def __init__(self, entity: EntityView) -> None:
        self.entity = entity

    def column_type(self, field: Field) -> str:
        if field.type == "json":
            return self.entity.project.database.json_migration
        return self.entity.scalar(field).migration(field)

    @property
    def items(self) -> Iterator[str]:
        """The arguments of op.create_table, behind the name."""
        entity, database, key = self.entity, self.entity.project.database, self.entity.project.key
        yield f'sa.Column("id", {key.column(database)}{key.identity(database)}, nullable=False)'
        for field in entity.spec.fields:
            yield _column(field.name, Imports().expand(self.column_type(field)), field)
        for reference in entity.references:
            yield _column(reference.column, key.column(database), reference)
        for name in ["created_at", "updated_at"] * entity.timestamps + ["deleted_at"] * entity.soft_delete:
            yield f'sa.Column("{name}", sa.DateTime(timezone=True), nullable={name == "deleted_at"})'
        for reference in entity.references:
            if not self._is_added_later(reference):
                table, rule = entity.target(reference).table, ONDELETE[reference.rule]
                name = _name("fk", entity.table, reference.column)
                yield f'sa.ForeignKeyConstraint(["{reference.column}"], ["{table}.id"], name="{name}", ondelete="{rule}")'
        yield f'sa.PrimaryKeyConstraint("id", name="{_name("pk", entity.table)}")'
        if not entity.soft_delete:
            for columns in entity.unique_columns:
                yield f'sa.UniqueConstraint({quoted(columns)}, name="{_name("uq", entity.table, *columns)}")'

        if database.never_reuses_keys and key.name == "bigint":
            yield database.never_reuses_keys

    def _is_added_later(self, reference: Relation) -> bool:
        return self.entity.comes_late(reference) and self.entity.project.database.alters_constraints

    @property
    def indexes(self) -> Iterator[str]:
        entity = self.entity
        plain = [(field.name,) for field in entity.spec.fields if field.index]
        plain += [(reference.column,) for reference in entity.references if not reference.unique]
        plain += [entity.group_columns(group) for group in entity.spec.groups if group.kind == "index"]
        for columns in plain:
            yield _index("ix", entity.table, columns)
        if entity.soft_delete:
            live = f', unique=True, {entity.project.database.live_rows}=sa.text("deleted_at IS NULL")'
            for columns in entity.unique_columns:
                yield _index("uq", entity.table, columns, live)

    @property
    def late_keys(self) -> Iterator[tuple[str, str]]:
        """The name and the making of each foreign key to a table that is made after this one."""
        for reference in filter(self._is_added_later, self.entity.references):
            table, target = self.entity.table, self.entity.target(reference).table
            name, rule = _name("fk", table, reference.column), ONDELETE[reference.rule]
            arguments = f'"{name}", "{table}", "{target}", ["{reference.column}"], ["id"], ondelete="{rule}"'
            yield name, f"op.create_foreign_key({arguments})"

    def link_items(self, link: Link) -> Iterator[str]:
        ends = [(link.source_column, link.source), (link.target_column, link.target)]
        project = self.entity.project
        for column, _ in ends:
            yield f'sa.Column("{column}", {project.key.column(project.database)}, nullable=False)'
        for column, end in ends:
            name = _name("fk", link.table, column)
            yield f'sa.ForeignKeyConstraint(["{column}"], ["{end.table}.id"], name="{name}", ondelete="CASCADE")'
        yield f'sa.PrimaryKeyConstraint({quoted(column for column, _ in ends)}, name="{_name("pk", link.table)}")'

    def link_index(self, link: Link) -> str:
        return _index("ix", link.table, (link.target_column,))


def _column(name: str, column_type: str, member: Field | Relation) -> str:
    comment = [f"comment={literal(member.doc)}"] if member.doc else []
    return f"sa.Column({', '.join([f'{chr(34)}{name}{chr(34)}', column_type, f'nullable={member.optional}', *comment])})"


def _index(kind: str, table: str, columns: tuple[str, ...], more: str = "") -> str:
    return f'op.create_index("{_name(kind, table, *columns)}", "{table}", [{quoted(columns)}]{more})'


def _name(kind: str, table: str, *columns: str) -> str:
    return "_".join([kind, table, *columns])
