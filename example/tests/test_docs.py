"""The page /docs. Swagger UI makes it work in a browser; these tests show that it loads nothing from elsewhere."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import settings

ASSETS = ("docs-assets/favicon-32x32.png", "docs-assets/swagger-ui.css", "docs-assets/swagger-ui-bundle.js")


def test_page_names_files_of_this_service_only(running_client: TestClient) -> None:
    page = running_client.get("/docs").text

    assert tuple(re.findall(r'(?:href|src)="([^"]*)"', page)) == ASSETS
    assert "//" not in page


@pytest.mark.parametrize(("tag", "directive"), [("script", "script-src"), ("style", "style-src")])
def test_policy_lets_in_what_the_page_holds(running_client: TestClient, tag: str, directive: str) -> None:
    response = running_client.get("/docs")
    inline = re.findall(rf"<{tag}>(.*?)</{tag}>", response.text, re.DOTALL)
    policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))

    hashes = [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inline]

    assert policy[directive].split() == ["'self'", *hashes]
    assert len(hashes) == 1


@pytest.mark.parametrize("name", ASSETS)
def test_asset_is_kept_while_it_is_the_same(running_client: TestClient, name: str) -> None:
    first = running_client.get(f"/{name}")
    again = running_client.get(f"/{name}", headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert first.headers["cache-control"] == "no-cache"


def test_documentation_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "docs_enabled", False)
    client = TestClient(create_app())

    statuses = [client.get(path).status_code for path in ("/docs", "/openapi.json", *ASSETS, "/redoc")]

    assert statuses == [404] * 6
