"""A project with many entities works like one with a few. The benchmarks measure what it costs."""

from __future__ import annotations

import json

from tests.baking import Bake, python, succeed

# FastAPI itself caches the fields of 128 models, and cannot document more of them in queries.
MANY = 130

TRIED = """
import json
from unittest import mock
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from app.main import app
from app.web.routing import DirectRoute

paths = len(app.openapi()["paths"])
with TestClient(app) as client:
    with (
        mock.patch.object(APIRoute, "matches", autospec=True, side_effect=APIRoute.matches) as searched,
        mock.patch.object(DirectRoute, "matches", autospec=True, side_effect=DirectRoute.matches) as direct,
    ):
        status = client.get("/api/v1/e129s?name__contains=x").status_code
print(json.dumps([paths, status, searched.call_count + direct.call_count]))
"""


def test_last_of_many_entities_is_found_as_soon_as_the_first(bake: Bake) -> None:
    entities = "; ".join(f"E{number}(name:str) api=read softdelete=off timestamps=off" for number in range(MANY))
    project = bake(entities=entities, database="sqlite")

    paths, status, tried = json.loads(succeed(python("-c", TRIED, cwd=project)))

    assert paths == 2 * MANY + 2  # the health checks
    assert (status, tried) == (200, 1)
