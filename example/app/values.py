"""What every layer uses: keys of rows, JSON documents, and the clock."""

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

# The database generates keys, by counting up.
Key = int
# A client in JavaScript would round larger numbers.
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
Ids = Annotated[list[Id], Field(max_length=1000)]

JsonDocument = dict[str, JsonValue] | list[JsonValue]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def utc_today() -> dt.date:
    return utc_now().date()
