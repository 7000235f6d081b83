"""Decimals with many places are answered as they can be sent: without an exponent."""

from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from app.schemas.decimals import DecimalNumber
from app.schemas.small_decimals import ShownSmallDecimal


@pytest.mark.parametrize("text", ["0.0000000", "0.00000010", "-0.0000001", "0.1000000000000000000", "12.5"])
def test_answer_can_be_sent_back(text: str) -> None:
    answer = TypeAdapter(ShownSmallDecimal).dump_json(Decimal(text))

    assert answer.decode() == f'"{text}"'
    assert TypeAdapter(DecimalNumber).validate_json(answer) == Decimal(text)


def test_answer_is_described_as_text() -> None:
    document = TypeAdapter(ShownSmallDecimal).json_schema(mode="serialization")

    assert (document["type"], document["format"]) == ("string", "decimal")
