"""Malformed requests always get a 4xx that says where the mistake is, whatever the database would do with them."""

import pytest
from fastapi.testclient import TestClient

from app.settings import settings
from tests.cases import every_writable_entity
from tests.expectations import Case
from tests.keys import MISSING_KEY

JSON = {"content-type": "application/json"}


@every_writable_entity
def test_create_refuses_null_for_required_fields(client: TestClient, case: Case) -> None:
    response = client.post(case.path, json=dict.fromkeys(case.required))

    told = {error["loc"][1] for error in response.json()["errors"]} if case.required else set()
    assert response.status_code == 422 or not case.required
    assert told >= set(case.required)


@every_writable_entity
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"NaN", 422),
        (rb'"\ud800"', 422),
        (b"\xff", 400),
        (b'{"a": ' + b"1" * 5000 + b"}", 400),
        (b"[" * 40_000 + b"]" * 40_000, 400),
    ],
    ids=["empty", "open", "NaN", "surrogate", "not-utf8", "digits", "deep"],
)
def test_bodies_that_are_no_objects(client: TestClient, case: Case, body: bytes, status: int) -> None:
    response = client.post(case.path, content=body, headers=JSON)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@every_writable_entity
def test_bodies_of_too_many_values(client: TestClient, case: Case) -> None:
    body = [1] * (settings.max_body_values + 1)

    answers = [
        client.post(case.path, json=body),
        client.post(f"{case.path}/bulk", json=body),
        client.patch(f"{case.path}/{MISSING_KEY}", json={"no-such-field": body}),
    ]

    assert [answer.status_code for answer in answers] == [413] * 3
    assert {answer.json()["detail"] for answer in answers} == {"The body has more than 50000 values."}


@every_writable_entity
@pytest.mark.parametrize(("unknown", "most"), [(3, 99), (100, 100), (10_000, 1)])
def test_unknown_fields_are_told_up_to_a_number(client: TestClient, case: Case, unknown: int, most: int) -> None:
    body = {f"no-such-field-{number}": 1 for number in range(unknown)}

    created = client.post(case.path, json=body)
    updated = client.patch(f"{case.path}/{MISSING_KEY}", json=body)
    listed = client.get(case.path, params=dict.fromkeys(list(body)[:3000], 1))

    assert [answer.status_code for answer in (created, updated, listed)] == [422] * 3
    assert [len(answer.json()["errors"]) for answer in (updated, listed)] == [min(unknown, most)] * 2
    assert len(created.json()["errors"]) <= 100


@every_writable_entity
@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1&cursor=a&cursor=b", "with_total=1&with_total=1"])
def test_parameters_are_not_repeated(client: TestClient, case: Case, query: str) -> None:
    response = client.get(f"{case.path}?{query}")

    name = query.rpartition("&")[2].partition("=")[0]
    assert response.status_code == 422
    assert response.json()["errors"] == [
        {"loc": ["query", name], "msg": "This parameter is given more than once", "type": "repeated"}
    ]


@every_writable_entity
@pytest.mark.parametrize("limit", ["-1", str(10**20), "1.5", "%00", "NaN", "1e1", "%ff"])
def test_odd_limits(client: TestClient, case: Case, limit: str) -> None:
    response = client.get(f"{case.path}?limit={limit}")

    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["query", "limit"]
