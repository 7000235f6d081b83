"""Whole numbers of 64 bits, as text: many clients read a JSON number as a double, which would alter large ones."""

import re
from typing import Annotated, get_args

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, PlainSerializer
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.schemas import ranges

# A JSON number goes through a double, which keeps all whole numbers up to this one.
EXACT = 2**53 - 1

_PLAIN = re.compile("0|-?[1-9][0-9]{0,18}")


class PlainInteger:
    """Annotation: takes a number that JSON keeps, or any as plain text, without an exponent, spaces or the like."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _documented(handler(schema))


def _documented(document: JsonSchemaValue) -> JsonSchemaValue:
    low = document.pop("minimum")
    high = document.pop("exclusiveMaximum") - 1 if "exclusiveMaximum" in document else document.pop("maximum")
    kind = document.pop("type")
    document["examples"] = [str(min(max(10**18, low), high))]
    document["anyOf"] = [{"type": "string", "pattern": _pattern(low, high)}]
    if low <= EXACT and high >= -EXACT:
        document["anyOf"].append({"type": kind, "minimum": max(low, -EXACT), "maximum": min(high, EXACT)})
    return document


def _pattern(low: int, high: int) -> str:
    """Return a regular expression for the numbers from low to high."""
    parts = []
    if high >= 0:
        parts.append(ranges.whole(max(low, 0), high))
    if low < 0:
        parts.append(f"-{ranges.whole(max(-high, 1), -low)}")
    return f"^(?:{'|'.join(parts)})$"


def _read(value: object) -> object:
    if isinstance(value, str):
        if not _PLAIN.fullmatch(value):
            raise PydanticCustomError("int_parsing", "Input should be a whole number, or one in a text such as 12")
        return int(value)
    if isinstance(value, int | float) and abs(value) > EXACT:
        raise PydanticCustomError("int_parsing", "JSON may have rounded this number: send it as text")
    return value


def takes_text(field: FieldInfo) -> bool:
    """Tell whether the numbers of a field may be sent as text."""
    parts = [getattr(part, "__metadata__", ()) for part in get_args(field.annotation)]
    return any(isinstance(each, PlainInteger) for part in (field.metadata, *parts) for each in part)


LongInt = Annotated[int, Field(ge=-(2**63), le=2**63 - 1), PlainInteger()]
ShownLongInt = Annotated[
    int,
    Field(examples=["1000000000000000000"], json_schema_extra={"format": "int64"}),
    PlainSerializer(str, return_type=str, when_used="json"),
]
