"""What FastAPI leaves open in the document: examples, the schema of problem details, the names of path parameters."""

from collections.abc import Iterator
from functools import cache

from fastapi.dependencies import utils
from pydantic import JsonValue
from pydantic.json_schema import models_json_schema

from app.examples import Examples
from app.problems import Problem

Document = dict[str, JsonValue]

# FastAPI remembers the fields of 128 models. With more models of a query, it would make those of a list anew for each
# request; and no document, for which they have to stay the same objects.
_internals = vars(utils)
_internals["get_cached_model_fields"] = cache(_internals["get_cached_model_fields"])

# Of a filter, by what stands behind the two underscores of its name.
FILTERS = {
    "": "This very value",
    "eq": "This very value",
    "gte": "This value or more",
    "lte": "This value or less",
    "in": "One of these values",
    "contains": "This text somewhere in it, in any case",
}


def complete(document: Document) -> None:
    for part in _objects(document):
        _write_whole_numbers(part)
        _describe(part)
    components = document.setdefault("components", {})
    assert isinstance(components, dict)
    schemas = components.setdefault("schemas", {})
    assert isinstance(schemas, dict)
    # No route returns a problem by its type.
    _, problems = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas |= problems["$defs"]
    known = {name: schema for name, schema in schemas.items() if isinstance(schema, dict)}
    examples = Examples(known)
    for schema in known.values():
        if schema.get("type") == "object":
            schema["examples"] = [examples.make(schema)]
    # The document is served by what it describes.
    document.setdefault("servers", [{"url": "/"}])


def _objects(value: JsonValue) -> Iterator[Document]:
    """Every object in a JSON value, the outer ones first."""
    rest = [value]
    while rest:
        match rest.pop():
            case dict() as members:
                yield members
                rest += members.values()
            case list() as items:
                rest += items
            case _:
                pass


def _write_whole_numbers(part: Document) -> None:
    """FastAPI makes doubles of all limits: 9007199254740991.0, or 9.223372036854776e18, which is another number."""
    for name, value in part.items():
        if isinstance(value, float) and value.is_integer():
            part[name] = int(value)


def _describe(part: Document) -> None:
    match part:
        case {"in": "path", "name": str(name)}:
            part.setdefault("description", f"The key of the {name.removesuffix('_id').replace('_', ' ')}")
        case {"in": "query", "name": "sort"}:
            part["description"] = "The column that decides the order; a `-` turns it round"
        case {"in": "query", "name": str(name)}:
            part.setdefault("description", FILTERS[name.partition("__")[2]])
        case _:
            pass
