"""How a request reaches its handler: found by one look-up, however many entities there are, and run in one thread."""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isfunction, isgeneratorfunction, unwrap
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from fastapi import APIRouter, FastAPI, Request, Response, params
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Match, Mount, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.bodies import BoundedRequest

Handler = Callable[..., Any]


class OneThreadRoute(APIRoute):
    """For `route_class=`: runs a handler in the thread pool, but checks its body and its answer in the event loop.

    FastAPI would use a second thread for the answer. The body has a limited number of values, so it is checked soon.
    """

    def __init__(self, path: str, endpoint: Handler, **options: Any) -> None:
        super().__init__(path, in_one_thread(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_bounded(request: Request) -> Response:
            return await handle(BoundedRequest(request.scope, request.receive))

        return handle_bounded


def in_one_thread(handler: Handler) -> Handler:
    # Look inside decorators too, as FastAPI does: a wrapper need not be of the same kind as the handler.
    kinds = (iscoroutinefunction, isgeneratorfunction, isasyncgenfunction)
    if not isfunction(handler) or any(test(part) for test in kinds for part in (handler, unwrap(handler))):
        return handler

    @wraps(handler)
    async def run(**arguments: Any) -> Any:
        return await run_in_threadpool(handler, **arguments)

    return run


def add_index(app: FastAPI, prefix: str) -> None:
    """Find routes below `prefix` by the next part of the path, such as `users` in `/api/v1/users/1`."""
    app.router.middleware_stack = RouteIndex(app.router, prefix)


class RouteIndex:
    """Offers each request only the routes that can match its method and the start of its path, in their order.

    If none of these matches, the router answers as it would without an index.
    """

    def __init__(self, router: APIRouter, prefix: str) -> None:
        self._router = router
        self._words = prefix.count("/") + 2
        self._indexed: list[BaseRoute] = []
        self._lists: list[list[BaseRoute]] = []
        self._count = 0
        self._apps: dict[tuple[str, str], ASGIApp] = {}
        self._sections: set[str] = set()
        self._elsewhere: ASGIApp = self._whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._router.app(scope, receive, send)
            return
        if self._indexed != self._router.routes or self._count != sum(map(len, self._lists)):
            self._index()
        section = self._section(path_of(scope))
        others = self._whole if section in self._sections else self._elsewhere
        # `request.url_for` needs the whole router, to find any route.
        scope.setdefault("router", self._router)
        await self._apps.get((scope["method"], section), others)(scope, receive, send)

    async def _whole(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Try all routes: for redirects, the files of a frontend, a 404."""
        handler = scope.get("endpoint")

        async def send_without_host(message: Message) -> None:
            # To a slash more or less. The router would name the host that the client has sent, whoever made that up.
            if message["type"] == "http.response.start" and scope.get("endpoint") is handler:
                headers = MutableHeaders(scope=message)
                if "location" in headers:
                    headers["location"] = address_on_this_host(headers["location"])
            await send(message)

        await self._router.app(scope, receive, send_without_host)

    def _section(self, path: str) -> str:
        return "/".join(path.split("/", self._words)[: self._words])

    def _index(self) -> None:
        self._indexed = list(self._router.routes)
        self._lists = list(lists_of(self._router))
        self._count = sum(map(len, self._lists))
        anywhere: list[tuple[int, BaseRoute]] = []
        found: dict[tuple[str, str], list[tuple[int, BaseRoute]]] = defaultdict(list)
        for place, (section, methods, route) in enumerate(part for each in self._indexed for part in self._parts(each)):
            for method in methods:
                found[method, section].append((place, route))
            if not section:
                anywhere.append((place, route if isinstance(route, Mount) else FullRoute(route)))
        self._sections = {section for _, section in found}
        self._elsewhere = self._limited_to(anywhere)
        self._apps = {key: self._limited_to([*routes, *anywhere]) for key, routes in found.items()}

    def _parts(self, route: BaseRoute) -> list[tuple[str, set[str], BaseRoute]]:
        """Return its routes, each with section and methods; or the route itself, if it could match in any section."""
        parts: list[tuple[str, set[str], BaseRoute]] = []
        for context in iter_route_contexts([route]):
            if isinstance(context.original_route, WebSocketRoute):
                continue
            section = self._section(context.path or "")
            if "{" in section or section.count("/") < self._words - 1 or not is_plain(context):
                return [("", set(), route)]
            direct = route if context.original_route is route else DirectRoute(context)
            parts.append((section, context.methods or set(), direct))
        return parts

    def _limited_to(self, routes: list[tuple[int, BaseRoute]]) -> ASGIApp:
        ordered = [route for _, route in sorted(routes, key=itemgetter(0))]
        limits = self._router.form_limits
        return APIRouter(routes=ordered, redirect_slashes=False, default=self._whole, form_limits=limits).app


def address_on_this_host(url: str) -> str:
    parts = urlsplit(url)
    # Two slashes would begin with another host.
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))


def lists_of(router: APIRouter) -> Iterator[list[BaseRoute]]:
    """Yield the router's own list of routes and those of routers that it includes; they may grow at any time."""
    yield router.routes
    for route in router.routes:
        if isinstance(included := getattr(route, "original_router", None), APIRouter):
            yield from lists_of(included)


def path_of(scope: Scope) -> str:
    """Return the path that routes are matched with, without the prefix of a proxy or a mount."""
    path, root = str(scope["path"]), scope.get("root_path", "")
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


def is_plain(context: RouteContext) -> bool:
    """Tell whether a route can answer without its router. With a form it cannot: the router has the limits of forms."""
    kind = type(context.original_route)
    if not issubclass(kind, APIRoute) or kind.matches != APIRoute.matches or kind.handle != APIRoute.handle:
        return False
    return context.body_field is None or not isinstance(context.body_field.field_info, params.Form)


class FullRoute(BaseRoute):
    """A route that ignores requests with other methods, since only the whole router knows which route refuses them."""

    def __init__(self, route: BaseRoute) -> None:
        self.path_format = getattr(route, "path_format", None)
        self._route = route

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = self._route.matches(scope)
        return (match, child_scope) if match == Match.FULL else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._route.handle(scope, receive, send)


class DirectRoute(BaseRoute):
    """A route of an included router, found without FastAPI's two searches through that router."""

    def __init__(self, context: RouteContext) -> None:
        self.path_format = context.path_format
        # In the same place as FastAPI's own: Sentry and others read the route's full path from there.
        self._found: dict[str, Any] = {"route": context.original_route, "fastapi": {"effective_route_context": context}}
        self._matches: Callable[[Scope], tuple[Match, Scope]] = context.matches
        self._app: ASGIApp = context.app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = self._matches(scope)
        return match, {**child_scope, **self._found}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
