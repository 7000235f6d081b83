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
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from app.errors import MOST_ERRORS, HiddenRowsError
from app.schemas import formats
from app.values import JSON_DEPTH, JsonDocument

Item = TypeVar("Item")

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
# An exclusive end: unlike the last number before it, it is exact as a double, which FastAPI makes of all limits.
BIGINT_MIN, BIGINT_END = -(2**63), 2**63
# What a document costs with each list that it is in grows with the number of its values, more than with its length.
JSON_VALUES = 5000
BULK_ITEMS, PORTION = 1000, 20
# How many items a detail shows of each list.
EMBEDDED = 100


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
    """Refuse what could be stored but not sent back, or not soon: numbers that JSON does not have, endless nesting."""
    level: list[JsonValue] = [value]
    count = 0
    for _ in range(JSON_DEPTH):
        level = [part for whole in level for part in _parts(whole)]
        count += len(level)
        if count > JSON_VALUES:
            raise ValueError(f"this has more than {JSON_VALUES} values and names")
        if not level:
            return value
    raise ValueError(f"this is nested deeper than {JSON_DEPTH} levels")


def _parts(value: JsonValue) -> list[JsonValue]:
    match value:
        case str() as text:
            _storable(text)
        case float() as number if not math.isfinite(number):
            raise ValueError("JSON has no such number")
        # As large as the largest double. Reading and writing one takes the longer, the more digits it has, by far.
        case int() as number if number.bit_length() > 1024:
            raise ValueError("JSON has no such number")
        case list() as items:
            return items
        case dict() as members:
            return [*members, *members.values()]
        case _:
            pass
    return []


def _in_portions(items: object, read: ValidatorFunctionWrapHandler) -> object:
    """Read some items at a time, until there are enough mistakes: to collect those of all items may take seconds."""
    if not isinstance(items, list) or not 1 <= len(items) <= BULK_ITEMS:
        return read(items)
    found: list[object] = []
    errors: list[InitErrorDetails] = []
    for start in range(0, len(items), PORTION):
        try:
            found += read(items[start : start + PORTION])
        except ValidationError as error:
            errors += [_moved(item, start) for item in error.errors(include_url=False, include_context=False)]
            if len(errors) > MOST_ERRORS:
                break
    if errors:
        raise ValidationError.from_exception_data("Bulk", errors[: MOST_ERRORS + 1])
    return found


def _moved(error: ErrorDetails, start: int) -> InitErrorDetails:
    """Return an error in the portion that begins at `start` as one in the whole list."""
    place, *rest = error["loc"]
    kind = PydanticCustomError(error["type"], error["msg"])
    return InitErrorDetails(type=kind, loc=(int(place) + start, *rest), input=error["input"])


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
ShownJson = Annotated[JsonDocument, formats.StoredJson()]
# But an enum may have been checked by a newer version, while that is being deployed.
NewerValue = Annotated[str, Field(description="A value that only a newer version of this service knows")]
JsonData = Annotated[
    JsonDocument,
    Field(description=f"At most {JSON_DEPTH} levels deep, with at most {JSON_VALUES} values and names"),
    AfterValidator(_storable_json),
]

# For filters: text to search for, and a list of values to choose from.
Search = Annotated[Str, Field(max_length=200)]
Several = Annotated[list[Item], Field(max_length=100)]
# For creating many rows at once.
Bulk = Annotated[list[Item], Field(min_length=1, max_length=BULK_ITEMS), WrapValidator(_in_portions)]


class Parameters(BaseModel):
    """What a client sends in a query, where everything is text. Unknown fields are refused, not ignored."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_many_unknown(cls, fields: object) -> object:
        """Refuse them at once where there are many, for each would be an error of its own."""
        if isinstance(fields, dict) and len(fields) > len(cls.model_fields) + MOST_ERRORS:
            numbers = {"given": len(fields), "known": len(cls.model_fields)}
            raise PydanticCustomError("too_many_fields", "There are {given} fields, {known} are known", numbers)
        return fields

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


# A list in a detail, and beside it the place where it ends.
First = Annotated[list[Item], Field(max_length=EMBEDDED, description="The first ones, by `id`")]
NextCursor = Annotated[
    str | None,
    Field(
        description="Null if the detail shows the whole list. If not, the `cursor` with which the list of its own goes "
        "on; a change that sends back only what is shown here would remove the rest",
        examples=["WyJpZCIsMTAwXQ"],
    ),
]


class Page(Output, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = Field(
        description="The `cursor` of the next page, null on the last one", examples=["WyJpZCIsNTBd"]
    )
    total: int | None = Field(description="How many items all pages have, null where that was not asked for")
