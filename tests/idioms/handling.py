"""Handlers of every kind that FastAPI accepts, on an entity's router and on one's own."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial, wraps
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.sse import EventSourceResponse
from fastapi.testclient import TestClient
from sqlalchemy import text
from starlette.middleware.base import BaseHTTPMiddleware

from app.dependencies import DbSession, get_db
from app.main import create_app
from app.routers import things
from tests.idioms.both import plain_app

Handler = Callable[..., Any]


# Kinds of handlers


def logged(handler: Handler) -> Handler:
    @wraps(handler)
    def run(*positional: Any, **named: Any) -> Any:
        return handler(*positional, **named)

    return run


def awaited(handler: Handler) -> Handler:
    @wraps(handler)
    async def run(*positional: Any, **named: Any) -> Any:
        return handler(*positional, **named)

    return run


def number(n: int = 1) -> int:
    return n


async def number_in_the_loop(n: int = 1) -> int:
    return n


def numbers() -> Iterator[int]:
    yield from (1, 2, 3)


async def numbers_in_the_loop() -> AsyncIterator[int]:
    for n in (1, 2, 3):
        yield n


def stream() -> StreamingResponse:
    return StreamingResponse(iter(["1", "2"]), media_type="text/csv")


class Counter:
    def __call__(self, n: int = 1) -> int:
        return n

    def method(self, n: int = 1) -> int:
        return n


HANDLERS: dict[str, Handler] = {
    "def": number,
    "async": number_in_the_loop,
    "generator": numbers,
    "async-generator": numbers_in_the_loop,
    "stream": stream,
    "decorated": logged(number),
    "decorated-async": logged(number_in_the_loop),
    "decorated-generator": logged(numbers),
    "decorated-async-generator": logged(numbers_in_the_loop),
    "decorated-by-async": awaited(number),
    "object": Counter(),
    "method": Counter().method,
    "partial": partial(number, n=2),
    "lambda": lambda: "text",
}


@pytest.mark.parametrize("kind", HANDLERS)
def test_handler_of_any_kind_answers_on_an_entitys_router(kind: str, posts_router: APIRouter) -> None:
    handler = HANDLERS[kind]
    posts_router.get("/kinds/entity", name="entity")(handler)
    own = APIRouter(prefix="/own")
    own.get("", name="own")(handler)

    answers = []
    for app, path in ((create_app(), "/api/v1/posts/kinds/entity"), (plain_app(), "/own")):
        app.include_router(own)
        with TestClient(app) as client:
            response = client.get(path)
            answers.append((response.status_code, response.headers["content-type"], response.text))

    assert answers[0] == answers[1]
    assert answers[0][0] == 200
    assert answers[0][2] != ""


def test_query_of_a_handler_is_checked_in_any_decorator(posts_router: APIRouter) -> None:
    posts_router.get("/kinds/checked")(logged(number))

    with TestClient(create_app()) as client:
        assert client.get("/api/v1/posts/kinds/checked", params={"n": "7"}).json() == 7
        assert client.get("/api/v1/posts/kinds/checked", params={"n": "x"}).status_code == 422


def test_events_are_streamed(posts_router: APIRouter) -> None:
    posts_router.get("/events/all", response_class=EventSourceResponse)(numbers)
    posts_router.get("/events/async", response_class=EventSourceResponse)(numbers_in_the_loop)

    with TestClient(create_app()) as client:
        for kind in ("all", "async"):
            response = client.get(f"/api/v1/posts/events/{kind}")
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert response.text == "data: 1\n\ndata: 2\n\ndata: 3\n\n"


def test_def_handler_of_an_entitys_router_runs_in_a_thread_and_async_in_the_loop(posts_router: APIRouter) -> None:
    def thread() -> str:
        return threading.current_thread().name

    async def loop() -> str:
        return threading.current_thread().name

    posts_router.get("/kinds/thread")(thread)
    posts_router.get("/kinds/loop")(loop)

    with TestClient(create_app()) as client:
        names = [client.get(f"/api/v1/posts/kinds/{kind}").json() for kind in ("thread", "loop")]

    assert "worker" in names[0]
    assert "worker" not in names[1]


def test_handler_answers_with_a_response_of_its_own(posts_router: APIRouter) -> None:
    @posts_router.get("/page/own", response_class=HTMLResponse)
    def page(response: Response) -> str:
        response.set_cookie("seen", "yes")
        response.status_code = 203
        return "<p>hello</p>"

    with TestClient(create_app()) as client:
        response = client.get("/api/v1/posts/page/own")

    assert (response.status_code, response.text) == (203, "<p>hello</p>")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.cookies["seen"] == "yes"


def test_async_handler_has_a_session() -> None:
    app: FastAPI = create_app()

    @app.get("/async")
    async def read(db: DbSession) -> int:
        return int(db.scalar(text("SELECT 1").columns()) or 0)

    with TestClient(app) as client:
        assert client.get("/async").json() == 1


# What surrounds handlers


def test_background_task_runs_after_the_answer() -> None:
    things.sent.clear()

    with TestClient(create_app()) as client:
        response = client.post("/api/v1/things/", json={"name": "tea"})

    assert (response.status_code, response.json()) == (201, {"name": "tea", "price": None})
    assert things.sent == ["tea"]


def test_dependencies_are_overridden_and_restored() -> None:
    app = create_app()

    class Session:
        info = {"price": 7}

    with TestClient(app) as client:
        app.dependency_overrides = {get_db: Session, things.who_asks: lambda: "tests"}
        assert client.get("/api/v1/things/").json() == [{"name": "tests", "price": None}]
        assert client.get("/api/v1/things/tea").json() == {"name": "tea", "price": 7}
        app.dependency_overrides = {}
        assert client.get("/api/v1/things/").json() == [{"name": "nobody", "price": None}]
        assert client.get("/api/v1/posts").status_code == 200


class Common:
    made = 0

    def __init__(self, request: Request) -> None:
        self.path = request.url.path
        Common.made += 1


def path_of(common: Annotated[Common, Depends()]) -> str:
    return common.path


def test_class_is_a_dependency_and_is_made_once_a_request(posts_router: APIRouter) -> None:
    @posts_router.get("/class/own")
    def read(common: Annotated[Common, Depends(Common)], path: Annotated[str, Depends(path_of)]) -> list[str]:
        return [common.path, path, str(Common.made)]

    with TestClient(create_app()) as client:
        assert client.get("/api/v1/posts/class/own").json() == ["/api/v1/posts/class/own"] * 2 + ["1"]


# WebSockets


async def echo(websocket: WebSocket, n: int = 1) -> None:
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(await websocket.receive_text() * n)
    except WebSocketDisconnect:
        return


@pytest.mark.parametrize("path", ["/api/v1/things/ws", "/api/v2/things/ws"])
def test_websocket_of_ones_own_router_connects(path: str) -> None:
    app = create_app()
    app.include_router(things.router, prefix="/api/v2")

    with TestClient(app) as client, client.websocket_connect(path, headers={"X-Who": "me"}) as websocket:
        websocket.send_text("hello")
        assert websocket.receive_text() == "me: hello"


def test_websocket_of_an_entitys_router_connects(posts_router: APIRouter) -> None:
    posts_router.websocket("/{post_id}/ws")(echo)

    with TestClient(create_app()) as client, client.websocket_connect("/api/v1/posts/1/ws?n=2") as websocket:
        websocket.send_text("ab")
        assert websocket.receive_text() == "abab"


@pytest.mark.parametrize("path", ["/api/v1/posts/1/none", "/api/v1/posts", "/api/v1/things/ws?who", "/none"])
def test_websocket_of_no_route_is_refused_as_fastapi_does(path: str) -> None:
    refused = []
    for app in (create_app(), plain_app()):
        with TestClient(app) as client:
            try:
                with client.websocket_connect(path) as websocket:
                    refused.append(0)
                    websocket.send_text("")
            except WebSocketDisconnect as error:
                refused.append(error.code)

    assert refused[0] == refused[1]


# Middleware


async def add_process_time(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers["X-Process-Time"] = request.url.path
    return response


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/posts", 200), ("/api/v1/posts/0", 422), ("/none", 404), ("/docs", 200)]
)
def test_middleware_sees_every_answer(path: str, status: int) -> None:
    app = create_app()
    app.middleware("http")(add_process_time)
    app.add_middleware(GZipMiddleware, minimum_size=10, compresslevel=5)
    app.add_middleware(BaseHTTPMiddleware, dispatch=add_process_time)

    with TestClient(app) as client:
        response = client.get(path, headers={"Accept-Encoding": "gzip"})

    assert response.status_code == status
    assert response.headers["x-process-time"] == path
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.headers["x-request-id"]) == 32


def test_middleware_answers_by_itself() -> None:
    app: FastAPI = create_app()
    asked: list[str] = []

    @app.get("/api/v1/asked")
    def ask() -> None:
        asked.append("handler")

    @app.middleware("http")
    async def refuse(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        asked.append(str(request.state.tenant))
        return Response("closed", 403)

    @app.middleware("http")
    async def set_state(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        request.state.tenant = "ours"
        return await call_next(request)

    with TestClient(app) as client:
        assert client.get("/api/v1/asked").status_code == 403
    assert asked == ["ours"]


# Without being told to start


def test_client_without_a_lifespan_is_answered() -> None:
    assert TestClient(create_app()).get("/api/v1/posts").status_code == 200


def test_mounted_in_another_application_it_is_served() -> None:
    outer = FastAPI()
    outer.mount("/inner", create_app())

    with TestClient(outer) as client:
        assert client.get("/inner/api/v1/posts").status_code == 200
        assert client.get("/inner/health/ready").status_code == 200


def test_websocket_has_a_session() -> None:
    app: FastAPI = create_app()

    @app.websocket("/count")
    async def count(websocket: WebSocket, db: DbSession) -> None:
        await websocket.accept()
        await websocket.send_text(str(db.scalar(text("SELECT 1"))))
        await websocket.close()

    with TestClient(app) as client, client.websocket_connect("/count") as websocket:
        assert websocket.receive_text() == "1"
