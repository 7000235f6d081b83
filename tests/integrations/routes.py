"""Every route that a generated project has, and a request for each."""

from __future__ import annotations

import re

from fastapi import FastAPI
from fastapi.testclient import TestClient


def ask_every_route(app: FastAPI) -> dict[str, int]:
    """Return the status of each route's answer by method and path, such as `GET /api/v1/notes/{note_id}`."""
    statuses = {}
    with TestClient(app, raise_server_exceptions=False) as client:
        for path, operations in app.openapi()["paths"].items():
            for method in operations:
                response = client.request(method.upper(), re.sub(r"{\w+}", "1", path))
                statuses[f"{method.upper()} {path}"] = response.status_code
    return statuses
