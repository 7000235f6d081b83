"""What every layer knows: the key of a row, documents of JSON, and the time."""

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

# The database counts keys up.
Key = int
# JSON does not promise more digits: a client in JavaScript would lose the last ones.
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
Ids = Annotated[list[Id], Field(max_length=1000)]

JsonDocument = dict[str, JsonValue] | list[JsonValue]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def utc_today() -> dt.date:
    return utc_now().date()
