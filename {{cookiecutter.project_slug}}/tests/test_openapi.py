import tomllib

from fastapi.testclient import TestClient

from app.version import PYPROJECT


def test_operation_ids_are_function_names(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    ids = [operation["operationId"] for path in paths.values() for operation in path.values()]

    assert len(ids) == len(set(ids))
    assert {"live", "ready"} <= set(ids)


def test_version_is_that_of_the_project(client: TestClient) -> None:
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]

    assert client.get("/openapi.json").json()["info"]["version"] == project["version"]


def test_every_tag_is_described_in_the_order_of_the_operations(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    used = [tag for path in document["paths"].values() for operation in path.values() for tag in operation["tags"]]

    described = [tag["name"] for tag in document["tags"] if tag["description"]]

    assert sorted(described) == sorted(set(used))
    assert described[-1] == "health-checks"


def test_problem_is_a_component(client: TestClient) -> None:
    components = client.get("/openapi.json").json()["components"]["schemas"]

    assert set(components["Problem"]["properties"]) == {"type", "title", "status", "detail", "errors"}
