from fastapi.testclient import TestClient


def documented_statuses(client: TestClient, path: str, method: str) -> set[str]:
    document = client.get("/openapi.json").json()
    return set(document["paths"][path][method]["responses"])
