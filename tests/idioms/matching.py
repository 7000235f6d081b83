"""A request reaches the same route as in a plain FastAPI application: order, mounts, redirects, methods, URLs."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient
from starlette.routing import Match
from starlette.types import Scope

from app.main import API, create_app
from app.routers import posts
from tests.idioms.both import Change, ask_both, plain_app, results


def special() -> str:
    return "special"


def before(app: FastAPI) -> None:
    """Declare a route as if it came before all others."""
    app.get("/api/v1/posts/special")(special)
    app.router.routes.insert(0, app.router.routes.pop())


def after(app: FastAPI) -> None:
    app.get("/api/v1/posts/special")(special)


def own_router_first(app: FastAPI) -> None:
    own = APIRouter(prefix="/posts")
    own.get("/special")(special)
    app.include_router(own, prefix=API)
    app.router.routes.insert(0, app.router.routes.pop())


def with_parameter_first(app: FastAPI) -> None:
    app.get("/api/{version}/posts/special")(special)
    app.router.routes.insert(0, app.router.routes.pop())


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (before, (200, "special")),
        (own_router_first, (200, "special")),
        (with_parameter_first, (200, "special")),
        (after, (422, "get_post")),
    ],
)
def test_first_route_wins(change: Change, outcome: tuple[int, str]) -> None:
    outcomes = ask_both(change, "GET /api/v1/posts/special", "GET /api/v1/posts/0")

    assert results(outcomes)[0] == outcome
    assert outcomes[1].handler == "get_post"


def test_route_that_is_declared_later_wins_where_the_earlier_has_another_method() -> None:
    outcomes = ask_both(lambda app: app.post("/api/v1/posts/{name}")(lambda name: name), "POST /api/v1/posts/mine")

    assert results(outcomes) == [(200, "<lambda>")]


PATHS = (
    "/ /api /api/ /api/v1 /api/v1/ /api/v1/posts /api/v1/posts/ /api/v1/posts/0 /api/v1/posts/0/ /api/v1/posts/0/comments "
    "/api/v1/posts/0/no/such /api/v1/postsandmore /api/v1//posts //api/v1/posts /api/v1/%70osts /api/v1/posts%2F0 "
    "/api/v1/posts%0A /API/v1/posts /api/v2/posts /health/live /health/live/ /health"
)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
def test_status_route_and_redirect_are_those_of_fastapi(method: str) -> None:
    outcomes = ask_both(lambda app: None, *(f"{method} {path}" for path in PATHS.split()))

    assert {outcome.status for outcome in outcomes} >= {307, 404}


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE"])
def test_405_lists_every_method_of_the_path(method: str) -> None:
    with TestClient(create_app()) as client:
        response = client.request(method, "/api/v1/posts")

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("root_path", ["/proxied", "/api", "/ap"])
def test_405_below_the_path_of_a_proxy_lists_every_method(root_path: str) -> None:
    with TestClient(create_app(), root_path=root_path) as client:
        assert client.put(f"{root_path}/api/v1/posts").headers["allow"] == "GET, POST"


def test_405_names_its_methods_where_a_proxy_has_taken_off_its_path() -> None:
    with TestClient(create_app(), root_path="/ap") as client:
        assert client.put("/api/v1/posts").headers["allow"] == "GET, POST"


def test_other_method_of_a_path_is_refused_and_not_redirected() -> None:
    def add(app: FastAPI) -> None:
        app.get("/api/v1/slash")(special)
        app.post("/api/v1/slash/")(special)

    outcomes = ask_both(add, "GET /api/v1/slash", "GET /api/v1/slash/", "POST /api/v1/slash", "PUT /api/v1/slash/")

    assert [outcome.status for outcome in outcomes] == [200, 405, 405, 405]


def test_own_method_is_listed_in_a_405(posts_router: APIRouter) -> None:
    posts_router.api_route("", methods=["OPTIONS", "HEAD"])(special)

    with TestClient(create_app()) as client:
        assert client.options("/api/v1/posts").json() == "special"
        assert client.head("/api/v1/posts").status_code == 200
        assert client.put("/api/v1/posts").headers["allow"] == "GET, HEAD, OPTIONS, POST"


class HeaderRoute(APIRoute):
    """Only for those who ask for a version."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        asked = (b"x-version", b"2") in scope["headers"]
        return super().matches(scope) if asked else (Match.NONE, {})


def test_route_class_of_ones_own_decides_what_it_matches() -> None:
    own = APIRouter(prefix="/posts", route_class=HeaderRoute)
    own.get("")(special)

    def add(app: FastAPI) -> None:
        app.include_router(own, prefix=API)
        app.router.routes.insert(0, app.router.routes.pop())

    for version, handler in (("2", "special"), ("1", "list_posts")):
        outcomes = ask_both(add, "GET /api/v1/posts", headers={"X-Version": version})
        assert results(outcomes) == [(200, handler)]


# Mounts


