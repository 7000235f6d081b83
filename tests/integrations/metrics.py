"""Prometheus: starlette-exporter and prometheus-fastapi-instrumentator count requests by the path of the route."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from prometheus_fastapi_instrumentator import Instrumentator
from starlette_exporter import PrometheusMiddleware, handle_metrics

from app.main import create_app
from tests.integrations.routes import ask_every_route


def counted(app: FastAPI, metric: str) -> list[tuple[dict[str, str], float]]:
    with TestClient(app) as client:
        families = text_string_to_metric_families(client.get("/metrics").text)
    return [(s.labels, s.value) for family in families for s in family.samples if s.name == metric]


def test_starlette_exporter_counts_by_route() -> None:
    app: FastAPI = create_app()
    app.add_middleware(PrometheusMiddleware, app_name="service", prefix="service", group_paths=True)
    app.add_route("/metrics", handle_metrics)

    statuses = ask_every_route(app)

    found = {
        f"{labels['method']} {labels['path']}": (int(labels["status_code"]), value)
        for labels, value in counted(app, "service_requests_total")
    }
    assert found == {route: (status, 1) for route, status in statuses.items()}


def test_instrumentator_counts_by_route() -> None:
    app: FastAPI = create_app()
    Instrumentator(should_group_status_codes=False).instrument(app).expose(app, include_in_schema=False)

    statuses = ask_every_route(app)

    found = {
        f"{labels['method']} {labels['handler']}": (int(labels["status"]), value)
        for labels, value in counted(app, "http_requests_total")
    }
    assert found == {route: (status, 1) for route, status in statuses.items()}
