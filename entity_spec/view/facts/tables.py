"""What a model has in common with the migration that creates its table."""

from __future__ import annotations

from entity_spec.code import literal
from entity_spec.names import created_index
from entity_spec.view.facts.entity import EntityFacts

ONDELETE = {"cascade": "CASCADE", "restrict": "RESTRICT", "setnull": "SET NULL"}


def constraint_name(kind: str, table: str, *columns: str) -> str:
    return "_".join([kind, table, *columns])


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
