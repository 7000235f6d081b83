"""Errors reach the handler that is declared for them, once; without one, they are answered with problem details."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException as StarletteHTTPException

from app.dependencies import DbSession
from app.errors import DomainError, NotFoundError
from app.main import create_app
from tests.idioms.both import plain_app


class UnicornError(Exception):
    pass


class SpecialUnicornError(UnicornError):
    pass


ERRORS: dict[str, Exception] = {
    "own": UnicornError("yolo"),
    "derived": SpecialUnicornError("yolo"),
    "http": HTTPException(409, "Taken"),
    "starlette": StarletteHTTPException(409, "Taken"),
    "domain": NotFoundError("none"),
    "value": ValueError("no"),
}
CLASSES: dict[str, type[Exception]] = {
    "own": UnicornError,
    "derived": UnicornError,
    "http": HTTPException,
    "starlette": StarletteHTTPException,
    "domain": DomainError,
    "value": Exception,
}


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("where", ["handler", "dependency", "entity"])
def test_own_exception_handler_is_called_once(kind: str, where: str, posts_router: APIRouter) -> None:
    app: FastAPI = create_app()
    handled: list[Exception] = []

    def fail() -> None:
        raise ERRORS[kind]

    @app.get("/fails/dependency", dependencies=[Depends(fail)])
    def never() -> None:
        raise AssertionError

    app.get("/fails/handler")(fail)
    posts_router.get("/fails/entity")(fail)

    @app.exception_handler(CLASSES[kind])
    async def handle(request: Request, error: Exception) -> JSONResponse:
        handled.append(error)
        return JSONResponse({"message": str(request.url.path)}, 418)

    path = "/api/v1/posts/fails/entity" if where == "entity" else f"/fails/{where}"
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get(path)

    assert (response.status_code, response.json()) == (418, {"message": path})
    assert handled == [ERRORS[kind]]


def test_error_without_a_handler_is_raised_once_for_the_server(posts_router: APIRouter) -> None:
    posts_router.get("/fails/entity")(lambda: 1 / 0)

    with TestClient(create_app()) as client, pytest.raises(ZeroDivisionError):
        client.get("/api/v1/posts/fails/entity")


def test_own_handlers_for_statuses_and_for_bad_requests() -> None:
    app: FastAPI = create_app()

    @app.exception_handler(404)
    def not_found(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("not here", 404)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> PlainTextResponse:
        return PlainTextResponse(str(error.errors()[0]["loc"]), 400)

    with TestClient(app) as client:
        assert client.get("/none").text == "not here"
        assert client.get("/api/v1/posts/x").text == "('path', 'post_id')"
        assert client.get("/api/v1/posts/x").status_code == 400


def test_fastapis_own_handler_is_put_back() -> None:
    app: FastAPI = create_app()
    app.exception_handler(StarletteHTTPException)(http_exception_handler)

    with TestClient(app) as client:
        assert client.get("/none").json() == {"detail": "Not Found"}


RAISED: list[HTTPException] = [
    HTTPException(400, "text"),
    HTTPException(401, "Not authenticated", {"WWW-Authenticate": "Bearer"}),
    HTTPException(403),
    HTTPException(404, {"code": "gone", "ids": [1, 2]}),
    HTTPException(418, ["one", "two"]),
    HTTPException(429, "Slow down", {"Retry-After": "7"}),
    HTTPException(499, "Closed"),
    HTTPException(503, "Closed", {"Retry-After": "7"}),
    HTTPException(204),
    HTTPException(304, headers={"ETag": '"1"'}),
    HTTPException(405, "Not so", {"Allow": "GET"}),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: str(error.status_code))
def test_http_exception_says_what_it_says_in_fastapi(error: HTTPException) -> None:
    def fail() -> None:
        raise error

    answers: list[tuple[Any, ...]] = []
    for app in (create_app(), plain_app()):
        app.get("/api/v1/fails")(fail)
        with TestClient(app) as client:
            response = client.get("/api/v1/fails")
            named = [response.headers.get(name) for name in (error.headers or {})]
            answers.append((response.status_code, named, response.json()["detail"] if response.content else None))

    assert answers[0] == answers[1]


def test_http_exception_is_a_problem() -> None:
    app: FastAPI = create_app()

    @app.get("/fails")
    def fail() -> None:
        raise HTTPException(499, {"code": "closed"})

    with TestClient(app) as client:
        response = client.get("/fails")

    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Error",
        "status": 499,
        "detail": {"code": "closed"},
        "errors": [],
    }


seen: list[str] = []


def resource() -> Iterator[str]:
    try:
        yield "resource"
    except UnicornError:
        seen.append("error")
        raise
    finally:
        seen.append("closed")


def test_dependency_with_yield_sees_the_error_and_cleans_up() -> None:
    app: FastAPI = create_app()
    seen.clear()

    @app.post("/fails")
    def fail(name: Annotated[str, Depends(resource)], db: DbSession) -> None:
        seen.append(name)
        raise UnicornError

    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.post("/fails").status_code == 500
    assert seen == ["resource", "error", "closed"]
