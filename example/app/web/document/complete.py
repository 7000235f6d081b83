"""What FastAPI's OpenAPI document lacks: filters, examples, the schema of problem details, descriptions of keys."""

from collections.abc import Iterator, Sequence
from contextlib import suppress

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import JsonValue, TypeAdapter
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from app.db.session import engine, read_engine
from app.dependencies import READ_FROM, get_db
from app.values import Id
from app.web.document.examples import Examples, NoExampleError
from app.web.parameters import QueryParameters
from app.web.problems import Problem

Document = dict[str, JsonValue]

KEY = TypeAdapter[object](Id).json_schema()

READ_FROM_PRIMARY: Document = {
    "name": READ_FROM,
    "in": "header",
    "required": False,
    "description": "Read what was just written",
    "schema": {"type": "string", "const": "primary"},
}


def complete(document: Document, routes: Sequence[BaseRoute]) -> None:
    schemas = _object_in(_object_in(document, "components"), "schemas")
    paths = _object_in(document, "paths")
    for route in iter_route_contexts(routes):
        if isinstance(route.original_route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = _object_in(_object_in(paths, route.path_format or ""), method.lower())
                _add_parameters(operation, schemas, route, reads=method == "GET")
    for part in _objects(document):
        _write_whole_numbers(part)
    for operations in paths.values():
        for operation in _objects(operations):
            _describe_key(operation)
    # No route has Problem as its return type.
    _, problems = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas |= problems["$defs"]
    known = {name: schema for name, schema in schemas.items() if isinstance(schema, dict)}
    examples = Examples(known)
    for schema in known.values():
        if schema.get("type") == "object" and "examples" not in schema:
            with suppress(NoExampleError):
                schema["examples"] = [examples.make(schema)]
    # The document describes the service that serves it.
    document.setdefault("servers", [{"url": "/"}])


def _object_in(document: Document, name: str) -> Document:
    part = document.setdefault(name, {})
    assert isinstance(part, dict)
    return part


def _add_parameters(operation: Document, schemas: Document, route: RouteContext, *, reads: bool) -> None:
    """Add the parameters that FastAPI does not know."""
    own: list[JsonValue] = []
    for dependency in _dependencies(route.dependant):
        if isinstance(dependency.call, QueryParameters):
            parameters, definitions = dependency.call.describe()
            own += parameters
            schemas |= {name: schema for name, schema in definitions.items() if name not in schemas}
        elif dependency.call is get_db and reads and read_engine is not engine:
            own.append(dict(READ_FROM_PRIMARY))
    if own:
        given = operation.get("parameters", [])
        assert isinstance(given, list)
        operation["parameters"] = given + own


def _dependencies(dependant: Dependant) -> Iterator[Dependant]:
    for dependency in dependant.dependencies:
        yield dependency
        yield from _dependencies(dependency)


def _objects(value: JsonValue) -> Iterator[Document]:
    """Yield every object in a JSON value, outer ones first."""
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
    """Turn limits back into integers. FastAPI makes doubles of them, such as 9007199254740991.0."""
    for name, value in part.items():
        if isinstance(value, float) and value.is_integer():
            part[name] = int(value)


def _describe_key(part: Document) -> None:
    """Describe a path parameter that has the type of a key and a name such as `order_id`."""
    match part:
        case {"in": "path", "name": str(name), "schema": {"title": _, **schema}} if schema == KEY:
            part.setdefault("description", f"The key of the {name.removesuffix('_id').replace('_', ' ')}")
        case _:
            pass
