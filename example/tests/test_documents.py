"""JSON documents are stored and sent back as they are."""

import pytest
from pydantic import TypeAdapter, ValidationError

from app.schemas.base import JsonData
from app.values import JSON_DEPTH

adapter: TypeAdapter[JsonData] = TypeAdapter(JsonData)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, 2.5, null, true, "ä"]}',
        "[]",
        "[" * JSON_DEPTH + "]" * JSON_DEPTH,
        '{"a":' * (JSON_DEPTH - 1) + "1" + "}" * (JSON_DEPTH - 1),
    ],
    ids=["mixed", "empty", "deep-list", "deep-object"],
)
def test_json(text: str) -> None:
    value = adapter.validate_json(text)

    assert adapter.validate_json(adapter.dump_json(value)) == value


@pytest.mark.parametrize("value", [[-(10**308)], ["x"] * 5000, {str(n): n for n in range(2500)}])
def test_longest_json(value: object) -> None:
    assert adapter.validate_python(value) == value


@pytest.mark.parametrize(
    "value",
    [["x"] * 5001, {str(n): n for n in range(2501)}, [[[]]] * 2501],
    ids=["values", "names", "nested"],
)
def test_json_of_too_many_values(value: object) -> None:
    with pytest.raises(ValidationError, match="more than 5000 values and names"):
        adapter.validate_python(value)


@pytest.mark.parametrize(
    "value",
    [[float("nan")], {"a": float("inf")}, {"a": [-float("inf")]}, [10**309], ["\0"], {"\0": 1}, ["\ud800"]],
    ids=["nan", "infinity", "minus-infinity", "large", "nul", "nul-in-a-name", "half-a-pair"],
)
def test_json_that_cannot_be_stored(value: object) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(value)


def test_json_without_end() -> None:
    value: list[object] = []
    for _ in range(JSON_DEPTH):
        value = [value]

    with pytest.raises(ValidationError, match=f"deeper than {JSON_DEPTH} levels"):
        adapter.validate_python(value)
