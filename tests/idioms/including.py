"""Routers are included as in FastAPI's "Bigger Applications", at any time and in each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from app.main import create_app
from app.routers import posts, things, users
from tests.idioms.both import ask_both, results


async def require_token(x_token: Annotated[str, Header()]) -> None:
    if x_token != "secret":
        raise HTTPException(status_code=400, detail="X-Token header invalid")


def hello() -> str:
    return "hello"


def documented(app: FastAPI, path: str, method: str = "get") -> dict[str, Any]:
    operation: dict[str, Any] = app.openapi()["paths"][path][method]
    return operation


def test_router_in_the_list_is_served() -> None:
    with TestClient(create_app()) as client:
        assert client.get("/api/v1/things/", headers={"X-Who": "me"}).json() == [{"name": "me", "price": None}]
        assert "/api/v1/things/" in client.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize("prefix", ["", "/api/v1/more", "/api", "/{tenant}", "/api/{version}"])
def test_router_is_included_under_any_prefix(prefix: str) -> None:
    outcomes = ask_both(
        lambda app: app.include_router(things.router, prefix=prefix),
        f"GET {prefix}/things/",
        f"GET {prefix}/things/special",
        f"GET {prefix}/things/7",
        f"POST {prefix}/things/",
        f"PUT {prefix}/things/7",
        f"GET {prefix}/things",
    )

    assert [outcome.status for outcome in outcomes] == [200, 200, 200, 422, 405, 307]


def test_entitys_router_is_included_once_more() -> None:
    outcomes = ask_both(
        lambda app: app.include_router(posts.router, prefix="/api/v2"), "GET /api/v2/posts", "GET /api/v1/posts"
    )

    assert results(outcomes) == [(200, "list_posts")] * 2


def test_location_of_a_new_row_is_below_the_path_that_was_asked() -> None:
    app = create_app()
    app.include_router(users.router, prefix="/api/v2")

    with TestClient(app) as client:
        made = client.post("/api/v2/users", json={"name": "Location"})
        assert made.status_code == 201
        assert made.headers["location"] == f"/api/v2/users/{made.json()['id']}"
        assert client.delete(made.headers["location"]).status_code == 204


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"dependencies": [Depends(require_token)]}, 422),
        ({"deprecated": True}, 200),
        ({"include_in_schema": False}, 200),
        ({"tags": ["own"]}, 200),
        ({"responses": {418: {"description": "I am a teapot"}}}, 200),
        ({"default_response_class": PlainTextResponse}, 200),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_options_of_a_router_and_of_an_inclusion(options: dict[str, Any], status: int) -> None:
    own = APIRouter(prefix="/api/v1/own", **options)
    own.get("")(hello)
    plain = APIRouter(prefix="/api/v1/plain")
    plain.get("")(hello)

    def include(app: FastAPI) -> None:
        app.include_router(own)
        app.include_router(plain, **options)

    outcomes = ask_both(include, "GET /api/v1/own", "GET /api/v1/plain")

    assert [outcome.status for outcome in outcomes] == [status] * 2
    assert len({outcome.result for outcome in outcomes}) == 1


def test_options_are_documented() -> None:
    app = create_app(routers=())
    own = APIRouter(deprecated=True, tags=["own"], responses={418: {"description": "I am a teapot"}})
    own.get("/api/v1/own", response_class=PlainTextResponse)(hello)
    app.include_router(own)
    app.include_router(own, prefix="/hidden", include_in_schema=False)

    operation = documented(app, "/api/v1/own")

    assert (operation["deprecated"], operation["tags"]) == (True, ["own"])
    assert operation["responses"]["418"] == {"description": "I am a teapot"}
    assert list(operation["responses"]["200"]["content"]) == ["text/plain"]
    assert "/hidden/api/v1/own" not in app.openapi()["paths"]


def test_dependency_of_a_router_guards_the_routers_in_it() -> None:
    guarded = APIRouter(prefix="/guarded", dependencies=[Depends(require_token)])
    inner = APIRouter(prefix="/inner")
    inner.get("")(hello)
    guarded.include_router(inner)
    guarded.include_router(posts.router)
    app = create_app()
    app.include_router(guarded, prefix="/api/v1")

    with TestClient(app) as client:
        for path in ("/api/v1/guarded/inner", "/api/v1/guarded/posts"):
            assert client.get(path, headers={"X-Token": "secret"}).status_code == 200
            refused = client.get(path, headers={"X-Token": "wrong"})
            assert (refused.status_code, refused.json()["detail"]) == (400, "X-Token header invalid")
        assert client.get("/api/v1/posts").status_code == 200


def test_route_is_added_to_an_entitys_router_before_it_is_included(posts_router: APIRouter) -> None:
    posts_router.get("/stats/all")(hello)

    outcomes = ask_both(lambda app: None, "GET /api/v1/posts/stats/all", "GET /api/v1/posts")

    assert results(outcomes) == [(200, "hello"), (200, "list_posts")]


def test_route_is_added_to_an_entitys_router_after_it_is_included(posts_router: APIRouter) -> None:
    outcomes = ask_both(lambda app: posts_router.get("/late/all")(hello), "GET /api/v1/posts/late/all")

    assert results(outcomes) == [(200, "hello")]


def test_route_is_added_after_the_first_request(posts_router: APIRouter) -> None:
    outcomes = ask_both(
        lambda app: None,
        "GET /api/v1/posts/later/all",
        "GET /api/v1/latest",
        then=lambda app: (posts_router.get("/later/all")(hello), app.get("/api/v1/latest")(hello)),
    )

    assert results(outcomes) == [(200, "hello")] * 2


def test_route_of_an_included_router_is_found_wherever_it_is_added(posts_router: APIRouter) -> None:
    def include(app: FastAPI) -> None:
        inner, outer = APIRouter(), APIRouter()
        outer.include_router(inner)
        app.include_router(outer, prefix="/api/v1")
        # This takes whatever no other route takes.
        app.get("/{path:path}")(lambda path: path)
        app.state.inner = inner

    outcomes = ask_both(
        include, "GET /api/v1/else", "GET /nothing", then=lambda app: app.state.inner.get("/else")(hello)
    )

    assert results(outcomes) == [(200, "hello"), (200, "<lambda>")]


def test_added_route_is_documented_after_the_document_was_read(posts_router: APIRouter) -> None:
    app = create_app()
    assert "/api/v1/posts/new/all" not in app.openapi()["paths"]

    posts_router.get("/new/all")(hello)

    assert documented(app, "/api/v1/posts/new/all")["operationId"] == "hello"


def test_lifespans_of_routers_are_run_around_the_applications_own() -> None:
    seen = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
        seen.append("start")
        yield {"own": "state"}
        seen.append("stop")

    own = APIRouter(lifespan=lifespan)
    app = create_app()
    app.include_router(own)

    with TestClient(app) as client:
        assert client.get("/health/ready").status_code == 200
        assert client.app_state == {"own": "state"}
        assert seen == ["start"]
    assert seen == ["start", "stop"]
