"""The page /docs: Swagger UI from local files, so it works offline and with a strict content security policy."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

# Paths are relative to the page, so it works below a proxy's prefix too.
OPTIONS = {
    "url": "openapi.json",
    "dom_id": "#docs",
    "deepLinking": True,
    "defaultModelsExpandDepth": 0,
    "displayRequestDuration": True,
    "docExpansion": "list",
    "filter": True,
    "persistAuthorization": True,
    "tryItOutEnabled": True,
}
SCRIPT = f"""
const dark = matchMedia("(prefers-color-scheme: dark)")
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches)
dark.addEventListener("change", follow)
follow()
SwaggerUIBundle({json.dumps(OPTIONS)})
"""

STYLE = """
body { margin: 0 }
.swagger-ui, .swagger-ui :is(.info, .opblock-tag, .opblock, table, label, button, input, select, h2, h3, h4, h5) {
  font-family: system-ui, sans-serif;
}
.swagger-ui .wrapper { max-width: 1080px }
.swagger-ui .info { margin: 32px 0 16px }
.swagger-ui .scheme-container { display: none }
.swagger-ui .filter .operation-filter-input { margin: 8px 0; border-radius: 6px }
.swagger-ui .opblock-tag { font-size: 20px; margin: 0 0 6px }
.swagger-ui .opblock { margin: 0 0 6px; border-radius: 6px; box-shadow: none }
.swagger-ui .opblock .opblock-summary-method { min-width: 72px; border-radius: 4px }
"""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="docs-assets/favicon-32x32.png">
<link rel="stylesheet" href="docs-assets/swagger-ui.css">
<style>{style}</style>
</head>
<body>
<div id="docs"></div>
<script src="docs-assets/swagger-ui-bundle.js"></script>
<script>{script}</script>
</body>
</html>
"""


def hash_of(inline: str) -> str:
    return f"'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'"


# "Try it out" can only reach this service. If users log in at another host, add that to connect-src.
POLICY = "; ".join(
    [
        "default-src 'none'",
        f"script-src 'self' {hash_of(SCRIPT)}",
        f"style-src 'self' {hash_of(STYLE)}",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)


class Assets(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        # Browsers keep the files, but ask each time whether they have changed.
        response.headers["Cache-Control"] = "no-cache"
        return response


def install(app: FastAPI) -> None:
    page = PAGE.format(title=escape(app.title), style=STYLE, script=SCRIPT)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": POLICY}

    async def docs(_: Request) -> HTMLResponse:
        return HTMLResponse(page, headers=headers)

    app.add_route("/docs", docs, include_in_schema=False)
    app.mount("/docs-assets", Assets(packages=[("fastapi_swagger", "resources")]))
