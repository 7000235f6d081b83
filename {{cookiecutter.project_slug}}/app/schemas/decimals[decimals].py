"""Decimal numbers: exact, as text, with their digits and their range in the OpenAPI document."""

import re
from decimal import Context, Decimal, localcontext
from math import ceil, floor, inf, nextafter
from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.schemas import ranges

# A JSON number goes through a double, which keeps this many digits.
EXACT_DIGITS = 15

_PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|-(?:(?:0|[1-9][0-9]*)\.0*[1-9][0-9]*|[1-9][0-9]*(?:\.0+)?)")


class PlainDecimal:
    """Annotation: takes a number, or the same as plain text, without an exponent, spaces or the like."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        document = handler(schema)
        # The default context would keep 28 of 38 digits.
        with localcontext(prec=100):
            return _documented(document)


def _documented(document: JsonSchemaValue) -> JsonSchemaValue:
    digits, places = document.pop("max_digits"), document.pop("decimal_places")
    most = Decimal(10) ** (digits - places) - Decimal(1).scaleb(-places)
    # A limit that is not a whole number is text here.
    low, high = max(Decimal(document.pop("ge", -most)), -most), min(Decimal(document.pop("le", most)), most)
    exact, whole = _exact_end(places), _exact_end(0)
    document["examples"] = [f"{min(max(Decimal('9.99'), low), high):.{places}f}"]
    documents: list[JsonSchemaValue] = [{"type": "string", "pattern": pattern(low, high, places)}]
    if low <= exact and high >= -exact:
        ends = {"minimum": _double_within(max(low, Decimal(-exact)), +1)}
        ends["maximum"] = _double_within(min(high, Decimal(exact)), -1)
        documents.append({"type": "number", **ends, "multipleOf": float(Decimal(1).scaleb(-places))})
    least, last = max(ceil(low), -whole), min(floor(high), whole)
    if max(-low, high) > exact and least <= last:
        documents.append({"type": "integer", "minimum": least, "maximum": last})
    document["anyOf"] = documents
    return document


def _double_within(end: Decimal, inwards: int) -> float:
    """Return the double that is nearest to the end of a range, but not beyond it."""
    number = float(end)
    # The text is the decimal that Pydantic makes of a JSON number.
    is_beyond = (Decimal(str(number)) - end) * inwards < 0
    return nextafter(number, inwards * inf) if is_beyond else number


def _exact_end(places: int) -> int:
    """Return the number up to which a JSON number keeps this many decimal places."""
    return int(10 ** max(0, EXACT_DIGITS - places))


def _check(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, str) and not _PLAIN.fullmatch(value)):
        raise PydanticCustomError("decimal_parsing", "Input should be a number, or one in a text such as 9.99")
    return value


def with_places(count: int) -> WrapValidator:
    """Give a number this many decimal places, as the database will; refuse one that JSON may have rounded."""
    step, context = Decimal(1).scaleb(-count), Context(prec=100)
    exact, whole = _exact_end(count), _exact_end(0)

    def read(value: object, handler: ValidatorFunctionWrapHandler) -> Decimal:
        number: Decimal = handler(value)
        if not isinstance(value, str | Decimal):
            # As it was sent: the database may keep fewer digits.
            sent = Decimal(str(value))
            if sent.copy_abs() > (whole if sent == sent.to_integral_value() else exact):
                raise PydanticCustomError("decimal_parsing", "JSON may have rounded this number: send it as text")
        return number.quantize(step, context=context)

    return WrapValidator(read)


def _without_sign_of_zero(value: Decimal) -> Decimal:
    return value if value else value.copy_abs()


DecimalNumber = Annotated[Decimal, PlainDecimal(), AfterValidator(_without_sign_of_zero)]
ShownDecimal = Annotated[Decimal, Field(examples=["9.99"], json_schema_extra={"format": "decimal"})]


def pattern(low: Decimal, high: Decimal, places: int) -> str:
    """Return a regular expression for the numbers from low to high; zeros may follow the last decimal place."""
    step = Decimal(1).scaleb(-places)
    parts = []
    if high >= 0:
        parts.append(_between(max(low, Decimal(0)), high, places))
    if low < 0:
        parts.append(f"-(?:{_between(max(-high, step), -low, places)})")
    return f"^(?:{'|'.join(parts)})$"


def _between(low: Decimal, high: Decimal, places: int) -> str:
    """Match the numbers from low to high, neither of them negative."""
    first, least = _halves(low, places)
    last, most = _halves(high, places)
    zeros, nines = "0" * places, "9" * places
    if first == last:
        return f"{first}{_end(least, most)}"
    # Any fraction may follow the numbers in the middle, and an end that allows all fractions itself.
    start, stop = first + (least != zeros), last - (most != nines)
    parts = [f"{first}{_end(least, nines)}"] * (start != first)
    parts += [f"{ranges.whole(start, stop)}{_end(zeros, nines)}"] * (start <= stop)
    parts += [f"{last}{_end(zeros, most)}"] * (stop != last)
    return "|".join(parts)


def _halves(value: Decimal, places: int) -> tuple[int, str]:
    whole, _, fraction = f"{value:.{places}f}".partition(".")
    return int(whole), fraction


def _end(low: str, high: str) -> str:
    """Match a point and the digits after it, from low to high; both may be left out where zeros match."""
    return rf"(?:\.{_fraction(low, high)})" + ("" if low.strip("0") else "?")


def _fraction(low: str, high: str) -> str:
    if set(low) <= {"0"} and set(high) <= {"9"}:
        return "0+" if not low else f"[0-9]{{1,{len(low)}}}0*" if len(low) > 1 else "[0-9]0*"
    return ranges.split(low, high, _rest)


def _rest(low: str, high: str) -> str:
    if not low:
        return "0*"
    return f"(?:{_fraction(low, high)})" + ("" if low.strip("0") else "?")
