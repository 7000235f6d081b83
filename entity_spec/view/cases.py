"""The list of entities for the tests that all of them have to pass."""

from __future__ import annotations

from collections.abc import Sequence

from entity_spec import types
from entity_spec.code import Imports, quoted
from entity_spec.model import Field
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.facts.rows import RowFacts


class CaseView:
    """An entity's entry, with what is not true of most entities."""

    def __init__(self, entity: EntityFacts, rows: RowFacts) -> None:
        self.entity = entity
        self.rows = rows

    @property
    def kinds(self) -> dict[str, str]:
        """The fields that a client sends, with their types."""
        kinds = {field.name: _kind(field) for field in self.entity.sent_fields}
        kinds |= {reference.column: "key" for reference in self.entity.references}
        return kinds | {link.name: "keys" for link in self.entity.links}

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """The columns that are not in all schemas, each with the schemas that lack it."""
        found = []
        for field in self.entity.spec.fields:
            schemas = ["create", "update"] * field.readonly + ["out"] * field.writeonly
            schemas += ["parameters"] * (field not in self.entity.filtered_fields)
            if schemas:
                found.append((field.name, f"({quoted(schemas)}{',' * (len(schemas) == 1)})"))
        return found


class CaseListView:
    def __init__(self, entries: Sequence[CaseView]) -> None:
        self.entries = entries

    @property
    def imports(self) -> str:
        imports = Imports()
        imports.name("tests.expectations", "Case")
        for entity in (entry.entity for entry in self.entries):
            imports.name("app.db.models", entity.name, entity.local)
            for suffix in ("Create", "ListParameters", "Out", "Update"):
                imports.name(f"app.schemas.{entity.snake}", f"{entity.name}{suffix}")
            for function in (f"make_{entity.snake}", f"new_{entity.snake}"):
                imports.name(f"tests.factories.{entity.snake}", function)
        return str(imports)


def _kind(field: Field) -> str:
    """The type of a field for the tests of bad input: what most texts or numbers cannot be, longer ones can."""
    longer = field.type == "text" and (field.max_length or 0) > types.TEXT_LENGTH
    return f"long {field.type}" if longer or types.is_long(field) else field.type
