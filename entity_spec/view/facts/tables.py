"""The tables of entities and links: what models, and the migrations that make and change the tables, have in common.

Types are Python text in which `@module.Name` stands for an imported name (`code.Imports.expand`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from entity_spec.code import literal, quoted
from entity_spec.model import Field, Relation
from entity_spec.names import created_index
from entity_spec.view.facts.entity import EntityFacts, Link

ONDELETE = {"cascade": "CASCADE", "restrict": "RESTRICT", "setnull": "SET NULL"}
LIVE = "CASE WHEN deleted_at IS NULL THEN 1 END"


def constraint_name(kind: str, table: str, *columns: str) -> str:
    return "_".join([kind, table, *columns])


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    nullable: bool
    doc: str = ""
    made_by: str = ""
    """What gives it its values, if that is the database: an identity or an expression."""
    member: Field | Relation | None = None
    """What it holds, None if it is the template's own."""

    @property
    def definition(self) -> str:
        return self.defined()

    def defined(self, *more: str, nullable: bool | None = None) -> str:
        """Return its definition with more arguments, and perhaps nullable for a while."""
        nullable = self.nullable if nullable is None else nullable
        made_by = [self.made_by] if self.made_by else []
        arguments = [f'"{self.name}"', self.type, *made_by, *more, f"nullable={nullable}", *comment(self.doc)]
        return f"@sa.Column({', '.join(arguments)})"


@dataclass(frozen=True)
class ForeignKey:
    name: str
    column: str
    target: str
    """The table whose `id` it holds."""
    rule: str

    @property
    def definition(self) -> str:
        return (
            f'@sa.ForeignKeyConstraint(["{self.column}"], ["{self.target}.id"], name="{self.name}", '
            f'ondelete="{self.rule}")'
        )


@dataclass(frozen=True)
class Unique:
    name: str
    columns: tuple[str, ...]

    @property
    def definition(self) -> str:
        return f'@sa.UniqueConstraint({quoted(self.columns)}, name="{self.name}")'


@dataclass(frozen=True)
class Index:
    name: str
    columns: tuple[str, ...]
    options: str = ""

    @property
    def arguments(self) -> str:
        """The arguments after the names of the index and its table."""
        return ", ".join([f"[{quoted(self.columns)}]", *([self.options] if self.options else [])])


@dataclass(frozen=True)
class Table:
    name: str
    columns: Sequence[Column]
    foreign_keys: Sequence[ForeignKey]
    primary_key: Unique
    uniques: Sequence[Unique]
    indexes: Sequence[Index]
    options: str = ""

    @property
    def indexed(self) -> list[Unique | Index]:
        """What has an index: unique constraints, and indexes themselves."""
        return [*self.uniques, *self.indexes]

    def items(self, late: Sequence[ForeignKey] = ()) -> list[str]:
        """Return the arguments of `create_table`, without the foreign keys that come later."""
        key = f'@sa.PrimaryKeyConstraint({quoted(self.primary_key.columns)}, name="{self.primary_key.name}")'
        return [
            *(column.definition for column in self.columns),
            *(foreign.definition for foreign in self.foreign_keys if foreign not in late),
            key,
            *(unique.definition for unique in self.uniques),
            *([self.options] if self.options else []),
        ]


def table_of(entity: EntityFacts) -> Table:
    database, key = entity.settings.database, entity.settings.key
    found = [Index(name, tuple(columns)) for name, columns in indexes(entity)]
    names = [(constraint_name("uq", entity.table, *columns), columns) for columns in entity.unique_columns]
    if entity.soft_delete:
        options = database.live_options.replace("text(", "@sa.text(")
        found += [Index(name, (*columns, *database.live_columns), options) for name, columns in names]
    return Table(
        name=entity.table,
        columns=list(_columns(entity)),
        foreign_keys=[
            ForeignKey(
                constraint_name("fk", entity.table, reference.column),
                reference.column,
                entity.target(reference).table,
                ONDELETE[reference.rule],
            )
            for reference in entity.references
        ],
        primary_key=Unique(constraint_name("pk", entity.table), ("id",)),
        uniques=[] if entity.soft_delete else [Unique(name, columns) for name, columns in names],
        indexes=found,
        options=database.never_reuses_keys if key.name == "bigint" else "",
    )


def _columns(entity: EntityFacts) -> Iterator[Column]:
    database, key = entity.settings.database, entity.settings.key
    key_type = f"@{key.column(database)}"
    yield Column("id", key_type, nullable=False, made_by=key.identity(database))
    for field in entity.spec.fields:
        held = database.json_migration if field.type == "json" else entity.scalar(field).migration(field)
        yield Column(field.name, held, field.optional, field.doc, member=field)
    for reference in entity.references:
        yield Column(reference.column, key_type, reference.optional, reference.doc, member=reference)
    for name in ["created_at", "updated_at"] * entity.timestamps + ["deleted_at"] * entity.soft_delete:
        yield Column(name, "@sa.DateTime(timezone=True)", nullable=name == "deleted_at")
    for name in database.live_columns * entity.soft_delete:
        yield Column(name, "@sa.Boolean()", nullable=True, made_by=f'@sa.Computed("{LIVE}", persisted=True)')


def table_of_link(link: Link) -> Table:
    settings = link.source.settings
    ends = {link.source_column: link.source, link.target_column: link.target}
    return Table(
        name=link.table,
        columns=[Column(name, f"@{settings.key.column(settings.database)}", nullable=False) for name in ends],
        foreign_keys=[
            ForeignKey(constraint_name("fk", link.table, name), name, end.table, "CASCADE")
            for name, end in ends.items()
        ],
        primary_key=Unique(constraint_name("pk", link.table), tuple(ends)),
        uniques=[],
        indexes=[Index(constraint_name("ix", link.table, link.target_column), (link.target_column,))],
    )


def indexes(entity: EntityFacts) -> list[tuple[str, list[str]]]:
    """Return the names and columns of all plain indexes.

    Those of one column end in the key: lists in the order of the column, or of the rows that have one value in it, are
    read off the index page by page.
    """
    columns = [field.name for field in entity.spec.fields if field.index]
    columns += [reference.column for reference in entity.references if not reference.unique]
    found = [(constraint_name("ix", entity.table, column), column) for column in columns]
    found += [(created_index(entity.table), "created_at")] * entity.timestamps
    key = [] if entity.settings.database.indexes_hold_keys else ["id"]
    groups = [entity.columns_of(group) for group in entity.spec.groups if group.kind == "index"]
    return [(name, [column, *key]) for name, column in found] + [
        (constraint_name("ix", entity.table, *columns), [*columns]) for columns in groups
    ]


def comment(doc: str) -> list[str]:
    """Return a column's argument. MySQL's comments only hold characters up to U+FFFF, so no database gets others."""
    held = "".join(character for character in doc if ord(character) <= 0xFFFF)
    return [f"comment={literal(held)}"] if held else []
