"""How a request reaches its handler: found at once, however many entities there are, and run in one thread."""

from collections.abc import Callable
from copy import copy
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isfunction, isgeneratorfunction
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

Handler = Callable[..., Any]


class OneThreadRoute(APIRoute):
    """For `route_class=`: runs a handler in the thread pool, and checks its answer in the event loop.

    FastAPI takes a second thread for that.
    """

    def __init__(self, path: str, endpoint: Handler, **options: Any) -> None:
        super().__init__(path, in_one_thread(endpoint), **options)


def in_one_thread(handler: Handler) -> Handler:
    if not isfunction(handler) or any(
        test(handler) for test in (iscoroutinefunction, isgeneratorfunction, isasyncgenfunction)
    ):
        return handler

    @wraps(handler)
    async def run(**arguments: Any) -> Any:
        return await run_in_threadpool(handler, **arguments)

    return run


def add_index(app: FastAPI, prefix: str) -> None:
    """Find the routes below `prefix` by what follows it in a path, as `users` does in `/api/v1/users/1`."""
    app.router.middleware_stack = RouteIndex(app.router, prefix)


class RouteIndex:
    """Hands each request to those of a router's routes that its path allows, in their order.

    All others could not match it: what is answered, and by which route, is the same as without an index.
    """

    def __init__(self, router: APIRouter, prefix: str) -> None:
        self._router = router
        self._words = prefix.count("/") + 2
        self._indexed: list[BaseRoute] = []
        self._sections: dict[str, APIRouter] = {}
        self._elsewhere = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._router.app(scope, receive, send)
            return
        if self._indexed != self._router.routes:
            self._index()
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        # Who asks for the router wants the whole one, for the address of any route.
        scope["router"] = self._router
        await self._sections.get(self._section(path), self._elsewhere).app(scope, receive, send)

    def _section(self, path: str) -> str:
        return "/".join(path.split("/", self._words)[: self._words])

    def _index(self) -> None:
        self._indexed = list(self._router.routes)
        found = [(route, self._sections_of(route)) for route in self._indexed]
        self._elsewhere = self._limited_to([route for route, sections in found if not sections])
        self._sections = {
            section: self._limited_to([route for route, sections in found if section in (sections or {section})])
            for section in set[str]().union(*(sections for _, sections in found))
        }

    def _sections_of(self, route: BaseRoute) -> set[str]:
        """Those of all paths of the route, or of the routes of an included router; none where they could be anywhere."""
        paths = [context.path or "" for context in iter_route_contexts([route])]
        sections = {self._section(path) for path in paths}
        if any("{" in section or section.count("/") < self._words - 1 for section in sections):
            return set()
        return sections

    def _limited_to(self, routes: list[BaseRoute]) -> APIRouter:
        router = copy(self._router)
        router.routes = routes
        # A router that was included may have got more routes since then.
        router.default = self._router.app
        return router
