"""The documented pattern matches exactly the decimals within the limits, and what is read has all decimal places."""

import re
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from app.schemas.decimals import DecimalNumber, pattern, with_places


@pytest.mark.parametrize(
    ("low", "high", "places"),
    [
        ("0", "99999999.99", 2),
        ("-99.99", "99.99", 2),
        ("0.5", "99.5", 2),
        ("-12", "-3", 0),
        ("0", "100", 1),
        ("7", "7", 3),
        ("9999999999.99", "99999999999999999999.99", 2),
    ],
)
def test_pattern_matches_what_is_within_the_limits(low: str, high: str, places: int) -> None:
    expression = re.compile(pattern(Decimal(low), Decimal(high), places))
    steps = [Decimal(number).scaleb(-places) for number in range(-1300, 1300)]
    values = [end + step for end in (Decimal(0), Decimal(low), Decimal(high)) for step in steps]

    wrong = [
        value
        for value in values
        if bool(expression.match(str(value or abs(value)))) != (Decimal(low) <= value <= Decimal(high))
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "text", ["", "-", "-0", "-0.00", "1.", ".5", "01", "+1", "1e2", " 1", "1\n", "1_0", "NaN", "1.005"]
)
def test_pattern_matches_plain_numbers_only(text: str) -> None:
    assert not re.fullmatch(pattern(Decimal(-10), Decimal(10), 2), text)


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        ("1", 2, "1.00"),
        (1.5, 2, "1.50"),
        ("7", 0, "7"),
        ("0.10", 2, "0.10"),
        ("12345678", 30, f"12345678.{'0' * 30}"),
        (-274, 30, f"-274.{'0' * 30}"),
    ],
)
def test_number_is_answered_as_the_database_has_it(number: object, places: int, text: str) -> None:
    read = TypeAdapter(Annotated[DecimalNumber, with_places(places)]).validate_python(number)

    assert str(read) == text


@pytest.mark.parametrize(
    ("number", "places"),
    [(123456.5, 30), (-1.5, 15), (10**15 + 1, 2), (1e35, 2), (-(10**35), 30), (123456789012345.6, 2)],
)
def test_number_that_json_may_have_rounded_is_sent_as_text(number: float, places: int) -> None:
    adapter = TypeAdapter(Annotated[DecimalNumber, with_places(places)])

    with pytest.raises(ValidationError, match="send it as text"):
        adapter.validate_python(number)

    exact = Decimal(str(number))
    assert adapter.validate_python(f"{exact:f}") == exact


def test_document_states_the_numbers_that_json_keeps() -> None:
    adapter = TypeAdapter(Annotated[DecimalNumber, Field(max_digits=38, decimal_places=30), with_places(30)])

    _, number, whole = adapter.json_schema()["anyOf"]

    assert (number["type"], number["minimum"], number["maximum"]) == ("number", -1, 1)
    assert whole == {"type": "integer", "minimum": -99_999_999, "maximum": 99_999_999}


def test_document_states_no_number_beyond_the_limits() -> None:
    ends = (Decimal("-0.1234567890123456789"), Decimal("0.9999999999999999999"))
    limits = Field(max_digits=20, decimal_places=19, ge=ends[0], le=ends[1])
    adapter = TypeAdapter(Annotated[DecimalNumber, limits, with_places(19)])

    _, number = adapter.json_schema()["anyOf"]

    for end, limit in zip(("minimum", "maximum"), ends, strict=True):
        assert abs(adapter.validate_python(number[end]) - limit) < Decimal("2e-16")
