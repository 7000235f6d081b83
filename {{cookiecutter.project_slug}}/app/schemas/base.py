"""Types that bound what comes in, so that the API's document states every limit, and the bases of all schemas."""

import datetime as dt
import math
from typing import Annotated, Generic, TypeVar

from pydantic import (
    MISSING,
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    JsonValue,
    TypeAdapter,
)
from pydantic_core import PydanticCustomError

from app.documents import JsonDocument

Item = TypeVar("Item")

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
BIGINT_MIN, BIGINT_MAX = -(2**63), 2**63 - 1
JSON_DEPTH = 100


def _storable(text: str) -> str:
    """Refuse what no database column of text can hold: NUL, and half of a surrogate pair."""
    if "\0" in text:
        raise ValueError("a text cannot contain NUL")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("this is not valid Unicode") from None
    return text


def _storable_json(value: JsonDocument) -> JsonDocument:
    """Refuse what could be stored but not be answered: numbers that JSON does not know, and depths without end."""
    level: list[JsonValue] = [value]
    for _ in range(JSON_DEPTH):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return value
    raise ValueError(f"this is nested deeper than {JSON_DEPTH} levels")


def _parts(value: JsonValue) -> list[JsonValue]:
    match value:
        case str() as text:
            _storable(text)
        case float() as number if not math.isfinite(number):
            raise ValueError("JSON has no such number")
        case list() as items:
            return items
        case dict() as members:
            return [*members, *members.values()]
        case _:
            pass
    return []


def _not_a_number(value: object) -> object:
    # Pydantic would take it for seconds since 1970, which the document does not say.
    if isinstance(value, int | float):
        raise PydanticCustomError("text_expected", "a date and a time are written as text")
    return value


def _in_range(moment: dt.datetime) -> dt.datetime:
    """To UTC. A day is kept free at both ends of the calendar: a driver that converts such a value could not read it."""
    if not 1 < moment.year < 9999:
        raise ValueError("the year must be between 2 and 9998")
    return moment.astimezone(dt.UTC)


def _no_zone(time: dt.time) -> dt.time:
    if time.tzinfo is not None:
        raise ValueError("a time has no time zone")
    return time


def _http_url(text: str) -> str:
    return str(_url_adapter.validate_python(text))


_url_adapter = TypeAdapter(HttpUrl)

Int = Annotated[int, Field(ge=INT_MIN, le=INT_MAX)]
BigInt = Annotated[int, Field(ge=BIGINT_MIN, le=BIGINT_MAX)]
Float = Annotated[float, Field(allow_inf_nan=False)]
Str = Annotated[str, AfterValidator(_storable)]
UtcDatetime = Annotated[AwareDatetime, BeforeValidator(_not_a_number), AfterValidator(_in_range)]
Date = Annotated[dt.date, BeforeValidator(_not_a_number)]
Time = Annotated[dt.time, BeforeValidator(_not_a_number), AfterValidator(_no_zone)]
Email = Annotated[EmailStr, AfterValidator(str.lower), Field(max_length=254)]
Url = Annotated[Str, AfterValidator(_http_url), Field(max_length=2000, json_schema_extra={"format": "uri"})]
Slug = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
JsonData = Annotated[JsonDocument, AfterValidator(_storable_json)]

# Of a filter: the text that a column contains, and the values of which it has one.
Search = Annotated[Str, Field(max_length=200)]
Several = Annotated[list[Item], Field(max_length=100)]
# What is created at once.
Bulk = Annotated[list[Item], Field(min_length=1, max_length=1000)]


class Input(BaseModel):
    """What a client sends: unknown fields are an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Output(BaseModel):
    """What a client gets, read off the attributes of a row or a model."""

    # Where a row does not fit, the error is logged; what the row holds is not.
    model_config = ConfigDict(from_attributes=True, hide_input_in_errors=True)


class PageQuery(Input):
    """What a client says of the page that it wants. The lists of entities add the values of `sort`, and filters."""

    limit: int = Field(default=50, ge=1, le=100, description="How many items at most")
    cursor: str | MISSING = Field(
        default=MISSING,
        max_length=8000,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="`next_cursor` of the page before this one, of the same `sort`",
    )
    sort: str = Field(default="id", description="The column that decides the order; a `-` turns it round")
    with_total: bool = Field(default=False, description="Count the items of all pages, up to 10,000")


class DeletablePageQuery(PageQuery):
    include_deleted: bool = Field(default=False, description="List deleted rows too")


class Page(Output, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = Field(description="The `cursor` of the next page, null on the last one")
    total: int | None = Field(description="How many items all pages have, null where that was not asked for")
