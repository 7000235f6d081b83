"""Whole numbers of 64 bits reach every client as they are, and come back so."""

import re
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from app.schemas.base import Input, Int
from app.schemas.bigints import EXACT, LongInt, PlainInteger, ShownLongInt

adapter: TypeAdapter[LongInt] = TypeAdapter(LongInt)


class Sent(Input):
    long: LongInt | None = None
    limited: Annotated[int, Field(ge=5, description="more than a few"), PlainInteger()] = 5
    short: Int = 0


@pytest.mark.parametrize("number", [1376946241435750401, 2**63 - 1, -(2**63), EXACT, 0, -7])
def test_answer_can_be_sent_back(number: int) -> None:
    answer = TypeAdapter(ShownLongInt).dump_json(number)

    assert answer.decode() == f'"{number}"'
    assert Sent.model_validate_json(f'{{"long": {answer.decode()}}}').long == number


@pytest.mark.parametrize("number", [2**53, -(2**53), 1376946241435750401, 1e300])
def test_number_that_json_may_have_rounded_is_sent_as_text(number: float) -> None:
    with pytest.raises(ValidationError, match="send it as text"):
        Sent.model_validate({"long": number})


@pytest.mark.parametrize("number", [EXACT, -EXACT, 0, 1.0])
def test_number_that_json_keeps_may_be_sent(number: float) -> None:
    assert Sent.model_validate({"long": number}).long == number


def test_limits_hold_for_text() -> None:
    assert Sent.model_validate({"limited": "9007199254740993"}).limited == 9007199254740993
    with pytest.raises(ValidationError, match="greater than or equal to 5"):
        Sent.model_validate({"limited": "4"})


def test_no_other_number_is_sent_as_text() -> None:
    with pytest.raises(ValidationError, match="Input should be of type int"):
        Sent.model_validate({"short": "1"})


@pytest.mark.parametrize(
    ("low", "high"), [(-(2**63), 2**63 - 1), (5, 2**63 - 1), (-(2**63), -5), (-12, 130), (99, 2**53 + 10)]
)
def test_document_states_which_texts_and_numbers_are_taken(low: int, high: int) -> None:
    text, number = TypeAdapter(Annotated[int, Field(ge=low, le=high), PlainInteger()]).json_schema()["anyOf"]
    around = [end + step for end in (low, high, 0) for step in range(-150, 150)]

    matched = {value for value in around if re.fullmatch(text["pattern"], str(value))}

    assert matched == {value for value in around if low <= value <= high}
    assert (number["minimum"], number["maximum"]) == (max(low, -EXACT), min(high, EXACT))


@pytest.mark.parametrize("text", ["", "-", "-0", "01", "+1", "1.0", "1e2", " 1", "1\n", "1_0", "9" * 5000])
def test_only_plain_text_is_taken(text: str) -> None:
    document = adapter.json_schema()["anyOf"][0]

    assert not re.fullmatch(document["pattern"], text)
    with pytest.raises(ValidationError):
        adapter.validate_python(text)


def test_answer_is_described_as_text() -> None:
    document = TypeAdapter(ShownLongInt).json_schema(mode="serialization")

    assert (document["type"], document["format"]) == ("string", "int64")
