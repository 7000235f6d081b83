"""What every answer gets: headers, request ids, CORS, and the limit for bodies."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import JsonValue
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from app.main import create_app
from app.settings import settings
from app.web.middleware import BodyLimit

LIMIT = 1_000_000
ORIGIN = "https://app.example.com"
NAMES = {
    "cache-control",
    "content-security-policy",
    "cross-origin-resource-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
}


def client_of_new_app(**changes: object) -> TestClient:
    """Return a client of an application with other settings and two additional routes."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in changes.items():
            patch.setattr(settings, name, value)
        app = create_app(routers=())

    @app.post("/echo")
    def echo(data: dict[str, JsonValue]) -> dict[str, JsonValue]:
        return data

    @app.get("/fail")
    def fail() -> None:
        raise RuntimeError("secret")

    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def own_client() -> TestClient:
    return client_of_new_app(max_body_bytes=LIMIT, cors_origins=[ORIGIN])


EVERY_KIND = pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health/live", 200),
        ("GET", "/openapi.json", 200),
        ("POST", "/echo", 413),
        ("GET", "/no-such-path", 404),
        ("DELETE", "/health/live", 405),
        ("GET", "/fail", 500),
    ],
)


@EVERY_KIND
def test_every_answer_has_the_headers(own_client: TestClient, method: str, path: str, status: int) -> None:
    content = b"x" * (LIMIT + 1) if status == 413 else None

    response = own_client.request(method, path, content=content, headers={"X-Request-ID": "abc"})

    assert response.status_code == status
    assert response.headers["x-request-id"] == "abc"
    assert {name: value for name, value in response.headers.items() if name in NAMES} == {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_outside_local_browsers_are_told_to_keep_to_https(environment: str) -> None:
    response = client_of_new_app(environment=environment).get("/health/live")

    assert response.headers["strict-transport-security"] == "max-age=31536000"


# Request ids


@pytest.mark.parametrize("request_id", ["a", "A-1.b_2", "9" * 64])
def test_sane_request_id_is_kept(running_client: TestClient, request_id: str) -> None:
    response = running_client.get("/health/live", headers={"X-Request-ID": request_id})

    assert response.headers.get_list("x-request-id") == [request_id]


@pytest.mark.parametrize("request_id", [b"", b"a b", b"a\tb", "ä".encode(), b"<b>", b"9" * 65])
def test_other_request_id_is_replaced(running_client: TestClient, request_id: bytes) -> None:
    response = running_client.get("/health/live", headers=[(b"X-Request-ID", request_id)])

    assert len(response.headers["x-request-id"]) == 32


def test_request_ids_differ(running_client: TestClient) -> None:
    ids = {running_client.get("/health/live").headers["x-request-id"] for _ in range(3)}

    assert len(ids) == 3


# Unexpected errors


def test_unexpected_error_is_a_problem(own_client: TestClient) -> None:
    response = own_client.get("/fail")

    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Internal server error",
        "status": 500,
        "detail": "Something went wrong on our side.",
        "errors": [],
    }


# Bodies


def in_pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 100_000):
        yield body[start : start + 100_000]


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
def test_longest_body_is_read(own_client: TestClient, chunked: bool) -> None:
    body = b'{"a": "' + b"x" * (LIMIT - 9) + b'"}'

    response = own_client.post(
        "/echo", content=in_pieces(body) if chunked else body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 200
    assert response.json() == {"a": "x" * (LIMIT - 9)}


@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
def test_longer_body_is_refused(own_client: TestClient, chunked: bool) -> None:
    body = b'{"a": "' + b"x" * (LIMIT - 8) + b'"}'

    response = own_client.post(
        "/echo", content=in_pieces(body) if chunked else body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
        "detail": "The body has more than 1000000 bytes.",
        "errors": [],
    }


def test_reading_stops_at_the_limit() -> None:
    pieces: list[Message] = []

    async def receive() -> Message:
        pieces.append({"type": "http.request", "body": b"x" * 400_000, "more_body": True})
        return pieces[-1]

    async def send(message: Message) -> None:
        raise AssertionError(message)

    async def read_all(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass

    with pytest.raises(HTTPException):
        asyncio.run(BodyLimit(read_all, LIMIT)({"type": "http", "headers": []}, receive, send))

    assert len(pieces) == 3


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 100_000, "application/json", 400),
        (b'{"a": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"a": "\xff"}', "application/json", 400),
        (b'{"a": 1', "application/json", 422),
        (b'{"a": 1}', "text/plain", 422),
        (b'{"a": 1}', "multipart/form-data; boundary=x", 422),
        (b'{"a": 1}', 'application/json; charset="', 200),
        (b'{"a": 1}', "", 422),
    ],
    ids=["deep", "deep-objects", "long-number", "no-text", "cut-off", "text", "form", "odd-charset", "no-type"],
)
def test_odd_body_is_a_problem_of_the_client(
    own_client: TestClient, body: bytes, content_type: str, status: int
) -> None:
    response = own_client.post("/echo", content=body, headers={"Content-Type": content_type})

    assert response.status_code == status
    assert response.headers["content-type"] == ("application/json" if status == 200 else "application/problem+json")


# CORS


def cors_headers(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("access-control-")}


@EVERY_KIND
def test_other_origins_read_every_answer(own_client: TestClient, method: str, path: str, status: int) -> None:
    content = b"x" * (LIMIT + 1) if status == 413 else None

    response = own_client.request(method, path, content=content, headers={"Origin": ORIGIN})

    assert response.status_code == status
    assert cors_headers(dict(response.headers)) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-expose-headers": "ETag, Location, Retry-After, X-Request-ID",
    }


def test_preflight(own_client: TestClient) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "if-match,content-type"}

    response = own_client.options("/echo", headers={"Origin": ORIGIN, "X-Request-ID": "abc"} | asked)

    assert response.status_code == 200
    assert response.headers["x-request-id"] == "abc"
    assert response.headers["x-content-type-options"] == "nosniff"
    allowed = cors_headers(dict(response.headers))
    assert allowed.pop("access-control-allow-headers").split(", ") == [
        "Accept",
        "Accept-Language",
        "Authorization",
        "Content-Language",
        "Content-Type",
        "If-Match",
        "X-Request-ID",
    ]
    assert allowed == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-max-age": "600",
    }


def test_strange_origin_reads_nothing(own_client: TestClient) -> None:
    response = own_client.get("/health/live", headers={"Origin": "https://evil.example.com"})

    assert "access-control-allow-origin" not in response.headers


def test_without_the_setting_no_origin_reads_anything() -> None:
    response = client_of_new_app(cors_origins=[]).get("/health/live", headers={"Origin": ORIGIN})

    assert cors_headers(dict(response.headers)) == {}
