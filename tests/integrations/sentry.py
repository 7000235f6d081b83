"""Sentry: transactions are named after the paths of routes, and an error is reported once."""

from __future__ import annotations

from typing import Any

import pytest
import sentry_sdk
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app
from tests.integrations.routes import ask_every_route

transactions: list[Any] = []
errors: list[Any] = []


# Keeps events here instead of sending them.
@pytest.fixture(scope="module", autouse=True)
def sentry() -> None:
    sentry_sdk.init(
        "http://key@127.0.0.1/1",
        traces_sample_rate=1.0,
        before_send=lambda event, hint: errors.append(event),
        before_send_transaction=lambda event, hint: transactions.append(event),
    )


def test_transactions_are_named_after_routes() -> None:
    transactions.clear()

    statuses = ask_every_route(create_app())

    names = [f"{event['request']['method']} {event['transaction']}" for event in transactions]
    assert names == list(statuses)
    assert errors == []


def test_error_is_reported_once() -> None:
    app: FastAPI = create_app()

    @app.get("/api/v1/fails/{why}")
    def fail(why: str) -> None:
        raise RuntimeError(why)

    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/api/v1/fails/because").status_code == 500

    assert [event["transaction"] for event in errors] == ["/api/v1/fails/{why}"]
    assert [event["exception"]["values"][-1]["value"] for event in errors] == ["because"]
