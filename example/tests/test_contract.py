"""Every operation does what the OpenAPI document says, with requests that schemathesis invents, valid or not."""

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from app.main import app
from tests.fuzzing import ApiCase, ApiOperation, keep_cursor, use_real_cursor

document = app.openapi()
schema = schemathesis.openapi.from_dict(document)
operations = [schema[path][method.upper()] for path, methods in document["paths"].items() for method in methods]
# Few, to keep this suite quick; `uv run schemathesis run` (see schemathesis.toml) tries many more.
few = settings(
    max_examples=max(2, 120 // len(operations)),
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def is_exact(operation: ApiOperation) -> bool:
    answers = document["paths"][operation.path][operation.method]["responses"].values()
    return any("application/problem+json" in answer.get("content", {}) for answer in answers)


@pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.label)
def test_operation_keeps_to_the_document(client: TestClient, operation: ApiOperation) -> None:
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])

    @few
    @given(case=cases)
    def check(case: ApiCase) -> None:
        use_real_cursor(case)
        sent = case.as_transport_kwargs()
        body = sent.get("data")
        form = {"data": body} if isinstance(body, dict) else {"content": body}
        response = client.request(
            sent["method"],
            sent["url"],
            params=sent["params"],
            headers=sent["headers"],
            json=sent.get("json"),
            files=sent.get("files"),
            **form,
        )
        # An endpoint of your own that documents no problem details only has to avoid server errors.
        case.validate_response(response, checks=None if is_exact(operation) else [not_a_server_error])
        keep_cursor(case, response.status_code, response.text)

    check()
