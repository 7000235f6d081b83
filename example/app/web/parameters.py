"""Query parameters, read and described by a schema, as bodies are."""

from typing import Any, Generic, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import JsonValue, ValidationError

from app.dependencies import MaySeeDeleted
from app.schemas.base import Parameters

Read = TypeVar("Read", bound=Parameters)

# Descriptions of filters, by what follows the two underscores in a parameter's name.
FILTERS = {
    "": "Exactly this value",
    "eq": "Exactly this value",
    "gte": "This value or more",
    "lte": "This value or less",
    "in": "One of these values",
    "contains": "This text somewhere in it, in any case that the database's locale knows",
}


class QueryParameters(Generic[Read]):
    """For `Depends`. FastAPI's own `Query()` inspects the types of all fields again with each request."""

    def __init__(self, schema: type[Read]) -> None:
        self.schema = schema

    async def __call__(self, request: Request, may_see_deleted: MaySeeDeleted) -> Read:
        given: dict[str, str | list[str]] = {}
        for name, value in request.query_params.multi_items():
            match given.get(name):
                case None:
                    given[name] = [value] if name.endswith("__in") else value
                case list() as values:
                    values.append(value)
                case _:
                    # Otherwise, only one of the values would be read.
                    message = "This parameter is given more than once"
                    raise RequestValidationError([{"loc": ("query", name), "msg": message, "type": "repeated"}])
        try:
            return self.schema.model_validate(given, context={"may_see_deleted": may_see_deleted})
        except ValidationError as error:
            raise RequestValidationError([item | {"loc": ("query", *item["loc"])} for item in error.errors()]) from None

    def describe(self) -> tuple[list[JsonValue], dict[str, JsonValue]]:
        """Return the parameters for the OpenAPI document, and the schemas that they refer to."""
        whole = self.schema.model_json_schema(ref_template="#/components/schemas/{model}")
        required = whole.get("required", [])
        parameters: list[JsonValue] = []
        for name, schema in whole["properties"].items():
            described = {"description": schema.get("description") or FILTERS.get(name.partition("__")[2])}
            given = {"name": name, "in": "query", "required": name in required, "schema": _as_text(schema)}
            parameters.append(given | {key: text for key, text in described.items() if text})
        return parameters, whole.get("$defs", {})


def _as_text(schema: dict[str, Any]) -> dict[str, Any]:
    """Choose text where a schema allows text or numbers: in a query, everything is text."""
    if "items" in schema:
        return schema | {"items": _as_text(schema["items"])}
    texts = [kind for kind in schema.get("anyOf", []) if kind.get("type") == "string"]
    return {name: value for name, value in schema.items() if name != "anyOf"} | texts[0] if texts else schema
