"""Say, as JSON, what a generated project consists of and how long it takes to start: run in its directory."""

import json
import time

started = time.perf_counter()
from fastapi import FastAPI

from app.main import app

imported = time.perf_counter()
document = app.openapi()
documented = time.perf_counter()

# A project may wrap all of it instead of adding to it.
builds_its_own = type(app).build_middleware_stack is not FastAPI.build_middleware_stack

print(
    json.dumps(
        {
            "import_seconds": imported - started,
            "openapi_seconds": documented - imported,
            "openapi_bytes": len(json.dumps(document)),
            "paths": sorted(document["paths"]),
            "has_middleware": bool(app.user_middleware or builds_its_own),
        }
    )
)
