"""An entity's model, and the package of all models."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from entity_spec.code import Imports, exported_key, optional, quoted
from entity_spec.model import Field, Relation
from entity_spec.types import default
from entity_spec.view.facts.entity import EntityFacts, Link
from entity_spec.view.facts.tables import ONDELETE, comment, constraint_name, indexes

LAZY = 'lazy="raise_on_sql"'


class ModelView:
    def __init__(self, entity: EntityFacts) -> None:
        self.entity = entity

    @cached_property
    def _neighbours(self) -> set[EntityFacts]:
        entity = self.entity
        found = {entity.target(relation) for relation in entity.spec.relations}
        found |= {source for source, _ in entity.inverses} | {link.target for link in entity.inverse_links}
        return found - {entity}

    @cached_property
    def _module(self) -> Imports:
        entity = self.entity
        attributes = {member.name for member in entity.spec.members}
        attributes |= {reference.column for reference in entity.references}
        attributes |= {reference.inverse or "" for _, reference in entity.inverses}
        attributes |= {link.name for link in entity.inverse_links} | {link.table for link in entity.links}
        return Imports(taken={entity.name} | {neighbour.name for neighbour in self._neighbours} | attributes)

    @property
    def imports(self) -> str:
        # The other properties decide what is imported.
        _ = self.bases, self.columns, self.relationships, self.table_args, self.link_tables
        if not self._neighbours:
            return str(self._module)
        checking = self._module.name("typing", "TYPE_CHECKING")
        only_typed = Imports()
        for neighbour in self._neighbours:
            only_typed.name(f"app.db.models.{neighbour.snake}", neighbour.name)
        block = "".join(f"    {line}\n" for line in str(only_typed).splitlines())
        return f"{self._module}\nif {checking}:\n{block}"

    @property
    def bases(self) -> str:
        bases = []
        if self.entity.timestamps:
            bases.append(self._module.name("app.db.base", "Timestamps"))
        if self.entity.soft_delete:
            bases.append(self._module.name("app.db.soft_delete", "SoftDelete"))
        return ", ".join([*bases, self._module.name("app.db.base", "Base")])

    # Columns

    @property
    def columns(self) -> list[str]:
        lines = [f"id: {self._mapped(self._module.name('app.db.keys', 'PrimaryKey'))}"]
        for field in self.entity.spec.fields:
            python = self._module.expand(self.entity.scalar(field).python)
            lines.append(f"{field.name}: {self._mapped(optional(python, field.optional))}{self._column(field)}")
        for reference in self.entity.references:
            python = self._module.expand(self.entity.settings.key.python)
            annotation = self._mapped(optional(python, reference.optional))
            lines.append(f"{reference.column}: {annotation}{self._reference_column(reference)}")
        return lines

    def _mapped(self, annotation: str) -> str:
        return f"{self._module.name('sqlalchemy.orm', 'Mapped')}[{annotation}]"

    def _mapped_column(self, arguments: list[str]) -> str:
        return f" = {self._module.name('sqlalchemy.orm', 'mapped_column')}({', '.join(arguments)})"

    def _column(self, field: Field) -> str:
        entity, scalar = self.entity, self.entity.scalar(field)
        column_type = scalar.column(field)
        arguments = [self._module.expand(column_type)] if column_type else []
        # SQLAlchemy would store the default for an explicit null: where clients may send one, the schema has it.
        if field.default is not None and (field.readonly or not field.optional):
            arguments.append(f"default={default(scalar, field, self._module)}")
        if field.unique and not entity.soft_delete:
            arguments.append("unique=True")
        arguments += comment(field.doc)
        return self._mapped_column(arguments) if arguments else ""

    def _reference_column(self, reference: Relation) -> str:
        key = self._foreign_key(
            self.entity.target(reference), ONDELETE[reference.rule], self.entity.comes_late(reference)
        )
        unique = reference.unique and not self.entity.soft_delete
        return self._mapped_column([key, *["unique=True"] * unique, *comment(reference.doc)])

    def _foreign_key(self, target: EntityFacts, ondelete: str, late: bool = False) -> str:
        arguments = [f'"{target.table}.id"', f'ondelete="{ondelete}"', *["use_alter=True"] * late]
        return f"{self._module.name('sqlalchemy', 'ForeignKey')}({', '.join(arguments)})"

    @property
    def table_args(self) -> list[str]:
        entity = self.entity
        arguments = []
        for columns in entity.unique_columns:
            if entity.soft_delete:
                unique = self._module.name("app.db.soft_delete", "unique_while_live")
                arguments.append(f'{unique}("{constraint_name("uq", entity.table, *columns)}", {quoted(columns)})')
            elif len(columns) > 1:
                arguments.append(f"{self._module.name('sqlalchemy', 'UniqueConstraint')}({quoted(columns)})")
        for name, indexed in indexes(entity):
            arguments.append(f'{self._module.name("sqlalchemy", "Index")}("{name}", {quoted(indexed)})')
        return arguments

    @property
    def link_tables(self) -> list[tuple[str, list[str]]]:
        """The join tables of this entity: the variable, and the arguments of its Table."""
        return [(link.table, self._link_table(link)) for link in self.entity.links]

    def _link_table(self, link: Link) -> list[str]:
        self._module.name("sqlalchemy", "Table")
        column, base = self._module.name("sqlalchemy", "Column"), self._module.name("app.db.base", "Base")
        ends = [(link.source_column, link.source, ""), (link.target_column, link.target, ", index=True")]
        return [
            f'"{link.table}"',
            f"{base}.metadata",
            *(
                f'{column}("{name}", {self._foreign_key(end, "CASCADE")}, primary_key=True{index})'
                for name, end, index in ends
            ),
        ]

    @property
    def table_class(self) -> str:
        return self._module.name("sqlalchemy", "Table")

    # Relationships

    @property
    def relationships(self) -> list[str]:
        entity = self.entity
        return [
            *(self._reference(reference) for reference in entity.references),
            *(self._linked(link) for link in entity.links),
            *(self._other_side(source, reference) for source, reference in entity.inverses),
            *(self._linked(link) for link in entity.inverse_links),
        ]

    def _reference(self, reference: Relation) -> str:
        arguments = [f'back_populates="{reference.inverse}"'] if reference.inverse else []
        if reference.target == self.entity.name:
            arguments.append(f'remote_side="{reference.target}.id"')
        if _is_ambiguous(self.entity, reference):
            arguments.append(f'foreign_keys="{self.entity.name}.{reference.column}"')
        if self.entity.comes_late(reference):
            arguments.append("post_update=True")
        return self._relationship(reference.name, f'"{optional(reference.target, reference.optional)}"', arguments)

    def _other_side(self, source: EntityFacts, reference: Relation) -> str:
        arguments = [f'back_populates="{reference.name}"']
        if _is_ambiguous(source, reference):
            arguments.append(f'foreign_keys="{source.name}.{reference.column}"')
        if reference.rule == "cascade":
            arguments += ['cascade="all, delete-orphan"', "passive_deletes=True"]
        else:
            # The reference's own rule decides; the ORM neither loads nor empties the children.
            arguments.append('passive_deletes="all"')
        if source.comes_late(reference):
            arguments.append("post_update=True")
        if reference.unique:
            return self._relationship(reference.inverse or "", f'"{source.name} | None"', arguments)
        arguments.append(f'order_by="{source.name}.id"')
        return self._relationship(reference.inverse or "", f'list["{source.name}"]', arguments)

    def _linked(self, link: Link) -> str:
        arguments = [f'secondary="{link.table}"']
        if link.source is link.target:
            name, table = link.source.name, link.table
            arguments.append(f'primaryjoin="{name}.id == {table}.c.{link.source_column}"')
            arguments.append(f'secondaryjoin="{name}.id == {table}.c.{link.target_column}"')
        if link.inverse:
            arguments.append(f'back_populates="{link.inverse}"')
        arguments += ["passive_deletes=True", f'order_by="{link.target.name}.id"']
        return self._relationship(link.name, f'list["{link.target.name}"]', arguments)

    def _relationship(self, name: str, target: str, arguments: list[str]) -> str:
        relationship = self._module.name("sqlalchemy.orm", "relationship")
        return f"{name}: {self._mapped(target)} = {relationship}({', '.join([*arguments, LAZY])})"


def _is_ambiguous(source: EntityFacts, reference: Relation) -> bool:
    """Return whether there is more than one foreign key between the two tables."""
    target = source.target(reference)
    forth = [other for other in source.references if other.target == target.name]
    back = [other for other in target.references if other.target == source.name]
    return len(forth) > 1 or (target is not source and bool(back))


class ModelPackageView:
    def __init__(self, entities: Sequence[EntityFacts]) -> None:
        self.entities = entities

    @property
    def imports(self) -> str:
        imports = Imports()
        imports.name("app.db.base", "Base")
        for entity in self.entities:
            imports.name(f"app.db.models.{entity.snake}", entity.name)
        return str(imports)

    @property
    def names(self) -> list[str]:
        return sorted(["Base", *(entity.name for entity in self.entities)], key=exported_key)
