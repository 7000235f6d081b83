"""The document describes users' own routes as FastAPI does, and filters and problems of the generated ones."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, Header, Path, Query, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import APIKeyHeader, HTTPBasic, HTTPBearer, OAuth2PasswordBearer, SecurityScopes
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

from app.main import create_app
from app.values import Id
from app.web.problems import problem_docs
from tests.idioms.both import plain_app


class Filters(BaseModel):
    model_config = {"extra": "forbid"}

    limit: int = Field(100, gt=0, le=100)
    order_by: Literal["created_at", "updated_at"] = "created_at"
    tags: list[str] = []


class Color(Enum):
    red = "red"


def read_filtered(query: Annotated[Filters, Query()]) -> Filters:
    return query


def read_due(due__before: str, sort: Annotated[str, Query(description="By what")] = "due") -> list[str]:
    return [due__before, sort]


def read_year(year: Annotated[int, Path(description="A year of our Lord", ge=1)]) -> int:
    return year


def read_plain_year(year: int) -> int:
    return year


def read_everything(
    key: Id,
    color: Color,
    ads: Annotated[str | None, Cookie()] = None,
    accept: Annotated[list[str] | None, Header()] = None,
    body: Annotated[Filters | None, Body(embed=True)] = None,
    limit: Annotated[float, Query(ge=0.5, le=1e18)] = 1,
) -> dict[str, object]:
    return {"key": key}


def read_secure(token: Annotated[str, Depends(OAuth2PasswordBearer("token"))]) -> str:
    return token


def read_bearer(scopes: SecurityScopes, token: Annotated[object, Security(HTTPBearer(), scopes=["me"])]) -> str:
    return scopes.scope_str


def read_key(key: Annotated[str, Depends(APIKeyHeader(name="x-key"))]) -> str:
    return key


def read_basic(user: Annotated[object, Depends(HTTPBasic())]) -> None:
    return None


ROUTES: dict[str, Callable[..., object]] = {
    "/filtered": read_filtered,
    "/due": read_due,
    "/years/{year}": read_year,
    "/plain/{year}": read_plain_year,
    "/secure": read_secure,
    "/bearer": read_bearer,
    "/key": read_key,
    "/basic": read_basic,
}


def add_routes(app: FastAPI) -> None:
    for path, handler in ROUTES.items():
        app.get(path, operation_id=handler.__name__)(handler)


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    """Return the document of an application with these routes, and FastAPI's own document of them."""
    apps = [create_app(), plain_app()]
    for app in apps:
        add_routes(app)
    return [app.openapi() for app in apps]


@pytest.mark.parametrize("path", ROUTES)
def test_route_of_ones_own_is_documented_as_fastapi_does(path: str, documents: list[dict[str, Any]]) -> None:
    own, plain = documents

    assert own["paths"][path] == plain["paths"][path]


def test_security_schemes_are_documented(documents: list[dict[str, Any]]) -> None:
    own, plain = documents

    assert set(own["components"]["securitySchemes"]) == {
        "OAuth2PasswordBearer",
        "HTTPBearer",
        "APIKeyHeader",
        "HTTPBasic",
    }
    assert own["components"]["securitySchemes"] == plain["components"]["securitySchemes"]


def test_every_kind_of_parameter_is_documented_and_read() -> None:
    app: FastAPI = create_app()
    app.put("/everything/{key}/{color}")(read_everything)

    with TestClient(app) as client:
        assert client.put("/everything/7/red").json() == {"key": 7}
        operation = client.get("/openapi.json").json()["paths"]["/everything/{key}/{color}"]["put"]

    described = {(each["in"], each["name"]): each.get("description") for each in operation["parameters"]}
    assert described == {
        ("path", "key"): "The key of the key",
        ("path", "color"): None,
        ("cookie", "ads"): None,
        ("header", "accept"): None,
        ("query", "limit"): None,
    }


def test_query_model_is_checked_as_fastapi_does() -> None:
    answers: list[tuple[int, Any]] = []
    for app in (create_app(), plain_app()):
        app.get("/filtered")(read_filtered)
        with TestClient(app) as client:
            answers.append((client.get("/filtered?limit=7&tags=a&tags=b").status_code, client.get("/filtered").json()))
            refused = client.get("/filtered?limit=0&order_by=x&tool=plumbus")
            errors = refused.json().get("errors") or refused.json()["detail"]
            answers.append((refused.status_code, [(error["loc"], error["msg"], error["type"]) for error in errors]))

    assert answers[:2] == answers[2:]


def test_secured_route_refuses_as_fastapi_does() -> None:
    for app in (create_app(), plain_app()):
        add_routes(app)
        with TestClient(app) as client:
            response = client.get("/secure")
            assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
            assert response.json()["detail"] == "Not authenticated"
            assert client.get("/secure", headers={"Authorization": "Bearer abc"}).json() == "abc"


def test_problems_are_documented_for_any_status() -> None:
    app: FastAPI = create_app()
    app.get("/api/v1/paid", responses=problem_docs(401, 402, 404))(lambda: "paid")

    responses = app.openapi()["paths"]["/api/v1/paid"]["get"]["responses"]

    assert {"200", "401", "402", "404"} <= responses.keys()
    for status in ("401", "402", "404"):
        assert list(responses[status]["content"]) == ["application/problem+json"]


def test_security_of_a_router_is_documented_for_an_entity(posts_router: APIRouter) -> None:
    app: FastAPI = create_app()
    guarded = APIRouter(prefix="/guarded", dependencies=[Depends(OAuth2PasswordBearer("token"))])
    guarded.include_router(posts_router)
    app.include_router(guarded)

    with pytest.warns(UserWarning, match="Duplicate Operation ID"):
        paths = app.openapi()["paths"]

    assert paths["/guarded/posts"]["get"]["security"] == [{"OAuth2PasswordBearer": []}]
    assert paths["/guarded/posts"]["get"]["parameters"] == paths["/api/v1/posts"]["get"]["parameters"]
    assert "security" not in paths["/api/v1/posts"]["get"]


def test_document_is_extended_as_fastapis_documentation_says() -> None:
    app: Any = create_app()

    def custom_openapi() -> Any:
        if app.openapi_schema:
            return app.openapi_schema
        app.openapi_schema = get_openapi(title="Custom", version="2.5.0", routes=app.routes)
        app.openapi_schema["info"]["x-logo"] = {"url": "https://example.com/logo.png"}
        return app.openapi_schema

    app.openapi = custom_openapi

    with TestClient(app) as client:
        assert client.get("/openapi.json").json()["info"]["x-logo"] == {"url": "https://example.com/logo.png"}
