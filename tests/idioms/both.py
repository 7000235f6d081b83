"""The same change to two applications: the generated one, and a plain FastAPI with the same routers."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from app.main import API, create_app, lifespan
from app.routers import ROUTERS
from app.web import health

Change = Callable[[FastAPI], object]


@dataclass(frozen=True)
class Outcome:
    """The result of a request; the bodies of errors are left out, since they are the service's own."""

    status: int
    route: str | None
    """The path as written at the handler."""
    whole_route: str | None
    """The path with the prefixes of all routers that include it, where tools look for it."""
    handler: str | None
    path_params: dict[str, Any]
    location: str | None
    result: object
    """The body of a success."""


class Recorder:
    """The scope of the latest request, with what routers have written into it."""

    def __init__(self, app: ASGIApp, latest: MutableMapping[str, Any]) -> None:
        self.app = app
        self.latest = latest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.latest.clear()
        try:
            await self.app(scope, receive, send)
        finally:
            self.latest.update(scope)


class Client:
    """Sends requests to one of the applications."""

    def __init__(self, app: FastAPI, root_path: str = "") -> None:
        self.app = app
        self.scope: dict[str, Any] = {}
        app.add_middleware(Recorder, latest=self.scope)
        self.http = TestClient(app, raise_server_exceptions=False, follow_redirects=False, root_path=root_path)

    def ask(self, request: str, **options: Any) -> Outcome:
        """A request as "GET /path"."""
        method, path = request.split(" ")
        response = self.http.request(method, path, **options)
        handler, location = self.scope.get("endpoint"), response.headers.get("location")
        return Outcome(
            response.status_code,
            getattr(self.scope.get("route"), "path", None),
            getattr(self.scope.get("fastapi", {}).get("effective_route_context"), "path", None),
            getattr(handler, "__name__", None),
            self.scope.get("path_params", {}),
            # The generated one does not name the host, which the client has sent.
            location and location.removeprefix("http://testserver"),
            response.text if response.is_success else None,
        )


def plain_app() -> FastAPI:
    app = FastAPI(lifespan=lifespan)
    for router in ROUTERS:
        app.include_router(router, prefix=API)
    app.include_router(health.router)
    return app


def ask_both(
    change: Change, *requests: str, root_path: str = "", then: Change | None = None, **options: Any
) -> list[Outcome]:
    """Return the results, which must be the same for both applications; `then` is a change after the first request."""
    outcomes = []
    for app in (create_app(), plain_app()):
        change(app)
        client = Client(app, root_path)
        with client.http:
            client.ask(requests[0])
            if then:
                then(app)
            outcomes.append([client.ask(request, **options) for request in requests])
    own, plain = outcomes
    assert own == plain
    return own


def results(outcomes: list[Outcome]) -> list[tuple[int, str | None]]:
    return [(outcome.status, outcome.handler) for outcome in outcomes]
