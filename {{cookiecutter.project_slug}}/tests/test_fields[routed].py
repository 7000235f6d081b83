"""Every column can be sent, is shown, can be filtered by, and is described."""

import pytest
from fastapi.testclient import TestClient

from tests.cases import every_entity
from tests.expectations import Case, optional_fields


@every_entity
@pytest.mark.parametrize("schema", ["create", "update", "out", "parameters"])
def test_schema_has_every_column(case: Case, schema: str) -> None:
    has = {name.partition("__")[0] for name in getattr(case, schema).model_fields}
    columns = {column.name for column in (case.columns if schema == "out" else case.own_columns)}

    lacks = {name for name in columns - has if schema not in case.left_out.get(name, ())}

    assert not lacks, (
        f"{getattr(case, schema).__name__} has no {', '.join(sorted(lacks))}: "
        f'add it there or, if that is meant, name "{schema}" in `left_out` of {case.name} in tests/cases.py'
    )


@every_entity
@pytest.mark.parametrize("schema", ["create", "update", "out"])
def test_schema_takes_null_where_the_column_does(case: Case, schema: str) -> None:
    fields = getattr(case, schema).model_fields
    nullable = {column.name for column in case.columns if column.nullable}

    takes_null = optional_fields(getattr(case, schema))

    differ = {column.name for column in case.columns if column.name in fields} & (nullable ^ takes_null)
    assert not differ, f"{getattr(case, schema).__name__} and {case.model.__name__} differ on null: {differ}"


@every_entity
def test_list_shows_what_a_row_shows(case: Case) -> None:
    row = case.item.response_model

    assert set(case.out.model_fields) <= set(row.model_fields)


@every_entity
def test_what_can_be_asked_is_described(client: TestClient, case: Case) -> None:
    document = client.get("/openapi.json").json()
    operations = {
        f"{method.upper()} {path}": operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if f"{path}/".startswith(f"{case.path}/")
    }

    bare = {
        name for name, operation in operations.items() if not {"summary", "description", "tags"} <= operation.keys()
    }
    silent = {
        f"{parameter['name']} of {name}"
        for name, operation in operations.items()
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    }

    assert bare == set(), "a handler's docstring describes it, and the tags of its router group it"
    assert silent == set(), "`Field(description=...)` or `Query(description=...)` describes a parameter"


@every_entity
def test_schemas_have_examples(client: TestClient, case: Case) -> None:
    known = client.get("/openapi.json").json()["components"]["schemas"]
    schemas = {schema.__name__ for schema in (case.create, case.update, case.out, case.item.response_model)}
    schemas |= {f"Page_{case.out.__name__}_"}

    assert [name for name in schemas & known.keys() if not known[name].get("examples")] == []
    assert {case.out.__name__, f"Page_{case.out.__name__}_"} <= known.keys()
