"""How a request reaches its handler: found at once, however many entities there are, and run in one thread."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

Handler = Callable[..., Any]


class Router(APIRouter):
    """The routes of one module, which become the application's own.

    Those of a router that is included are tried one by one, each of them twice, and tools that walk through
    `app.routes` do not see them.
    """

    def __init__(self, *, prefix: str, tags: Sequence[str | Enum], responses: dict[int | str, dict[str, Any]]) -> None:
        super().__init__(prefix=prefix)
        self._tags = tags
        self._responses = responses
        self._declared: list[tuple[str, Handler, dict[str, Any]]] = []

    def add_api_route(self, path: str, endpoint: Handler, **options: Any) -> None:
        """Keep what a decorator, such as `@router.get`, says of a handler."""
        options["tags"] = [*self._tags, *(options["tags"] or [])]
        options["responses"] = self._responses | (options["responses"] or {})
        self._declared.append((self.prefix + path, endpoint, options))

    def add_to(self, app: FastAPI, prefix: str) -> list[APIRoute]:
        """The routes that the application has got, with `prefix` before their paths."""
        before = len(app.routes)
        for path, endpoint, options in self._declared:
            app.router.add_api_route(prefix + path, in_one_thread(endpoint), **options)
        return [route for route in app.routes[before:] if isinstance(route, APIRoute)]


def in_one_thread(handler: Handler) -> Handler:
    """Run a handler in the thread pool, and check its answer in the event loop: FastAPI takes a second thread for that."""
    if iscoroutinefunction(handler):
        return handler

    @wraps(handler)
    async def run(**arguments: Any) -> Any:
        return await run_in_threadpool(handler, **arguments)

    return run


class Sections(BaseRoute):
    """Finds a route among those of a method whose paths begin alike, as in `/api/v1/users`, instead of trying all."""

    def __init__(self, prefix: str) -> None:
        self._words = prefix.count("/") + 2
        self._routes: dict[tuple[str, str], list[APIRoute]] = defaultdict(list)

    def add(self, section: str, routes: Iterable[APIRoute]) -> None:
        for route in routes:
            for method in route.methods or ():
                self._routes[method, section].append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http":
            path: str = scope["path"].removeprefix(scope.get("root_path", ""))
            section = "/".join(path.split("/", self._words)[: self._words])
            for route in self._routes.get((scope["method"], section), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, found
        # What is wrong with the path or the method is found out by trying all routes.
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await scope["route"].handle(scope, receive, send)


def add_routers(app: FastAPI, prefix: str, routers: Iterable[Router]) -> None:
    sections = Sections(prefix)
    app.router.routes.insert(0, sections)
    for router in routers:
        sections.add(prefix + router.prefix, router.add_to(app, prefix))
