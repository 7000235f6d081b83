"""The templates' own names in modules that also name an entity, and the entity's name there if both are the same."""

from __future__ import annotations

import builtins

# Names that the templates use in modules that also name an entity's class, or a variable for one of its rows.
TEMPLATE_CLASSES = {
    "CASES", "Case", "DETAIL", "Decimal", "Detail", "Iterable", "KEY", "LISTED", "Link", "REFERENCES", "Sequence",
    "Session", "Slice", "UUID", "Versions",
}  # fmt: skip
TEMPLATE_VARIABLES = {
    "add_link", "add_links", "check_references", "check_references_of_all", "check_version", "create_rows",
    "created_docs", "crud", "data", "db", "delete_row", "etag", "etag_docs", "fetch_slice", "fetch_slice_of",
    "get_detail", "get_one", "hold_item", "item", "joinedload", "location", "lock_one", "name", "parameters",
    "problem_docs", "remove_link", "replace_links", "request", "require_may_see_deleted", "response", "restore_row",
    "router", "row", "rows", "select", "select_columns", "soft_delete_row", "statement", "value", "values", "versions",
}  # fmt: skip


def local_class(name: str) -> str:
    """Return the name of an entity's class in modules that import it."""
    return f"{name}_" if name in TEMPLATE_CLASSES else name


def variable(snake: str) -> str:
    """Return the variable for one row."""
    return f"{snake}_" if snake in TEMPLATE_VARIABLES else not_builtin(snake)


def not_builtin(name: str) -> str:
    """Return the name, or one with an underscore if it would hide a built-in."""
    return f"{name}_" if hasattr(builtins, name) else name
