"""The page /docs of a generated project in a real browser: complete, without errors and without other hosts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from tests.baking import Bake, serving

pytestmark = pytest.mark.xdist_group("docs")

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Visit:
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def chromium() -> str:
    """The path of the browser; Debian's is installed if there is none."""
    if not shutil.which("chromium"):
        for words in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *words], check=True)
    path = shutil.which("chromium")
    assert path, "chromium has been installed, but is not on the PATH"
    return path


@pytest.fixture(scope="module")
def visit(bake: Bake, chromium: str) -> Iterator[Visit]:
    """The page once everything is loaded."""
    with (
        serving(sys.executable, "-m", "fastapi", "dev", "--port", "0", cwd=bake()) as address,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=OPTIONS) as browser,
        browser.new_page(viewport={"width": 1300, "height": 1000}) as page,
    ):
        visit = Visit(page, address)
        page.on("console", visit.hear)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("request", lambda request: visit.requests.append(request.url))
        page.goto(f"{address}/docs", wait_until="networkidle")
        page.locator(".opblock").first.wait_for()
        yield visit


def test_every_operation_is_shown(visit: Visit) -> None:
    paths = httpx2.get(f"{visit.address}/openapi.json").json()["paths"]
    documented = [(method.upper(), path) for path, operations in paths.items() for method in operations]

    blocks = visit.page.locator(".opblock").all()

    shown = [
        (
            block.locator(".opblock-summary-method").inner_text(),
            block.locator(".opblock-summary-path").get_attribute("data-path"),
        )
        for block in blocks
    ]
    assert sorted(shown) == sorted(documented)


def test_tags_are_shown_in_the_order_of_the_entities(visit: Visit) -> None:
    tags = visit.page.locator(".opblock-tag").all()

    assert [tag.get_attribute("data-tag") for tag in tags] == ["users", "orders", "order_lines", "health-checks"]


def test_schemas_and_operations_are_closed(visit: Visit) -> None:
    assert visit.page.locator(".opblock.is-open").count() == 0
    assert visit.page.locator(".models.is-open").count() == 0


def test_a_request_can_be_tried_out(visit: Visit) -> None:
    block = visit.page.locator(".opblock-post", has=visit.page.locator('[data-path="/api/v1/users"]'))

    block.locator(".opblock-summary-control").click()
    block.locator("button.execute").click()

    answer = block.locator(".live-responses-table .response .response-col_status")
    assert answer.inner_text().split() == ["201"]
    assert block.get_by_text("Request duration").count() == 1
    block.locator(".opblock-summary-control").click()


# These come last: they check everything that has happened before.


def test_browser_has_nothing_to_complain_about(visit: Visit) -> None:
    assert visit.complaints == []


def test_nothing_comes_from_another_host(visit: Visit) -> None:
    hosts = {urlsplit(url).netloc for url in visit.requests if not url.startswith("data:")}

    assert hosts == {urlsplit(visit.address).netloc}
