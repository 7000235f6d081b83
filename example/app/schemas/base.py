"""Types that bound what comes in, so that the API's document states every limit, and the bases of all schemas."""

import datetime as dt
import math
import uuid
from typing import Annotated, Generic, TypeVar

from pydantic import (
    MISSING,
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import PydanticCustomError

from app.errors import HiddenRowsError
from app.schemas import formats
from app.values import JsonDocument

Item = TypeVar("Item")

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
# The end is not within: unlike the last number before it, a double can tell it, and documents are made of doubles.
BIGINT_MIN, BIGINT_END = -(2**63), 2**63
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


def _to_utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)


def _email(address: str) -> str:
    # The format's own limit, which a pattern cannot tell.
    if address.index("@") > 64:
        raise ValueError("there are more than 64 characters before the @")
    return address.lower()


Int = Annotated[int, Field(ge=INT_MIN, le=INT_MAX)]
BigInt = Annotated[int, Field(ge=BIGINT_MIN, lt=BIGINT_END)]
Float = Annotated[float, Field(allow_inf_nan=False)]
Storable = AfterValidator(_storable)
Str = Annotated[str, Storable]
UtcDatetime = Annotated[AwareDatetime, formats.DATE_TIME, AfterValidator(_to_utc)]
Date = Annotated[dt.date, formats.DATE]
Time = Annotated[dt.time, formats.TIME]
Uuid = Annotated[uuid.UUID, formats.UUID]
Email = Annotated[
    str, Field(max_length=254, pattern=formats.EMAIL, json_schema_extra={"format": "email"}), AfterValidator(_email)
]
Url = Annotated[str, Field(max_length=2000, pattern=formats.HTTP_URL, json_schema_extra={"format": "uri"})]
Slug = Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", examples=["my-first-post"])]
# What is shown was checked when it came in.
ShownEmail = Annotated[str, Field(json_schema_extra={"format": "email"})]
ShownUrl = Annotated[str, Field(json_schema_extra={"format": "uri"})]
JsonData = Annotated[JsonDocument, AfterValidator(_storable_json)]

# Of a filter: the text that a column contains, and the values of which it has one.
Search = Annotated[Str, Field(max_length=200)]
Several = Annotated[list[Item], Field(max_length=100)]
# What is created at once.
Bulk = Annotated[list[Item], Field(min_length=1, max_length=1000)]


class Parameters(BaseModel):
    """What a client sends in a query, where everything is text. Unknown fields are an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Input(Parameters):
    """What a client sends as JSON, where a text is no number and a number is no truth value."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _refuse_other_kinds(cls, value: object, handler: ValidatorFunctionWrapHandler) -> object:
        result: object = handler(value)
        if isinstance(value, list) and isinstance(result, list):
            for given, read in zip(value, result, strict=True):
                _check_kind(given, read)
        _check_kind(value, result)
        return result


def _check_kind(given: object, read: object) -> None:
    same = isinstance(given, bool) is isinstance(read, bool) and not isinstance(given, str)
    if isinstance(read, int | float) and not same:
        raise PydanticCustomError("json_type", "Input should be of type {kind}", {"kind": type(read).__name__})


class Output(BaseModel):
    """What a client gets, read off the attributes of a row or a model."""

    # Where a row does not fit, the error is logged; what the row holds is not.
    model_config = ConfigDict(from_attributes=True, hide_input_in_errors=True)


class ListParameters(Parameters):
    """What a client says of the page that it wants. The lists of entities add the values of `sort`, and filters."""

    limit: int = Field(default=50, ge=1, le=100, description="How many items at most")
    cursor: str | MISSING = Field(
        default=MISSING,
        max_length=8000,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="`next_cursor` of the page before this one, of the same `sort`",
    )
    sort: str = "id"
    with_total: bool = Field(default=False, description="Count the items of all pages, up to 10,000")


class DeletableListParameters(ListParameters):
    include_deleted: bool = Field(default=False, description="List deleted rows too")

    @field_validator("include_deleted")
    @classmethod
    def _refuse_unless_allowed(cls, wanted: bool, info: ValidationInfo) -> bool:
        """Who reads the query says in the context what the client may see; nobody else is asked again."""
        if wanted and not (info.context or {}).get("may_see_deleted"):
            raise HiddenRowsError
        return wanted


class Page(Output, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = Field(
        description="The `cursor` of the next page, null on the last one", examples=["WyJpZCIsNTBd"]
    )
    total: int | None = Field(description="How many items all pages have, null where that was not asked for")
