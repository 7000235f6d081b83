"""Formats of text. Pydantic accepts more than an OpenAPI document can describe; these are accepted, and documented."""

import re
from dataclasses import dataclass

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidatorFunctionWrapHandler, WrapValidator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.schemas import uuids


@dataclass(frozen=True)
class TextFormat:
    """Annotation: text must match all of `pattern`, and the OpenAPI document says so."""

    pattern: str
    format: str
    example: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"format": self.format, "pattern": self.pattern}

    def check(self, value: object) -> object:
        # Numbers would be read as seconds since 1970. Other types come from Python, not from a client.
        if isinstance(value, int | float) or (isinstance(value, str) and not re.fullmatch(self.pattern, value)):
            raise PydanticCustomError("format", "this is written like {example}", {"example": self.example})
        return value


class StoredJson:
    """Annotation for output: a document is not checked again, nor written by its type, which takes long."""

    def __get_pydantic_core_schema__(self, _: object, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema()

    def __get_pydantic_json_schema__(self, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"type": "object", "additionalProperties": True}, {"type": "array", "items": {}}]}


_DAY = "-[0-9]{2}-[0-9]{2}"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
# Years 1 to 9999, or 2 to 9998 for datetimes: a driver that converts to another zone could not read back the ends.
_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_SAFE_YEAR = "(?:000[2-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])"

DATE = TextFormat(rf"^{_YEAR}{_DAY}$", "date", "2024-01-31")
# RFC 3339's `time` has an offset; a column of times has none.
TIME = TextFormat(rf"^{_CLOCK}(?::[0-5][0-9](?:\.[0-9]{{1,6}})?)?$", "time-local", "09:30:00")
DATE_TIME = TextFormat(
    rf"^{_SAFE_YEAR}{_DAY}[Tt]{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,9}})?(?:[Zz]|[+-]{_CLOCK})$",
    "date-time",
    "2024-01-31T10:00:00Z",
)
UUID = TextFormat(uuids.PATTERN, "uuid", "0193a2b4-8c1e-7d3f-9a5b-2c4d6e8f0a1b")

# An address as in RFC 5321, without quotes and with a domain; it is stored in lower case.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
EMAIL = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}$"

# RFC 3986 for http and https: a host, a port, a path, a query, a fragment; other characters are percent-encoded.
_CHARACTER = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_QUERY = rf"(?:{_CHARACTER}|\?)*"
HTTP_URL = (
    rf"^https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{{1,5}})?"
    rf"(?:/{_CHARACTER}*)?(?:\?{_QUERY})?(?:#{_QUERY})?$"
)

_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def check_number(given: object, read: object) -> None:
    """Refuse text that was read as a number, unless JSON writes it so: Pydantic reads 1_0, +10 and 010 as 10 too."""
    if not isinstance(given, str):
        return
    if type(read) is int and given != str(read):
        raise PydanticCustomError("format", "this is written like {example}", {"example": "10"})
    if type(read) is float and not _FLOAT.fullmatch(given):
        raise PydanticCustomError("format", "this is written like {example}", {"example": "1.5"})


def _plain_number(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    result: object = handler(value)
    check_number(value, result)
    return result


PLAIN_NUMBER = WrapValidator(_plain_number)
