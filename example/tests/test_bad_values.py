"""Invalid values always get a 422 that names the field, whatever the database would do with them."""

from fastapi.testclient import TestClient

from tests.cases import every_sent_field
from tests.expectations import Case
from tests.keys import BAD_KEYS, MISSING_KEY

JSON = {"content-type": "application/json"}
NUL, HALF_A_PAIR = r'"\u0000"', r'"\ud800"'
NOT_TEXT = ["1", "true", "[]", "{}"]
NOT_FINITE = ["NaN", "Infinity", "-Infinity", "1e999"]
NOT_A_NUMBER = ['"1"', '""', "true", "[]", *NOT_FINITE]
# Seconds since 1970, as numbers and as text.
SECONDS = ["0", "0.5", "1700000000", '"0.5"', '"1700000000"']

# In JSON, by the type in the specification; `key` and `keys` are references to one row and to many.
BAD = {
    "str": [NUL, HALF_A_PAIR, f'"{"x" * 100_001}"', *NOT_TEXT],
    "text": [NUL, HALF_A_PAIR, f'"{"x" * 100_001}"', *NOT_TEXT],
    "long text": [NUL, HALF_A_PAIR, *NOT_TEXT],
    "slug": [NUL, HALF_A_PAIR, '""', '"A b"', '"a--b"', r'"a\n"', *NOT_TEXT],
    "email": [NUL, '"ann"', '"ann@example"', '"a..b@example.com"', f'"{"a" * 65}@example.com"', *NOT_TEXT],
    "url": [
        NUL,
        '"example.com"',
        '"ftp://example.com"',
        '"https://"',
        '"https://a.b/c d"',
        '"https://a.b/%"',
        *NOT_TEXT,
    ],
    "int": [str(2**31), str(-(2**31) - 1), "1.5", *NOT_A_NUMBER],
    "bigint": [str(2**63), str(-(2**63) - 1), "1.5", *NOT_A_NUMBER],
    "long bigint": [
        *(str(2**53), str(-(2**53)), "1e16", "1.5", "true", "[]", *NOT_FINITE),
        *(f'"{2**63}"', f'"{-(2**63) - 1}"', '"1.0"', '"1e2"', '"-0"', '"01"', '" 1"', '"1_0"', '"x"', '""'),
    ],
    "float": NOT_A_NUMBER,
    "decimal": [
        '"1E+1000000"',
        '"1e2"',
        '" 1"',
        '"NaN"',
        '"-0"',
        f"1{'0' * 60}",
        f'"0.{"0" * 60}1"',
        "true",
        *NOT_FINITE,
    ],
    "bool": ['"yes"', '"true"', "0", "1", "[]"],
    "date": ['"2024-02-30"', '"0000-01-01"', '"2024-01-31T00:00:00"', '"today"', *SECONDS],
    "time": ['"24:00:00"', '"09:30:00Z"', '"09:30:00+02:00"', '"9:30"', *SECONDS],
    "datetime": [
        '"2024-01-31T10:00:00"',
        '"2024-01-31T10:00:60Z"',
        '"0001-01-01T00:00:00+14:00"',
        '"9999-12-31T23:59:59-12:00"',
        *SECONDS,
    ],
    "uuid": ['"x"', f'"{"0" * 32}"', f'"urn:uuid:00000000-0000-4000-8000-{"0" * 12}"', *NOT_TEXT],
    "json": [
        r'{"a": "\u0000"}',
        r'{"\u0000": 1}',
        r'["\ud800"]',
        "[NaN]",
        "[" * 500 + "]" * 500,
        '"text"',
        "1",
        "true",
    ],
    "enum": ['"no such value"', NUL, *NOT_TEXT],
    "key": BAD_KEYS,
    "keys": ["1", '"x"', "{}", *(f"[{key}]" for key in BAD_KEYS)],
}


@every_sent_field
def test_bad_values_are_told_by_their_field(client: TestClient, case: Case, field: str, kind: str) -> None:
    for value in BAD[kind]:
        body = f'{{"{field}": {value}}}'

        created = client.post(case.path, content=body, headers=JSON)
        updated = client.patch(f"{case.path}/{MISSING_KEY}", content=body, headers=JSON)

        assert (created.status_code, updated.status_code) == (422, 422), value
        assert ["body", field] in [error["loc"][:2] for error in created.json()["errors"]], value
        assert [error["loc"][:2] for error in updated.json()["errors"]][:1] == [["body", field]], value
