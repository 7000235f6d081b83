"""The values that generated tests send are within a field's limits, and as many of them differ as promised."""

from __future__ import annotations

import decimal

import pytest

from entity_spec import types
from entity_spec.code import Imports
from entity_spec.language.parser import parse

NUMBERS = [
    *("int", "int(0..)", "int(..7)", "int(5..5)", "int(2147483647..)", "int(..-2147483648)", "int(-3..3)"),
    *("bigint", "bigint(9007199254740991..)", "bigint(..9223372036854775807)", "bigint(0..1)"),
    *(
        "float",
        "float(0..1)",
        "float(1..1)",
        "float(1..)",
        "float(..-5)",
        f"float({2**53 - 1}..)",
        f"float(-{2**53 - 1}..{2**53 - 1})",
    ),
    *("decimal", "decimal(1,0)", "decimal(1,1)", "decimal(5,5)", "decimal(38,30)", "decimal(38,30,9..10)"),
    *("decimal(12,2,9.99..9.99)", "decimal(12,2,0.01..0.5)", "decimal(10,2,..-99999999)", "decimal(38,2,-1..)"),
]


@pytest.mark.parametrize("declared", NUMBERS)
def test_samples_are_valid_and_differ(declared: str) -> None:
    field = parse(f"Item(n:{declared})").entities[0].fields[0]
    sample = Imports().expand(types.TYPES[field.type].sample(field))

    values: list[str | float] = [
        eval(sample, {"n": n, "decimal": decimal, "Decimal": decimal.Decimal}) for n in range(2000)
    ]

    assert len(set(values)) == min(2000, types.capacity(field))
    for number in map(decimal.Decimal, set(values)):
        for limit, is_low in ((field.low, True), (field.high, False)):
            # The limit of a float is the nearest float.
            end = decimal.Decimal(float(limit)) if limit is not None and field.type == "float" else limit
            assert end is None or (number >= end if is_low else number <= end)
        assert field.type != "decimal" or len(number.as_tuple().digits) <= types.precision(field)[0]
