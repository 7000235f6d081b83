"""Print, as JSON, the contents of the generated project in this directory and how long it takes to start."""

import json
import resource
import time

started = time.process_time()
from app.main import app

imported = time.process_time()
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
document = app.openapi()
documented = time.process_time()

print(
    json.dumps(
        {
            "import_seconds": imported - started,
            "memory_kilobytes": memory,
            "openapi_seconds": documented - imported,
            "openapi_bytes": len(json.dumps(document)),
            "paths": sorted(document["paths"]),
            "has_middleware": bool(app.user_middleware),
        }
    )
)
