"""The specification and the answers as the templates print them: every decision is taken here, none in a template."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from entity_spec import code, types
from entity_spec.code import Imports, literal, member_key
from entity_spec.databases import DATABASES, Database
from entity_spec.model import Entity, Field, Group, Relation, Spec

# Names that the templates use in modules in which an entity's class or a variable for one of its rows stands too.
TEMPLATE_CLASSES = {"Case", "Decimal", "NotFoundError", "Session", "Slice", "TestClient", "UUID"}
TEMPLATE_VARIABLES = {
    "app", "body", "case", "changes", "client", "crud", "data", "db", "fetch_slice", "get_one", "name", "numbers", "page",
    "pytest", "response", "router", "select", "value", "values",
}  # fmt: skip
KEY = "int"


@dataclass(frozen=True)
class EnumClass:
    name: str
    values: tuple[str, ...]
    doc: str = ""


def camel(snake: str) -> str:
    return "".join(word.capitalize() for word in snake.split("_"))


class Project:
    """Everything that a template of the project as a whole prints."""

    def __init__(self, spec: Spec, answers: Mapping[str, object]) -> None:
        self.spec = spec
        self.answers = answers
        self.database = DATABASES[str(answers["database"])]
        self.entities = tuple(EntityView(entity, self) for entity in spec.entities)
        self.lines = spec.lines

    @property
    def flags(self) -> frozenset[str]:
        """What holds for the project, by the names that file names use in brackets."""
        holds = {
            self.database.name: True,
            "enums": bool(self.enum_classes),
            "routed": bool(self.routed),
            "writable": any(entity.writes for entity in self.entities),
            "soft_delete": any(entity.soft_delete for entity in self.entities),
            "soft_deletable": any(entity.soft_delete and entity.writes for entity in self.entities),
        }
        return frozenset(flag for flag, value in holds.items() if value)

    @cached_property
    def by_name(self) -> dict[str, EntityView]:
        return {entity.name: entity for entity in self.entities}

    @property
    def has_email(self) -> bool:
        return any(field.type == "email" for entity in self.spec.entities for field in entity.fields)

    @cached_property
    def enum_classes(self) -> tuple[EnumClass, ...]:
        shared = [EnumClass(enum.name, enum.values, enum.doc) for enum in self.spec.enums]
        own = [
            EnumClass(entity.enum_class(field), field.values)
            for entity in self.entities
            for field in entity.entity.fields
            if field.type == "enum" and not field.enum
        ]
        return (*shared, *own)

    @property
    def soft_delete(self) -> bool:
        """What holds for an entity that does not say otherwise."""
        return self.answers["soft_delete"] == "yes"

    @property
    def connections(self) -> int:
        """How many connections all workers hold at most: each has its pool, and one more for readiness."""
        size, overflow, workers = (int(str(self.answers[name])) for name in ("pool_size", "max_overflow", "workers"))
        return workers * (size + overflow + 1)

    @cached_property
    def table_order(self) -> list[EntityView]:
        """A table after all tables that it refers to; otherwise the order of the text."""
        return [self.by_name[name] for name in reference_order(self.spec)]

    def summary(self) -> str:
        """What was understood, for the end of the generation: plurals are guesses."""
        slug, database = self.answers["project_slug"], self.database
        lines = [f"{entity.name} -> {entity.table}, {entity.route_summary}" for entity in self.entities]
        lines += [
            f"Connections: {self.answers['workers']} workers hold up to {self.connections} in all."
            f" {database.connection_limit}",
            f"Next: cd {slug}",
            *([f"      {database.start_command}"] if database.start_command else []),
            "      uv run fastapi dev    (uv: pip install uv)",
            "      uv run pytest",
        ]
        return "\n".join(lines)

    @property
    def tables_label(self) -> str:
        tables = [entity.table for entity in self.entities]
        return ", ".join(tables) if 0 < len(tables) <= 6 else f"{len(tables)} tables" if tables else "nothing yet"

    @property
    def router_imports(self) -> str:
        imports = Imports()
        imports.name("fastapi", "APIRouter")
        for entity in self.entities:
            if entity.entity.api != "none":
                imports.name("app.routers", entity.plural)
        return str(imports)

    @property
    def routed(self) -> list[EntityView]:
        return [entity for entity in self.entities if entity.entity.api != "none"]

    @property
    def model_imports(self) -> str:
        imports = Imports()
        imports.name("app.db.base", "Base")
        for entity in self.entities:
            imports.name(f"app.db.models.{entity.snake}", entity.name)
        return str(imports)

    @property
    def model_names(self) -> list[str]:
        return sorted(["Base", *(entity.name for entity in self.entities)], key=member_key)

    @property
    def case_imports(self) -> str:
        imports = Imports()
        imports.name("app.db.models", "Base")
        for entity in self.routed:
            imports.name("app.db.models", entity.name, entity.model)
            for function in (f"make_{entity.snake}", f"new_{entity.snake}"):
                imports.name(f"tests.factories.{entity.snake}", function)
        return str(imports)

    @property
    def migration_imports(self) -> str:
        imports = Imports()
        if self.entities:
            imports.name("alembic", "op")
            imports.module("sqlalchemy", "sa")
        for entity in self.entities:
            for field in entity.entity.fields:
                imports.expand(entity.migration_type(field))
        return str(imports)


class EntityView:
    """Everything that a template of one entity prints."""

    def __init__(self, entity: Entity, project: Project) -> None:
        self.entity = entity
        self.project = project
        self.name = entity.name
        self.snake = entity.snake
        self.plural = entity.plural
        self.table = entity.table
        self.doc = entity.doc
        self.label = entity.snake.replace("_", " ")
        self.label_plural = entity.plural.replace("_", " ")
        self.soft_delete = project.soft_delete if entity.softdelete is None else entity.softdelete
        self.timestamps = entity.timestamps is not False
        self.model = f"{self.name}_" if self.name in TEMPLATE_CLASSES else self.name
        self.var = f"{self.snake}_" if self.snake in TEMPLATE_VARIABLES or hasattr(builtins, self.snake) else self.snake
        self.writes = entity.api == "full"

    @property
    def flags(self) -> frozenset[str]:
        holds = {"routes": self.entity.api != "none", "writes": self.writes, "embeds": self.embeds}
        return frozenset(flag for flag, value in holds.items() if value)

    @property
    def a_label(self) -> str:
        return f"{'an' if self.label[0] in 'aeio' else 'a'} {self.label}"

    @property
    def route_summary(self) -> str:
        path = f"/api/v1/{self.plural}"
        return {"full": path, "read": f"{path}, reading only", "none": "none"}[self.entity.api]

    @property
    def reference_summary(self) -> str:
        return ", ".join(f"{ref.name}: {ref.target} ({ref.rule})" for ref in self.references) or "-"

    @property
    def detail_name(self) -> str:
        return f"{self.name}Detail" if self.embeds else f"{self.name}Out"

    def enum_class(self, field: Field) -> str:
        return field.enum or f"{self.name}{camel(field.name)}"

    def scalar(self, field: Field) -> types.ScalarType:
        if field.type == "enum":
            return types.enum_type(self.enum_class(field))
        return types.TYPES[field.type]

    @property
    def references(self) -> tuple[Relation, ...]:
        return self.entity.references

    # The other sides

    @cached_property
    def inverses(self) -> tuple[tuple[EntityView, Relation], ...]:
        found = self.project.spec.inverses[self.name]
        return tuple((self.project.by_name[source.name], relation) for source, relation in found)

    @cached_property
    def owned(self) -> tuple[tuple[EntityView, Relation], ...]:
        return tuple((source, relation) for source, relation in self.inverses if relation.rule == "cascade")

    @property
    def embeds(self) -> bool:
        return bool(self.references or self.owned)

    def target(self, relation: Relation) -> EntityView:
        return self.project.by_name[relation.target]

    # The model

    @cached_property
    def _model_module(self) -> Imports:
        neighbours = {relation.target for relation in self.references} | {source.name for source, _ in self.inverses}
        attributes = {member.name for member in self.entity.members}
        attributes |= {relation.column for relation in self.references}
        attributes |= {relation.inverse or "" for _, relation in self.inverses}
        return Imports(taken={self.name} | neighbours | attributes)

    @property
    def model_imports(self) -> str:
        # What the other properties print decides what is imported.
        _ = self.bases, self.columns, self.relationships, self.table_args
        neighbours = {self.target(relation) for relation in self.references} | {source for source, _ in self.inverses}
        neighbours.discard(self)
        imports = self._model_module
        if not neighbours:
            return f"{imports}"
        checking = imports.name("typing", "TYPE_CHECKING")
        only_typed = Imports()
        for neighbour in neighbours:
            only_typed.name(f"app.db.models.{neighbour.snake}", neighbour.name)
        block = "".join(f"    {line}\n" for line in str(only_typed).splitlines())
        return f"{imports}\nif {checking}:\n{block}"

    @property
    def bases(self) -> str:
        imports = self._model_module
        bases = []
        if self.timestamps:
            bases.append(imports.name("app.db.base", "Timestamps"))
        if self.soft_delete:
            bases.append(imports.name("app.db.soft_delete", "SoftDelete"))
        return ", ".join([*bases, imports.name("app.db.base", "Base")])

    @property
    def columns(self) -> list[str]:
        imports = self._model_module
        mapped = imports.name("sqlalchemy.orm", "Mapped")
        key = imports.name("app.db.keys", "PrimaryKey")
        lines = [f"id: {mapped}[{key}]"]
        for field in self.entity.fields:
            lines.append(f"{field.name}: {mapped}[{_optional(self._python(field, imports), field)}]{self._column(field)}")
        for reference in self.references:
            foreign_key = imports.name("sqlalchemy", "ForeignKey")
            mapped_column = imports.name("sqlalchemy.orm", "mapped_column")
            arguments = [
                f'{foreign_key}("{self.target(reference).table}.id", ondelete="{_ondelete(reference)}")',
                "index=True",
                *_comment(reference),
            ]
            annotation = _optional(KEY, reference)
            lines.append(f"{reference.column}: {mapped}[{annotation}] = {mapped_column}({', '.join(arguments)})")
        return lines

    def _python(self, field: Field, imports: Imports) -> str:
        return imports.expand(self.scalar(field).python)

    def _column(self, field: Field) -> str:
        imports = self._model_module
        column_type = self.project.database.json_column if field.type == "json" else self.scalar(field).column(field)
        arguments = [imports.expand(column_type)] if column_type else []
        if field.default is not None:
            arguments.append(f"default={self._default(field, imports)}")
        if field.unique and not self.soft_delete:
            arguments.append("unique=True")
        if field.index:
            arguments.append("index=True")
        arguments += _comment(field)
        if not arguments:
            return ""
        return f" = {imports.name('sqlalchemy.orm', 'mapped_column')}({', '.join(arguments)})"

    def _default(self, field: Field, imports: Imports) -> str:
        scalar, text = self.scalar(field), field.default or ""
        factory = dict(scalar.factories).get(text)
        if factory:
            return imports.expand(factory)
        expression = scalar.default(text)
        # A text of the user's is no place to look for names in.
        return expression if scalar.default is literal else imports.expand(expression)

    @property
    def uniques(self) -> list[tuple[str, ...]]:
        """The columns of every uniqueness that stands in the table's arguments."""
        single = [(field.name,) for field in self.entity.fields if field.unique and self.soft_delete]
        return single + [self.group_columns(group) for group in self.entity.groups if group.kind == "unique"]

    def group_columns(self, group: Group) -> tuple[str, ...]:
        references = {reference.name: reference.column for reference in self.references}
        return tuple(references.get(member, member) for member in group.members)

    @property
    def table_args(self) -> list[str]:
        imports = self._model_module
        arguments = []
        for columns in self.uniques:
            names = _quoted(columns)
            if self.soft_delete:
                unique = imports.name("app.db.dialect", "unique_while_live")
                arguments.append(f'{unique}("{_name("uq", self.table, columns)}", {names})')
            else:
                arguments.append(f"{imports.name('sqlalchemy', 'UniqueConstraint')}({names})")
        for group in self.entity.groups:
            if group.kind == "index":
                columns = self.group_columns(group)
                index = imports.name("sqlalchemy", "Index")
                arguments.append(f'{index}("{_name("ix", self.table, columns)}", {_quoted(columns)})')
        return arguments

    @property
    def relationships(self) -> list[str]:
        imports = self._model_module
        return [
            *(self._reference(relation, imports) for relation in self.references),
            *(self._collection(source, relation, imports) for source, relation in self.inverses),
        ]

    def _reference(self, relation: Relation, imports: Imports) -> str:
        arguments = [f'back_populates="{relation.inverse}"'] if relation.inverse else []
        if relation.target == self.name:
            arguments.append(f'remote_side="{self.name}.id"')
        if self._is_ambiguous(relation):
            arguments.append(f"foreign_keys=[{relation.column}]")
        target = f'"{relation.target} | None"' if relation.optional else f'"{relation.target}"'
        return self._relationship(relation.name, target, arguments, imports)

    def _collection(self, source: EntityView, relation: Relation, imports: Imports) -> str:
        arguments = [f'back_populates="{relation.name}"']
        if source._is_ambiguous(relation):
            arguments.append(f'foreign_keys="{source.name}.{relation.column}"')
        if relation.rule == "cascade":
            arguments += ['cascade="all, delete-orphan"', "passive_deletes=True"]
        else:
            # The database's own rule decides; the ORM neither loads nor empties the children.
            arguments.append('passive_deletes="all"')
        arguments.append(f'order_by="{source.name}.id"')
        return self._relationship(relation.inverse or "", f'list["{source.name}"]', arguments, imports)

    def _relationship(self, name: str, target: str, arguments: list[str], imports: Imports) -> str:
        mapped, relationship = imports.name("sqlalchemy.orm", "Mapped"), imports.name("sqlalchemy.orm", "relationship")
        return f'{name}: {mapped}[{target}] = {relationship}({", ".join([*arguments, LAZY])})'

    def _is_ambiguous(self, relation: Relation) -> bool:
        """Whether two foreign keys lie between the two tables."""
        forth = [other for other in self.references if other.target == relation.target]
        back = [other for other in self.target(relation).references if other.target == self.name]
        return len(forth) > 1 or (relation.target != self.name and bool(back))

    # The migration

    def migration_type(self, field: Field) -> str:
        return self.project.database.json_migration if field.type == "json" else self.scalar(field).migration(field)

    @property
    def migration_items(self) -> Iterator[str]:
        imports = Imports()
        database = self.project.database
        yield f'sa.Column("id", {database.key_migration}{database.identity}, nullable=False)'
        for field in self.entity.fields:
            yield _sa_column(field.name, imports.expand(self.migration_type(field)), field)
        for reference in self.references:
            yield _sa_column(reference.column, database.key_migration, reference)
        for name in self.mixin_columns:
            nullable = name == "deleted_at"
            yield f'sa.Column("{name}", sa.DateTime(timezone=True), nullable={nullable})'
        for reference in self.references:
            name, table = _name("fk", self.table, (reference.column,)), self.target(reference).table
            rule = f'ondelete="{_ondelete(reference)}"'
            yield f'sa.ForeignKeyConstraint(["{reference.column}"], ["{table}.id"], name="{name}", {rule})'
        yield f'sa.PrimaryKeyConstraint("id", name="{_name("pk", self.table, ())}")'
        if not self.soft_delete:
            plain = [(field.name,) for field in self.entity.fields if field.unique]
            for columns in [*plain, *self.uniques]:
                yield f'sa.UniqueConstraint({_quoted(columns)}, name="{_name("uq", self.table, columns)}")'

    @property
    def mixin_columns(self) -> list[str]:
        return ["created_at", "updated_at"] * self.timestamps + ["deleted_at"] * self.soft_delete

    @property
    def migration_indexes(self) -> Iterator[str]:
        single = [(field.name,) for field in self.entity.fields if field.index]
        single += [(reference.column,) for reference in self.references]
        groups = [self.group_columns(group) for group in self.entity.groups if group.kind == "index"]
        for columns in single + groups:
            yield f'op.create_index("{_name("ix", self.table, columns)}", "{self.table}", [{_quoted(columns)}])'
        if self.soft_delete:
            live = f'{self.project.database.live_rows}=sa.text("deleted_at IS NULL")'
            for columns in self.uniques:
                name = _name("uq", self.table, columns)
                yield f'op.create_index("{name}", "{self.table}", [{_quoted(columns)}], unique=True, {live})'

    # The schemas

    @cached_property
    def _schema_module(self) -> Imports:
        return Imports(taken={field.name for field in self.entity.fields})

    @cached_property
    def schema_aliases(self) -> dict[str, str]:
        """Annotations that are too long for a field's line, by the names that they get."""
        return {}

    def _shorten(self, name: str, annotation: str) -> str:
        longest = f"    {name}: {annotation} | MISSING | None = MISSING"
        if len(longest) <= code.WIDTH or "[" not in annotation:
            return annotation
        alias = f"_{camel(name)}"
        if self.schema_aliases.setdefault(alias, annotation) != annotation:
            alias = f"_{camel(name)}Out"
            self.schema_aliases[alias] = annotation
        return alias

    @property
    def schema_imports(self) -> str:
        _ = self.create_fields, self.update_fields, self.out_fields
        for base in ("Input", "Output"):
            self._schema_module.name("app.schemas.base", base)
        return str(self._schema_module)

    @property
    def _sent(self) -> list[Field]:
        return [field for field in self.entity.fields if not field.readonly]

    @property
    def create_fields(self) -> list[str]:
        imports = self._schema_module
        lines = []
        for field in self._sent:
            default = " = None" if field.optional else ""
            if field.default is not None:
                default = f" = {self._default(field, imports)}"
                if field.default in dict(self.scalar(field).factories):
                    default = f" = {imports.name('pydantic', 'Field')}(default_factory={default[3:]})"
            lines.append(f"{field.name}: {_optional(self._accepts(field, imports), field)}{default}")
        for reference in self.references:
            default = " = None" if reference.optional else ""
            lines.append(f"{reference.column}: {_optional(self._key(reference, imports), reference)}{default}")
        return lines or ["pass"]

    @property
    def update_fields(self) -> list[str]:
        imports = self._schema_module
        sent = [(field.name, self._accepts(field, imports), field.optional) for field in self._sent]
        sent += [(ref.column, self._key(ref, imports), ref.optional) for ref in self.references]
        missing = imports.name("pydantic", "MISSING") if sent else ""
        lines = [
            f"{name}: {annotation} | {missing}{' | None' if optional else ''} = {missing}"
            for name, annotation, optional in sent
        ]
        return lines or ["pass"]

    def _accepts(self, field: Field, imports: Imports) -> str:
        scalar = self.scalar(field)
        limits = [imports.expand(limit) for limit in scalar.limits(field)]
        # The limits of the type itself would only be repeated.
        accepts = "int" if limits and field.type in types.INT_LIMITS else imports.expand(scalar.accepts)
        return self._shorten(field.name, _annotated(accepts, [*limits, *_description(field)], imports))

    def _key(self, reference: Relation, imports: Imports) -> str:
        annotation = _annotated(imports.name("app.schemas.base", "Id"), list(_description(reference)), imports)
        return self._shorten(reference.column, annotation)

    @property
    def out_fields(self) -> list[str]:
        imports = self._schema_module
        lines = [f"id: {KEY}"]
        for field in self.entity.fields:
            if not field.writeonly:
                annotation = _annotated(self._python(field, imports), list(_description(field)), imports)
                lines.append(f"{field.name}: {_optional(self._shorten(field.name, annotation), field)}")
        lines += [f"{reference.column}: {_optional(KEY, reference)}" for reference in self.references]
        if self.timestamps:
            lines += [f"{name}: {imports.expand('@dt.datetime')}" for name in ("created_at", "updated_at")]
        return lines

    @property
    def out_names(self) -> list[str]:
        return [line.partition(":")[0] for line in self.out_fields]

    @property
    def list_columns(self) -> list[str]:
        return [f"{self.model}.{name}" for name in self.out_names]

    @property
    def detail_fields(self) -> list[str]:
        lines = []
        for reference in self.references:
            target = self.target(reference)
            none = " | None" if reference.optional or target.soft_delete else ""
            lines.append(f"{reference.name}: {target.name}Out{none}")
        return lines + [f"{relation.inverse}: list[{source.name}Out]" for source, relation in self.owned]

    @property
    def detail_imports(self) -> str:
        imports = Imports()
        shown = {self, *(self.target(reference) for reference in self.references), *(source for source, _ in self.owned)}
        for entity in shown:
            imports.name(f"app.schemas.{entity.snake}", f"{entity.name}Out")
        return str(imports)

    # Crud and routers

    @property
    def loads(self) -> list[str]:
        joined = [f"joinedload({self.model}.{reference.name})" for reference in self.references]
        return joined + [f"selectinload({self.model}.{relation.inverse})" for _, relation in self.owned]

    @property
    def delete_statement(self) -> str:
        return f"{self.var}.deleted_at = utc_now()" if self.soft_delete else f"db.delete({self.var})"

    @property
    def crud_imports(self) -> str:
        imports = Imports()
        for entity in {self, *(self.target(reference) for reference in self.references)}:
            imports.name(f"app.db.models.{entity.snake}", entity.name, entity.model)
        names = [
            ("sqlalchemy", "select"),
            ("app.crud.lookup", "get_one"),
            (f"app.schemas.{self.snake}", f"{self.name}Create"),
            (f"app.schemas.{self.snake}", f"{self.name}Update"),
        ]
        names += [("app.crud.lookup", "check_references")] * bool(self.references)
        names += [("app.clock", "utc_now")] * self.soft_delete
        names += [("sqlalchemy.orm", load.partition("(")[0]) for load in self.loads]
        for module, name in names:
            imports.name(module, name)
        imports.name("sqlalchemy.orm", "Session")
        for name in ("Slice", "fetch_slice"):
            imports.name("app.crud.paging", name)
        return str(imports)

    @property
    def router_imports(self) -> str:
        imports = Imports()
        imports.name("fastapi", "APIRouter")
        imports.name("app.crud", self.snake, "crud")
        for name in ("DbSession", "PageQuery"):
            imports.name("app.dependencies", name)
        imports.name("app.problems", "problem_docs")
        for name in ("Id", "Page"):
            imports.name("app.schemas.base", name)
        for suffix in ("Create", "Update", "Out") if self.writes else ("Out",):
            imports.name(f"app.schemas.{self.snake}", f"{self.name}{suffix}")
        if self.embeds:
            imports.name(f"app.schemas.{self.snake}_detail", f"{self.name}Detail")
        return str(imports)


    # Tests

    @property
    def required_references(self) -> list[Relation]:
        """The parents that a row cannot be made without."""
        return [reference for reference in self.references if not reference.optional]

    @property
    def samples(self) -> list[tuple[str, str]]:
        return [(field.name, self._factory_module.expand(self._sample(field))) for field in self._sent]

    @property
    def choices(self) -> list[tuple[str, list[str]]]:
        found = [(f"{field.name.upper()}_CHOICES", types.choices(field)) for field in self._sent]
        return [(name, [literal(value) for value in values]) for name, values in found if len(values) > 1]

    @property
    def counts(self) -> bool:
        return any(re.search(r"\bn\b", sample) for _, sample in self.samples)

    def _sample(self, field: Field) -> str:
        return self.scalar(field).sample(field)

    @property
    def is_updated(self) -> bool:
        """Whether the values of two bodies differ at all."""
        return self.rows > 1 and (bool(self.required_references) or self.counts)

    @cached_property
    def rows(self) -> int:
        """How many rows a test may make; where a unique column takes few values, no more than that."""
        own = [types.capacity(field) for field in self.entity.fields if field.unique]
        parents = [self.target(reference).rows for reference in self.references if not reference.optional]
        return min([*own, *parents, types.ROWS])

    @property
    def required_names(self) -> str:
        required = [field.name for field in self._sent if not field.optional]
        required += [reference.column for reference in self.references if not reference.optional]
        return f"({_quoted(required)}{',' * (len(required) == 1)})"

    @property
    def unique_fields(self) -> list[Field]:
        return [field for field in self._sent if field.unique and not field.writeonly]

    @property
    def shown(self) -> str:
        """What a client sends and gets back, of a dict `values`."""
        hidden = [field.name for field in self._sent if field.writeonly]
        if not hidden:
            return "values"
        return f"{{name: value for name, value in values.items() if name not in {{{_quoted(hidden)}}}}}"

    @cached_property
    def _factory_module(self) -> Imports:
        return Imports()

    @property
    def factory_imports(self) -> str:
        _ = self.samples
        imports = self._factory_module
        if self.counts:
            imports.module("itertools", "itertools")
        imports.name("sqlalchemy.orm", "Session")
        imports.name(f"app.crud.{self.snake}", f"create_{self.snake}")
        imports.name(f"app.db.models.{self.snake}", self.name, self.model)
        imports.name(f"app.schemas.{self.snake}", f"{self.name}Create")
        for reference in self.required_references:
            parent = self.target(reference).snake
            imports.name(f"tests.factories.{parent}", f"make_{parent}")
        return str(imports)

    @property
    def crud_test_imports(self) -> str:
        imports = Imports()
        imports.module("pytest", "pytest")
        imports.name("sqlalchemy.orm", "Session")
        imports.name("app.errors", "NotFoundError")
        for function in ("delete", "get", "update"):
            imports.name(f"app.crud.{self.snake}", f"{function}_{self.snake}")
        imports.name(f"app.crud.{self.snake}", f"list_{self.plural}")
        for suffix in ("Out", "Update"):
            imports.name(f"app.schemas.{self.snake}", f"{self.name}{suffix}")
        for function in (f"make_{self.snake}", f"new_{self.snake}"):
            imports.name(f"tests.factories.{self.snake}", function)
        return str(imports)

    @property
    def router_test_imports(self) -> str:
        imports = Imports()
        imports.name("fastapi.testclient", "TestClient")
        imports.name("sqlalchemy.orm", "Session")
        imports.name(f"tests.factories.{self.snake}", f"new_{self.snake}")
        made = {source for source, _ in self.owned} | {self.target(reference) for reference in self.references}
        for entity in made | ({self} if made else set()):
            imports.name(f"tests.factories.{entity.snake}", f"make_{entity.snake}")
        return str(imports)


