"""What every layer uses: keys of rows, JSON documents, and the clock."""

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from app.schemas import formats

# The database generates keys, by counting up.
Key = int
# A client in JavaScript would round larger numbers. In a path, each row has one address: /1, but not /01 or /1.0.
Id = Annotated[int, Field(ge=1, le=2**53 - 1), formats.PLAIN_NUMBER]
Ids = Annotated[list[Id], Field(max_length=1000, fail_fast=True)]

JsonDocument = dict[str, JsonValue] | list[JsonValue]
JSON_DEPTH = 100


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def utc_today() -> dt.date:
    return utc_now().date()
