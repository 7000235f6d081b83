"""Prometheus: starlette-exporter counts each route by its template."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from starlette_exporter import PrometheusMiddleware, handle_metrics

from app.main import create_app
from tests.integrations.routes import ask_every_route


def test_requests_are_counted_by_route() -> None:
    app: FastAPI = create_app()
    app.add_middleware(PrometheusMiddleware, app_name="service", prefix="service", group_paths=True)
    app.add_route("/metrics", handle_metrics)

    statuses = ask_every_route(app)
    with TestClient(app) as client:
        metrics = text_string_to_metric_families(client.get("/metrics").text)
    counted = {
        f"{sample.labels['method']} {sample.labels['path']}": (int(sample.labels["status_code"]), sample.value)
        for family in metrics
        for sample in family.samples
        if sample.name == "service_requests_total"
    }

    assert counted == {route: (status, 1) for route, status in statuses.items()}
