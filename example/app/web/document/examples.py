"""Examples for the OpenAPI document, made from its schemas, so that nobody has to write them."""

from collections.abc import Mapping

from pydantic import JsonValue

from app.schemas import formats

Schema = Mapping[str, JsonValue]

FORMATS = {each.format: each.example for each in (formats.DATE, formats.TIME, formats.DATE_TIME, formats.UUID)}
FORMATS |= {"email": "ann@example.com", "uri": "https://example.com/page"}


class NoExampleError(Exception):
    """A pattern without a format needs `examples` of its own."""


class Examples:
    """Makes values that the schemas of `components` allow. Errors: NoExampleError."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self.components = components

    def make(self, schema: Schema, name: str = "", inside: tuple[str, ...] = ()) -> JsonValue:
        """`name` is that of the property; `inside` are the enclosing components, since one may contain itself."""
        match schema:
            case {"examples": [value, *_]} | {"const": value} | {"enum": [value, *_]}:
                return value
            case {"default": bool() | int() | float() | str() as value}:
                return value
            case {"$ref": str(ref)}:
                inner = ref.rpartition("/")[2]
                return None if inner in inside else self.make(self.components[inner], name, (*inside, inner))
            case {"anyOf": list(options)}:
                allowed = [option for option in options if isinstance(option, dict) and option.get("type") != "null"]
                # An optional time says that something has happened, such as a deletion; in an example, nothing has.
                happened = len(allowed) < len(options) and allowed[0].get("format") == "date-time"
                return None if happened else self.make(allowed[0], name, inside)
            case {"type": "object", "properties": dict(properties)}:
                members = {key: member for key, member in properties.items() if isinstance(member, dict)}
                return {key: self.make(member, key, inside) for key, member in members.items()}
            case {"type": "object"}:
                return {"key": "value"}
            case {"type": "array", "items": dict(items)}:
                item = self.make(items, name, inside)
                return [] if item is None else [item]
            case {"type": "integer" | "number" as kind}:
                return _number(schema, 1 if kind == "integer" else 1.5)
            case {"type": "boolean"}:
                return False
            case {"type": "string", "format": str(known)} if known in FORMATS:
                return FORMATS[known]
            case {"pattern": _}:
                raise NoExampleError
            case {"type": "string"}:
                return _text(schema, name)
        return "value"


def _number(schema: Schema, value: float) -> float:
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(low, int | float):
        value = max(value, low)
    return min(value, high) if isinstance(high, int | float) else value


def _text(schema: Schema, name: str) -> str:
    text = name.replace("_", " ").capitalize() or "Text"
    match schema:
        case {"minLength": int(shortest)} if len(text) < shortest:
            return text.ljust(shortest, "x")
        case {"maxLength": int(longest)}:
            return text[:longest]
    return text
