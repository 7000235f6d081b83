from fastapi.testclient import TestClient


def test_operation_ids_are_function_names(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    ids = [operation["operationId"] for path in paths.values() for operation in path.values()]

    assert len(ids) == len(set(ids))
    assert {"live", "ready"} <= set(ids)


def test_docs_are_served(client: TestClient) -> None:
    assert client.get("/docs").status_code == 200


def test_problem_is_a_component(client: TestClient) -> None:
    components = client.get("/openapi.json").json()["components"]["schemas"]

    assert set(components["Problem"]["properties"]) == {"type", "title", "status", "detail", "errors"}
