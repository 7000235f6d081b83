"""The base classes of all schemas, and types that limit input, so that the OpenAPI document states every limit."""

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
from app.values import JSON_DEPTH, JsonDocument

Item = TypeVar("Item")

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
# An exclusive end: unlike the last number before it, it is exact as a double, which FastAPI makes of all limits.
BIGINT_MIN, BIGINT_END = -(2**63), 2**63


def _storable(text: str) -> str:
    """Refuse text that no database can store: NUL, and half of a surrogate pair."""
    if "\0" in text:
        raise ValueError("a text cannot contain NUL")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("this is not valid Unicode") from None
    return text


def _storable_json(value: JsonDocument) -> JsonDocument:
    """Refuse what could be stored but not sent back: numbers that JSON does not have, and endless nesting."""
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


def _to_utc(value: dt.datetime) -> dt.datetime:
    return value.astimezone(dt.UTC)


def _email(address: str) -> str:
    # RFC 5321's own limit, which the pattern cannot express.
    if address.index("@") > 64:
        raise ValueError("there are more than 64 characters before the @")
    return address.lower()


Int = Annotated[int, Field(ge=INT_MIN, le=INT_MAX)]
BigInt = Annotated[int, Field(ge=BIGINT_MIN, lt=BIGINT_END)]
# To Python, -0.0 is no change of 0.0, so that it would be answered, but not stored.
UnsignedZero = AfterValidator(lambda number: number or 0.0)
Float = Annotated[float, Field(allow_inf_nan=False), UnsignedZero]
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
# Output was checked when it came in.
ShownEmail = Annotated[str, Field(json_schema_extra={"format": "email"})]
ShownUrl = Annotated[str, Field(json_schema_extra={"format": "uri"})]
# But an enum may have been checked by a newer version, while that is being deployed.
NewerValue = Annotated[str, Field(description="A value that only a newer version of this service knows")]
JsonData = Annotated[
    JsonDocument, Field(description=f"At most {JSON_DEPTH} levels deep"), AfterValidator(_storable_json)
]

# For filters: text to search for, and a list of values to choose from.
Search = Annotated[Str, Field(max_length=200)]
Several = Annotated[list[Item], Field(max_length=100)]
# For creating many rows at once.
Bulk = Annotated[list[Item], Field(min_length=1, max_length=1000)]


class Parameters(BaseModel):
    """What a client sends in a query, where everything is text. Unknown fields are refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="wrap")
    @classmethod
    def _check(cls, value: object, handler: ValidatorFunctionWrapHandler) -> object:
        result: object = handler(value)
        if isinstance(value, list) and isinstance(result, list):
            for given, read in zip(value, result, strict=True):
                cls._check_one(given, read)
        cls._check_one(value, result)
        return result

    @classmethod
    def _check_one(cls, given: object, read: object) -> None:
        formats.check_number(given, read)


class Input(Parameters):
    """What a client sends as JSON, where text is not taken for a number, nor a number for a boolean."""

    @classmethod
    def _check_one(cls, given: object, read: object) -> None:
        same = isinstance(given, bool) is isinstance(read, bool) and not isinstance(given, str)
        if isinstance(read, int | float) and not same:
            raise PydanticCustomError("json_type", "Input should be of type {kind}", {"kind": type(read).__name__})


class Output(BaseModel):
    """What a client gets, read from the attributes of a row or a model."""

    # If a row does not fit, the error is logged, but not what the row holds.
    model_config = ConfigDict(from_attributes=True, hide_input_in_errors=True)


class ListParameters(Parameters):
    """Which page of a list a client wants. Each entity adds its values of `sort` and its filters."""

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
        """The context of the validation says what the client may see; without it, deleted rows are refused."""
        if wanted and not (info.context or {}).get("may_see_deleted"):
            raise HiddenRowsError
        return wanted


class Page(Output, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = Field(
        description="The `cursor` of the next page, null on the last one", examples=["WyJpZCIsNTBd"]
    )
    total: int | None = Field(description="How many items all pages have, null where that was not asked for")