def mount(app: FastAPI, path: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    app.mount(path, StaticFiles(directory=tmp_path), name="static")


@pytest.mark.parametrize("path", ["/static", "/api/v1/static", "/api/v1/posts/static", "/api", "/"])
def test_files_are_mounted_anywhere(path: str, tmp_path: Path) -> None:
    below = path.rstrip("/")

    outcomes = ask_both(
        lambda app: mount(app, path, tmp_path),
        f"GET {below}/a.txt",
        f"HEAD {below}/a.txt",
        f"POST {below}/a.txt",
        f"GET {below}/b.txt",
        "GET /api/v1/posts",
        "GET /no-such-path",
    )

    assert [outcome.status for outcome in outcomes[:4]] == [200, 200, 405, 404]
    assert outcomes[4].status == 200


def test_path_that_holds_any_other_is_found() -> None:
    def add(app: FastAPI) -> None:
        app.get("/api/v1/files/{path:path}")(lambda path: path)
        app.get("/api/v1/{name}/rest")(lambda name: name)
        app.get("/{path:path}/end")(lambda path: path)

    outcomes = ask_both(
        add, "GET /api/v1/files/a/b/c", "GET /api/v1/posts/rest", "GET /api/v1/tags/1/end", "GET /api/v1/end"
    )

    assert [outcome.status for outcome in outcomes] == [200, 422, 200, 200]


def test_host_of_its_own_is_matched_before_all_paths() -> None:
    sub = FastAPI()
    sub.get("/api/v1/posts")(special)

    def add(app: FastAPI) -> None:
        app.router.host("{tenant}.example.com", sub)
        app.router.routes.insert(0, app.router.routes.pop())

    for host, handler in (("api.example.com", "special"), ("localhost", "list_posts")):
        outcomes = ask_both(add, f"GET http://{host}/api/v1/posts")
        assert results(outcomes) == [(200, handler)]


@pytest.mark.parametrize("path", ["/sub", "/api/v1/sub", "/api/v1/posts/0/sub"])
def test_another_application_is_mounted_anywhere(path: str) -> None:
    sub = FastAPI()
    sub.get("/hello/{name}")(lambda name: name)

    outcomes = ask_both(lambda app: app.mount(path, sub), f"GET {path}/hello/you", f"GET {path}/no", f"GET {path}")

    assert [(outcome.status, outcome.result) for outcome in outcomes] == [(200, '"you"'), (404, None), (307, None)]


def test_error_of_a_mounted_asgi_application_is_a_problem() -> None:
    app = create_app()
    app.mount("/api/v1/static", StaticFiles(directory="."))

    with TestClient(app) as client:
        response = client.post("/api/v1/static/pyproject.toml")

    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD")
    assert response.headers["content-type"] == "application/problem+json"


def test_frontend_takes_what_no_route_does(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("frontend", encoding="utf-8")

    def add(app: FastAPI) -> None:
        own = APIRouter()
        own.get("/own")(special)
        own.frontend("/admin", directory=tmp_path)
        app.include_router(own, prefix=API)
        app.frontend("/", directory=tmp_path)

    outcomes = ask_both(
        add, "GET /", "GET /api/v1/admin", "GET /api/v1/admin/", "GET /api/v1/own/", "GET /api/v1/posts", "GET /none"
    )

    assert [outcome.status for outcome in outcomes] == [200, 307, 200, 307, 200, 404]


# Addresses


def test_addresses_of_routes_are_those_of_fastapi() -> None:
    def where(request: Request) -> list[str]:
        return [str(request.url_for("get_post", post_id=1)), str(request.url_for("where"))]

    for app in (create_app(), plain_app()):
        app.include_router(posts.router, prefix="/api/v2")
        app.get("/where")(where)

        with TestClient(app) as client:
            assert app.url_path_for("get_post", post_id=1) == "/api/v1/posts/1"
            assert client.get("/where").json() == ["http://testserver/api/v1/posts/1", "http://testserver/where"]


def test_addresses_within_a_mounted_application_are_those_of_fastapi() -> None:
    def where(request: Request) -> str:
        return str(request.url_for("inner:get_post", post_id=1))

    for inner in (create_app(), plain_app()):
        outer = FastAPI()
        outer.mount("/inner", inner, name="inner")
        inner.get("/api/v1/where")(where)

        with TestClient(outer) as client:
            assert client.get("/inner/api/v1/where").json() == "http://testserver/inner/api/v1/posts/1"


@pytest.mark.parametrize("root_path", ["/proxied", "/api", "/ap", "/api/v1", "/api/v1/po"])
@pytest.mark.parametrize("stripped", [True, False])
def test_path_of_a_proxy_is_that_of_fastapi(root_path: str, stripped: bool) -> None:
    start = "" if stripped else root_path

    ask_both(
        lambda app: app.get("/{path:path}")(lambda path: path),
        f"GET {start}/api/v1/posts",
        f"GET {start}/api/v1/posts/",
        f"PUT {start}/api/v1/posts",
        f"GET {start}/health/live",
        root_path=root_path,
    )


def test_document_names_the_path_of_a_proxy() -> None:
    with TestClient(create_app(), root_path="/proxied") as client:
        assert client.get("/openapi.json").json()["servers"][0] == {"url": "/proxied"}
