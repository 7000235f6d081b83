"""The number of values in a body, counted before it is parsed."""

import json

import pytest

from app.web.bodies import has_more_values


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ([], 1),
        ([1, 2, 3], 3),
        ({"a": 1, "b": [2, 3]}, 4),
        ([{}, {}, [[]]], 7),
        ([",,,", "[{"], 2),
        ({'a"b': '",[', "\\": '\\",["\\\\'}, 2),
        (["ä", "\n"], 2),
    ],
)
def test_values_are_counted_outside_of_texts(value: object, count: int) -> None:
    body = json.dumps(value).encode()

    assert has_more_values(body, count - 1)
    assert not has_more_values(body, count)


@pytest.mark.parametrize("body", [b"", b"1", b'"[[[[,,,,"', b'"[,'])
def test_bodies_of_one_value(body: bytes) -> None:
    assert not has_more_values(body, 1)
