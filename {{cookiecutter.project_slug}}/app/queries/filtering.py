"""Filters of lists. A parameter's name says which column is meant and, after two underscores, how it is compared."""

from collections.abc import Collection

from sqlalchemy import ColumnElement
from sqlalchemy.sql.base import ColumnCollection

from app.schemas.base import DeletableListParameters, ListParameters


def conditions(
    columns: ColumnCollection[str, ColumnElement[object]], parameters: ListParameters, applied: Collection[str] = ()
) -> list[ColumnElement[bool]]:
    """What the filters that a client has set demand of a row, but for those in `applied`."""
    found = []
    # In one order, so that the same filters are the same statement.
    for parameter in sorted(parameters.model_fields_set - DeletableListParameters.model_fields.keys() - set(applied)):
        name, _, comparison = parameter.partition("__")
        found.append(_compare(columns[name], comparison, getattr(parameters, parameter)))
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
            return column.icontains(value, autoescape=True)
        case _:
            return column == value
