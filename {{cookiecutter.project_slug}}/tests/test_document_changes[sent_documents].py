"""A change of a JSON document is stored, also where Python calls the old and the new one equal."""

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.cases import CASES
from tests.expectations import Case
from tests.statements import recorded_statements

DOCUMENTS = [
    pytest.param(case, name, id=f"{case.name}.{name}")
    for case in CASES
    if case.writable
    for name, kind in case.kinds.items()
    if kind == "json" and name in case.out.model_fields
]
every_document = pytest.mark.parametrize(("case", "field"), DOCUMENTS)


@every_document
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"on": 1}, {"on": True}),
        ([0], [False]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1.0}]}),
        ([{"n": 1.0}], [{"n": True}]),
    ],
)
def test_change_is_stored(
    client: TestClient, db: Session, case: Case, field: str, before: object, after: object
) -> None:
    path = f"{case.path}/{case.make(db)}"
    client.patch(path, json={field: before})

    changed = client.patch(path, json={field: after})

    texts = [json.dumps(answer.json()[field]) for answer in (changed, client.get(path))]
    assert texts == [json.dumps(after)] * 2


@every_document
def test_same_document_is_not_written_again(client: TestClient, db: Session, case: Case, field: str) -> None:
    path = f"{case.path}/{case.make(db)}"
    client.patch(path, json={field: {"a": 1, "b": [True, None]}})

    with recorded_statements() as statements:
        client.patch(path, json={field: {"b": [True, None], "a": 1}})

    assert [statement for statement in statements if statement.startswith("UPDATE")] == []
