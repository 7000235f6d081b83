"""A request finds its route with one look-up and takes one thread, and FastAPI's other features still work."""

from unittest import mock

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db import dialect
from app.dependencies import get_db
from app.main import app, create_app
from app.web.routing import DirectRoute
from tests.cases import CASES, every_entity
from tests.expectations import Case
from tests.keys import MISSING_KEY


def routes_below(path: str) -> list[RouteContext]:
    return [route for route in iter_route_contexts(app.routes) if f"{route.path}/".startswith(f"{path}/")]


@every_entity
def test_other_routes_are_not_tried(client: TestClient, case: Case) -> None:
    with mock.patch.object(DirectRoute, "matches", autospec=True, side_effect=DirectRoute.matches) as matches:
        client.get(f"{case.path}/{MISSING_KEY}")

    assert 0 < matches.call_count <= len(routes_below(case.path))


def test_probe_tries_no_entitys_routes(client: TestClient) -> None:
    with mock.patch.object(APIRoute, "matches", autospec=True, side_effect=APIRoute.matches) as matches:
        client.get("/health/live")

    tried = {call.args[0].endpoint.__module__ for call in matches.call_args_list}
    assert "app.web.health" in tried
    assert tried.isdisjoint({case.item.endpoint.__module__ for case in CASES if case.item.endpoint})


@every_entity
def test_reading_takes_one_thread(client: TestClient, db: Session, case: Case) -> None:
    key = case.make(db)

    for path in (case.path, f"{case.path}/{key}"):
        with mock.patch.object(to_thread, "run_sync", wraps=to_thread.run_sync) as run_sync:
            assert client.get(path).status_code == 200
        # If a read begins a transaction, ending it takes another thread.
        assert run_sync.call_count == (1 if dialect.READ_OPTIONS else 2)


@every_entity
def test_path_of_no_route_is_a_404(client: TestClient, case: Case) -> None:
    assert client.get(f"{case.path}/{MISSING_KEY}/no/such/path").status_code == 404
    assert client.get(f"{case.path}-and-more").status_code == 404


@every_entity
def test_slash_too_many_is_redirected_without_a_host(client: TestClient, case: Case) -> None:
    response = client.get(f"{case.path}/?limit=1", headers={"host": "elsewhere.example"}, follow_redirects=False)

    assert response.status_code == 307
    assert response.headers["location"] == f"{case.path}?limit=1"


def test_redirect_stays_on_this_host_whatever_the_path() -> None:
    own = create_app()
    own.get("/{path:path}/end")(lambda path: path)

    with TestClient(own) as client:
        response = client.get("http://testserver//elsewhere.example/end/", follow_redirects=False)

    assert response.status_code == 307
    assert response.headers["location"] == "/elsewhere.example/end"


def test_handlers_redirect_goes_where_it_says() -> None:
    own = create_app()
    own.get("/away/")(lambda: RedirectResponse("https://elsewhere.example/a?b=c"))

    with TestClient(own) as client:
        response = client.get("/away/", follow_redirects=False)

    assert response.headers["location"] == "https://elsewhere.example/a?b=c"


def test_served_below_the_path_of_a_proxy() -> None:
    path = CASES[0].path

    with TestClient(create_app(), root_path="/proxied") as proxied:
        assert proxied.get(f"/proxied{path}").status_code == 200


def test_dependency_can_be_overridden() -> None:
    own = create_app()
    asked = []
    own.dependency_overrides[get_db] = lambda: asked.append("a session")

    with TestClient(own, raise_server_exceptions=False) as client:
        client.get(CASES[0].path)

    assert asked == ["a session"]


def test_included_router_is_served_and_documented() -> None:
    own = create_app(routers=())
    more = APIRouter(prefix="/api/v1/more")
    more.get("")(lambda: "more")
    own.include_router(more)

    with TestClient(own) as client:
        assert client.get("/api/v1/more").json() == "more"
        assert "/api/v1/more" in client.get("/openapi.json").json()["paths"]
