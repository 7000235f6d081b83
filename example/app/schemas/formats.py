"""How values are written as text. Pydantic takes more spellings than a document can describe: these are taken, and stated."""

import re
from dataclasses import dataclass

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


@dataclass(frozen=True)
class Written:
    """Of an annotation: a text must match `pattern`, from its beginning to its end; the document says so."""

    pattern: str
    format: str
    example: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema) | {"format": self.format, "pattern": self.pattern}

    def check(self, value: object) -> object:
        # Numbers would be seconds since 1970. What is neither comes from Python, not from a client.
        if isinstance(value, int | float) or (isinstance(value, str) and not re.fullmatch(self.pattern, value)):
            raise PydanticCustomError("format", "this is written like {example}", {"example": self.example})
        return value


_DAY = "-[0-9]{2}-[0-9]{2}"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
# The years 1 to 9999, and 2 to 9998: a driver that converts a time near either end could not read it back.
_YEAR = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})"
_SAFE_YEAR = "(?:000[2-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])"

DATE = Written(rf"^{_YEAR}{_DAY}$", "date", "2024-01-31")
# RFC 3339's `time` has an offset; a column of times has none.
TIME = Written(rf"^{_CLOCK}(?::[0-5][0-9](?:\.[0-9]{{1,6}})?)?$", "time-local", "09:30:00")
DATE_TIME = Written(
    rf"^{_SAFE_YEAR}{_DAY}[Tt]{_CLOCK}:[0-5][0-9](?:\.[0-9]{{1,9}})?(?:[Zz]|[+-]{_CLOCK})$",
    "date-time",
    "2024-01-31T10:00:00Z",
)
UUID = Written("^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$", "uuid", "0193a2b4-8c1e-7d3f-9a5b-2c4d6e8f0a1b")

# An address as RFC 5321 has it, without quotes and with a domain; case is not kept.
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
EMAIL = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}$"

# RFC 3986 for http and https: a host, a port, a path, a query, a fragment; other letters are percent-encoded.
_CHARACTER = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})"
_QUERY = rf"(?:{_CHARACTER}|\?)*"
HTTP_URL = (
    rf"^https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{{1,5}})?"
    rf"(?:/{_CHARACTER}*)?(?:\?{_QUERY})?(?:#{_QUERY})?$"
)
