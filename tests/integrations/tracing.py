"""OpenTelemetry: both ways of its own instrumentation, and FastAPI's telemetry, report the paths of routes."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from app import main
from tests.integrations.routes import ask_every_route


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def server_spans(exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    return [span for span in exporter.get_finished_spans() if span.kind == SpanKind.SERVER]


def assert_every_route_is_traced(app: FastAPI, exporter: InMemorySpanExporter) -> None:
    statuses = ask_every_route(app)
    spans = server_spans(exporter)
    attributes = [dict(span.attributes or {}) for span in spans]

    assert [span.name for span in spans] == list(statuses)
    assert [each["http.route"] for each in attributes] == [route.split()[1] for route in statuses]
    # The latter is the name in older conventions.
    codes = [each.get("http.response.status_code", each.get("http.status_code")) for each in attributes]
    assert codes == list(statuses.values())
    assert 500 not in codes


def test_application_is_instrumented(exporter: InMemorySpanExporter, provider: TracerProvider) -> None:
    app: FastAPI = main.create_app()
    FastAPIInstrumentor.instrument_app(app, tracer_provider=provider)

    assert_every_route_is_traced(app, exporter)


@pytest.fixture
def instrumented(provider: TracerProvider) -> Iterator[None]:
    FastAPIInstrumentor().instrument(tracer_provider=provider)
    yield
    FastAPIInstrumentor().uninstrument()
    importlib.reload(main)


@pytest.mark.usefixtures("instrumented")
def test_fastapi_is_instrumented_before_the_application_is_made(exporter: InMemorySpanExporter) -> None:
    assert_every_route_is_traced(importlib.reload(main).app, exporter)


# This comes last, since a process has only one provider.
def test_fastapis_own_telemetry_reports_routes(exporter: InMemorySpanExporter, provider: TracerProvider) -> None:
    trace.set_tracer_provider(provider)

    assert_every_route_is_traced(main.create_app(), exporter)
    names = {span.name for span in exporter.get_finished_spans()}
    assert names >= {"fastapi.endpoint", "fastapi.dependencies"}
