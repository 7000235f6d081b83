"""An entity's schemas: what is sent, what is shown, and the parameters of a list."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from functools import cached_property

from entity_spec.code import WIDTH, Imports, columns, literal, optional, quoted
from entity_spec.model import Field, Relation
from entity_spec.names import SCHEMAS, camel
from entity_spec.types import INT_LIMITS, JSON_INT, ORDERED, TYPES, ScalarType, default, filter_operators, is_long
from entity_spec.view.facts.entity import EntityFacts

PAGE_PARAMETERS = {"limit", "cursor", "sort", "with_total", "include_deleted"}
"""The parameters of a list other than its filters."""


class SchemaView:
    def __init__(self, entity: EntityFacts) -> None:
        self.entity = entity

    @cached_property
    def _module(self) -> Imports:
        return Imports(taken=self._field_names | self._alias_names | self._class_names)

    @property
    def _field_names(self) -> set[str]:
        return {name for member in self.entity.spec.members for name in (member.name, getattr(member, "column", ""))}

    @property
    def _alias_names(self) -> set[str]:
        """The names that annotations at the top of the module may get."""
        limited = [field.name for field in self.entity.sent_fields if self._limits(field) or field.pattern is not None]
        described = [member.name for member in self.entity.spec.members if member.doc]
        described += [reference.column for reference in self.entity.references if reference.doc]
        return {camel(name) for name in [*limited, *described]} | {f"Shown{camel(name)}" for name in described}

    def _limits(self, field: Field) -> tuple[str, ...]:
        scalar = self.entity.scalar(field)
        return (*scalar.limits(field), *scalar.after(field))

    @property
    def _class_names(self) -> set[str]:
        return {f"{self.entity.name}{suffix}" for suffix in SCHEMAS}

    @property
    def imports(self) -> str:
        # The other properties decide what is imported.
        _ = self.create, self.update, self.out, self.query, self.query_base, self.input, self.output
        return str(self._module)

    @property
    def input(self) -> str:
        return self._module.name("app.schemas.base", "Input")

    @property
    def output(self) -> str:
        return self._module.name("app.schemas.base", "Output")

    @cached_property
    def aliases(self) -> dict[str, str]:
        """The annotations at the top of the module, by name, so that a field's limits are written once."""
        return {}

    def _alias(self, name: str, annotation: str) -> str:
        while name in self._class_names or hasattr(builtins, name) or self.aliases.get(name, annotation) != annotation:
            name += "_"
        self.aliases[name] = annotation
        return name

    # What is sent

    @property
    def create(self) -> list[str]:
        lines = []
        for field in self.entity.sent_fields:
            annotation = optional(self._accepts(field), field.optional)
            lines.append(f"{field.name}: {annotation}{self._default(field, annotation)}")
        for reference in self.entity.references:
            annotation = optional(self._key(reference), reference.optional)
            lines.append(f"{reference.column}: {annotation}{' = None' if reference.optional else ''}")
        return lines + [f"{link.name}: {self._keys()} = []" for link in self.entity.links]

    @property
    def update(self) -> list[str]:
        sent = [(field.name, self._accepts(field), field.optional) for field in self.entity.sent_fields]
        sent += [(ref.column, self._key(ref), ref.optional) for ref in self.entity.references]
        sent += [(link.name, self._keys(), False) for link in self.entity.links]
        missing = self._module.name("pydantic", "MISSING") if sent else ""
        return [
            f"{name}: {annotation} | {missing}{' | None' if nullable else ''} = {missing}"
            for name, annotation, nullable in sent
        ]

    def _default(self, field: Field, annotation: str) -> str:
        if field.default is None:
            return " = None" if field.optional else ""
        scalar = self.entity.scalar(field)
        value = default(scalar, field, self._module)
        if field.default in dict(scalar.factories):
            value = f"{self._module.name('pydantic', 'Field')}(default_factory={value})"
        elif is_long(field) and abs(int(value)) > JSON_INT:
            value = (
                f'{self._module.name("pydantic", "Field")}(default={value}, json_schema_extra={{"default": "{value}"}})'
            )
        elif columns(f"    {field.name}: {annotation} = {value}") > WIDTH:
            value = f"{self._module.name('pydantic', 'Field')}(default={value})"
        return f" = {value}"

    def _accepts(self, field: Field) -> str:
        scalar = self.entity.scalar(field)
        limits = [self._module.expand(limit) for limit in scalar.limits(field)]
        if field.pattern is not None:
            # Behind a validator, Pydantic would check a pattern, but not tell the document.
            accepts, after = "str", [self._module.name("app.schemas.base", "Storable")]
        else:
            # The limits of the type itself would only be repeated, and none can follow what is done with a value.
            limited = limits and field.type in (*INT_LIMITS, "float")
            accepts = self._module.expand(scalar.python if limited else scalar.accepts)
            after = [self._module.expand(text) for text in scalar.after(field)]
        return self._input(field.name, accepts, limits, field.doc, *after)

    def _key(self, reference: Relation) -> str:
        return self._input(reference.column, self._module.name("app.values", "Id"), [], reference.doc)

    def _keys(self) -> str:
        return self._module.name("app.values", "Ids")

    # What is shown

    @property
    def out(self) -> list[str]:
        entity = self.entity
        key = self._module.expand(entity.settings.key.python)
        lines = [f"id: {key}"]
        for field in entity.spec.fields:
            if not field.writeonly:
                scalar = entity.scalar(field)
                python = self._module.expand(scalar.shows(field) or scalar.python)
                annotation = self._inline(
                    f"Shown{camel(field.name)}", field.name, self._annotated(python, [], field.doc)
                )
                lines.append(f"{field.name}: {optional(annotation, field.optional)}")
        lines += [f"{reference.column}: {optional(key, reference.optional)}" for reference in entity.references]
        if entity.timestamps or entity.soft_delete:
            moment = self._module.expand("@dt.datetime")
            lines += [f"{name}: {moment}" for name in ("created_at", "updated_at") if entity.timestamps]
            lines += [f"deleted_at: {moment} | None"] * entity.soft_delete
        return lines

    @property
    def out_names(self) -> list[str]:
        return [line.partition(":")[0] for line in self.out]

    # What is asked of a list

    @property
    def query_base(self) -> str:
        return self._module.name(
            "app.schemas.base", "DeletableListParameters" if self.entity.soft_delete else "ListParameters"
        )

    @property
    def query(self) -> list[str]:
        """How the list is sorted, and the filters, each named after its column and its operator."""
        orders = quoted(order for name in self.sortable for order in (name, f"-{name}"))
        missing = self._module.name("pydantic", "MISSING")
        lines = [f'sort: {self._module.name("typing", "Literal")}[{orders}] = "id"']
        for name, annotation, operators in self._filters():
            for operator in operators:
                plain = operator == "eq" and name not in PAGE_PARAMETERS
                parameter = name if plain else f"{name}__{operator}"
                lines.append(f"{parameter}: {self._filter(annotation, operator)} | {missing} = {missing}")
        return lines

    def _filter(self, annotation: str, operator: str) -> str:
        if operator == "contains":
            return self._module.name("app.schemas.base", "Search")
        return f"{self._module.name('app.schemas.base', 'Several')}[{annotation}]" if operator == "in" else annotation

    @property
    def sortable(self) -> list[str]:
        """The columns that have an index and are never empty."""
        entity = self.entity
        fields = [field for field in entity.spec.fields if (field.index or field.unique) and not field.writeonly]
        names = [field.name for field in fields if not field.optional]
        names += [reference.column for reference in entity.references if not reference.optional]
        return ["id", *names, *["created_at"] * entity.timestamps]

    def _filters(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield each column that is shown: its name, what it is compared with, and how."""
        entity = self.entity
        for field in entity.filtered_fields:
            scalar = entity.scalar(field)
            operators = filter_operators(field, scalar)
            # A part of a text has another type than the whole: see `_filter`.
            whole = self._filtered(field, scalar) if operators != ("contains",) else ""
            yield field.name, whole, operators
        for reference in entity.references:
            yield reference.column, self._module.name("app.values", "Id"), ("eq", "in")
        for name in ("created_at", "updated_at") * entity.timestamps:
            yield name, self._module.expand(TYPES["datetime"].accepts), ORDERED

    def _filtered(self, field: Field, scalar: ScalarType) -> str:
        accepts, limits = self._module.expand(scalar.accepts), [*scalar.filter_limits(field)]
        annotation = self._annotated(accepts, limits)
        known = [name for name, value in self.aliases.items() if value == annotation]
        if known:
            return known[0]
        alias = f"{camel(field.name)}Filter"
        if scalar.operators == ORDERED and annotation != accepts:
            # Ranges have it twice more.
            return self._alias(alias, annotation)
        return self._inline(alias, field.name, annotation)

    # Annotations

    def _input(self, name: str, accepts: str, limits: list[str], doc: str, *after: str) -> str:
        annotation = self._annotated(accepts, limits, doc, *after)
        if annotation == accepts:
            return self._inline(camel(name), name, annotation)
        return self._alias(camel(name), annotation)

    def _inline(self, alias: str, name: str, annotation: str) -> str:
        """Return the annotation itself, unless a line with it would be too long."""
        fits = columns(f"    {name}__in: Several[{annotation}] | MISSING = MISSING") <= WIDTH
        return annotation if fits else self._alias(alias, annotation)

    def _annotated(self, annotation: str, limits: list[str], doc: str = "", *after: str) -> str:
        arguments = [*limits, f"description={literal(doc)}"] if doc else limits
        if not arguments:
            return annotation
        annotated, field = self._module.name("typing", "Annotated"), self._module.name("pydantic", "Field")
        parts = [annotation, f"{field}({', '.join(arguments)})", *after]
        return f"{annotated}[{', '.join(parts)}]"
