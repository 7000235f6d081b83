import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.web.admission import Slots


def test_live(client: TestClient) -> None:
    response = client.get("/health/live")

    assert response.status_code == 200
    assert response.json() == {"status": "live"}


def test_ready(client: TestClient) -> None:
    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {"status": "ready"}


def test_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.health.Readiness._ping", lambda self: False)

    with TestClient(create_app(routers=())) as client:
        response = client.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["title"] == "Not ready"


def test_ready_while_every_slot_is_taken() -> None:
    app = create_app(routers=())

    with TestClient(app) as client:
        app.state.slots = Slots(0, timeout=0.01)
        response = client.get("/health/ready")

    assert response.status_code == 200


def test_readiness_asks_the_database_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def ping(readiness: object) -> bool:
        asked.append(readiness)
        return True

    monkeypatch.setattr("app.web.health.Readiness._ping", ping)

    with TestClient(create_app(routers=())) as client:
        statuses = [client.get("/health/ready").status_code for _ in range(5)]

    assert statuses == [200] * 5
    assert len(asked) == 1
