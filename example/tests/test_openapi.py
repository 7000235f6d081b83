import re
import tomllib

import jsonschema_rs
from fastapi.testclient import TestClient

from app.main import PYPROJECT
from app.web.problems import Problem


def test_operation_ids_are_function_names(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    ids = [operation["operationId"] for path in paths.values() for operation in path.values()]

    assert len(ids) == len(set(ids))
    assert {"live", "ready"} <= set(ids)


def test_version_is_that_of_the_project(client: TestClient) -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]

    assert client.get("/openapi.json").json()["info"]["version"] == project["version"]


def test_every_tag_that_is_described_is_used(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    used = {tag for operation in operations for tag in operation.get("tags", [])}

    described = [tag["name"] for tag in document["tags"] if tag["description"]]

    assert {"health-checks"} <= set(described) <= used


def test_problem_is_a_component(client: TestClient) -> None:
    components = client.get("/openapi.json").json()["components"]["schemas"]

    assert set(components["Problem"]["properties"]) == {"type", "title", "status", "detail", "errors"}


def test_every_example_is_valid(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    examples = [(name, example) for name, schema in schemas.items() for example in schema.get("examples", [])]
    invalid = [
        (name, error.message)
        for name, example in examples
        for error in jsonschema_rs.Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": document["components"]}, validate_formats=True
        ).iter_errors(example)
    ]

    assert {"Health", "Problem"} <= {name for name, _ in examples}
    assert invalid == [], "give these schemas `examples` of your own"


def test_every_default_is_valid(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    fields = [
        (f"{name}.{field}", schema)
        for name, each in schemas.items()
        for field, schema in each.get("properties", {}).items()
        if "default" in schema and "$ref" not in str(schema)
    ]

    invalid = [name for name, schema in fields if not jsonschema_rs.is_valid(schema, schema["default"])]

    assert invalid == []


def test_every_example_of_a_problem_is_valid(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    answers = [(status, answer) for operation in operations for status, answer in operation["responses"].items()]

    problems = [
        (status, content["example"])
        for status, answer in answers
        for kind, content in answer.get("content", {}).items()
        if kind == "application/problem+json" and "example" in content
    ]

    assert {"503"} <= {status for status, _ in problems}
    assert [status for status, problem in problems if status != str(Problem.model_validate(problem).status)] == []


def test_every_probe_is_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    probes = [paths[path]["get"] for path in ("/health/live", "/health/ready")]

    assert [probe for probe in probes if not {"summary", "description", "tags"} <= probe.keys()] == []


def test_limits_are_exact(client: TestClient) -> None:
    # Some tools read a double as another number, others refuse it.
    assert re.findall(r": *-?[0-9.]+(?:\.0|e\+?[0-9]+)\b", client.get("/openapi.json").text) == []
