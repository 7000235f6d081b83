"""The document tells every answer that an operation can give."""

from fastapi.testclient import TestClient

from tests.cases import Case, every_entity, every_writable_entity


def documented(client: TestClient, path: str, method: str) -> set[str]:
    document = client.get("/openapi.json").json()
    return set(document["paths"][path][method]["responses"])


def item_path(client: TestClient, case: Case) -> str:
    paths: list[str] = list(client.get("/openapi.json").json()["paths"])
    return next(path for path in paths if path.startswith(f"{case.path}/{{"))


@every_entity
def test_reading_is_documented(client: TestClient, case: Case) -> None:
    assert documented(client, case.path, "get") == {"200", "422", "503"}
    assert documented(client, item_path(client, case), "get") == {"200", "404", "422", "503"}


@every_writable_entity
def test_writing_is_documented(client: TestClient, case: Case) -> None:
    assert documented(client, case.path, "post") == {"201", "409", "422", "503"}
    assert documented(client, item_path(client, case), "patch") == {"200", "404", "409", "422", "503"}
    assert documented(client, item_path(client, case), "delete") == {"204", "404", "409", "422", "503"}


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