LAZY = 'lazy="raise_on_sql"'


def unsupported(spec: Spec) -> str:
    """What the language can say and the generator cannot make yet, in one line; "" where there is nothing."""
    for entity in spec.entities:
        for relation in entity.relations:
            where = f"{entity.name}.{relation.name}"
            if relation.many:
                return f"{where}: many-to-many is not generated yet; write an entity with two references instead"
            if relation.unique:
                return f"{where}: one-to-one is not generated yet; write the reference without unique"
    ordered = set(reference_order(spec))
    cycle = [entity.name for entity in spec.entities if entity.name not in ordered]
    return f"{', '.join(cycle)}: references in a cycle are not generated yet; leave one of them out" if cycle else ""


def reference_order(spec: Spec) -> list[str]:
    """The entities' names, each after all that it refers to; those in a cycle, and those behind them, are left out."""
    needs = {entity.name: {ref.target for ref in entity.references} - {entity.name} for entity in spec.entities}
    placed: list[str] = []
    ready = [name for name, others in needs.items() if not others]
    while ready:
        placed += ready
        for name in ready:
            del needs[name]
        done = set(placed)
        ready = [name for name, others in needs.items() if others <= done]
    return placed


def _optional(annotation: str, member: Field | Relation) -> str:
    return f"{annotation} | None" if member.optional else annotation


def _annotated(annotation: str, arguments: list[str], imports: Imports) -> str:
    if not arguments:
        return annotation
    annotated, field = imports.name("typing", "Annotated"), imports.name("pydantic", "Field")
    return f"{annotated}[{annotation}, {field}({', '.join(arguments)})]"


def _description(member: Field | Relation) -> Iterable[str]:
    return [f"description={literal(member.doc)}"] if member.doc else []


def _comment(member: Field | Relation) -> Iterable[str]:
    return [f"comment={literal(member.doc)}"] if member.doc else []


def _sa_column(name: str, column_type: str, member: Field | Relation) -> str:
    arguments = [f'"{name}"', column_type, f"nullable={member.optional}", *_comment(member)]
    return f"sa.Column({', '.join(arguments)})"


def _ondelete(relation: Relation) -> str:
    return {"cascade": "CASCADE", "restrict": "RESTRICT", "setnull": "SET NULL"}[relation.rule]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _name(kind: str, table: str, columns: tuple[str, ...]) -> str:
    return "_".join([kind, table, *columns])
