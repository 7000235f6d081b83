"""Elastic APM: every route answers, and its transaction is named after the path of the route."""

from __future__ import annotations

from unittest import mock

from elasticapm.contrib.starlette import ElasticAPM, make_apm_client

from app.main import create_app
from tests.integrations.routes import ask_every_route

# It measures nothing else and fetches no configuration.
CONFIGURATION = {
    "SERVICE_NAME": "service",
    "CAPTURE_BODY": "all",
    "CENTRAL_CONFIG": False,
    "CLOUD_PROVIDER": False,
    "METRICS_INTERVAL": "0ms",
}


def test_transactions_are_named_after_routes() -> None:
    client = make_apm_client(CONFIGURATION)
    app = create_app()
    app.add_middleware(ElasticAPM, client=client)

    with mock.patch.object(client._transport, "queue") as queue:
        statuses = ask_every_route(app)

    sent = [call.args[1] for call in queue.call_args_list if call.args[0] == "transaction"]
    assert [transaction["name"] for transaction in sent] == list(statuses)
    assert [transaction["result"] for transaction in sent] == [f"HTTP {code // 100}xx" for code in statuses.values()]
    assert 500 not in statuses.values()
    client.close()
