"""Filters of lists. A parameter is named after a column and, after two underscores, the kind of comparison."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql.base import ColumnCollection

from app.db import dialect
from app.schemas.base import DeletableListParameters, ListParameters

# Conditions for parameters that are not columns: by name, made from the parameter's value.
Filters = Mapping[str, Callable[[Any], ColumnElement[bool]]]


def conditions(
    columns: ColumnCollection[str, ColumnElement[object]], parameters: ListParameters, filters: Filters
) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters that a client has set."""
    found = []
    # Sorted, so that the same filters make the same statement.
    for parameter in sorted(parameters.model_fields_set - DeletableListParameters.model_fields.keys()):
        name, _, comparison = parameter.partition("__")
        value = getattr(parameters, parameter)
        if parameter in filters:
            found.append(filters[parameter](value))
        elif name in columns:
            found.append(_compare(columns[name], comparison, value))
        else:
            raise RuntimeError(f"{parameter} is not a column: pass its condition in `filters` of fetch_slice()")
    return found


def _compare(column: ColumnElement[object], comparison: str, value: object) -> ColumnElement[bool]:
    match comparison, value:
        case "gte", _:
            return column >= value
        case "lte", _:
            return column <= value
        case "in", list():
            return column.in_(value)
        case "contains", str():
            return dialect.contains(column, value)
        case _:
            return column == value
