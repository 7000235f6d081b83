"""The document's pattern for a decimal matches the numbers within its limits, and no others."""

import re
from decimal import Decimal

import pytest

from app.schemas.decimals import pattern


@pytest.mark.parametrize(
    ("low", "high", "places"),
    [
        ("0", "99999999.99", 2),
        ("-99.99", "99.99", 2),
        ("0.5", "99.5", 2),
        ("-12", "-3", 0),
        ("0", "100", 1),
        ("7", "7", 3),
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
