"""What FastAPI leaves open in the document: filters, examples, the schema of problem details, what parameters mean."""

from collections.abc import Iterator, Sequence

from fastapi.routing import APIRoute
from pydantic import JsonValue
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from app.db.session import READ_FROM, engine, get_db, read_engine
from app.examples import Examples
from app.parameters import QueryReader
from app.problems import Problem

Document = dict[str, JsonValue]

# Of a filter, by what stands behind the two underscores of its name.
FILTERS = {
    "": "This very value",
    "eq": "This very value",
    "gte": "This value or more",
    "lte": "This value or less",
    "in": "One of these values",
    "contains": "This text somewhere in it, in any case",
}


READ_FROM_PRIMARY: Document = {
    "name": READ_FROM,
    "in": "header",
    "required": False,
    "description": "Read what was just written",
    "schema": {"type": "string", "const": "primary"},
}


def complete(document: Document, routes: Sequence[BaseRoute]) -> None:
    schemas = _object_in(_object_in(document, "components"), "schemas")
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            _add_parameters(document, schemas, route)
    for part in _objects(document):
        _write_whole_numbers(part)
        _describe(part)
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


def _object_in(document: Document, name: str) -> Document:
    part = document.setdefault(name, {})
    assert isinstance(part, dict)
    return part


def _add_parameters(document: Document, schemas: Document, route: APIRoute) -> None:
    """Those that are not read by FastAPI itself."""
    path = _object_in(_object_in(document, "paths"), route.path_format)
    for method in route.methods or ():
        own: list[JsonValue] = []
        for dependency in route.dependant.dependencies:
            if isinstance(dependency.call, QueryReader):
                parameters, definitions = dependency.call.describe()
                own += parameters
                schemas |= {name: schema for name, schema in definitions.items() if name not in schemas}
            elif dependency.call is get_db and method == "GET" and read_engine is not engine:
                own.append(dict(READ_FROM_PRIMARY))
        if own:
            operation = _object_in(path, method.lower())
            given = operation.get("parameters", [])
            assert isinstance(given, list)
            operation["parameters"] = given + own


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
