"""Filters of lists. A parameter's name says which column is meant and, behind two underscores, how it is compared."""

from sqlalchemy import ColumnElement
from sqlalchemy.sql.base import ColumnCollection

from app.schemas.base import DeletableListParameters, ListParameters


def conditions(
    columns: ColumnCollection[str, ColumnElement[object]], query: ListParameters
) -> list[ColumnElement[bool]]:
    """What the filters that a client has set demand of a row."""
    found = []
    # In one order, so that the same filters are the same statement.
    for parameter in sorted(query.model_fields_set - DeletableListParameters.model_fields.keys()):
        name, _, comparison = parameter.partition("__")
        found.append(_compare(columns[name], comparison, getattr(query, parameter)))
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
