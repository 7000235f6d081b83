"""Middleware for every request and answer: request ids, headers, CORS, and a limit for bodies."""

import re
from secrets import token_hex

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings
from app.web.logs import request_id
from app.web.problems import answer, phrase

SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

# A route that sets one of these headers keeps its own value.
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
# From then on, browsers insist on HTTPS for this host, which nobody wants for localhost.
HEADERS_OUTSIDE_LOCAL = {"strict-transport-security": "max-age=31536000"}


def install(app: FastAPI, settings: Settings) -> None:
    """Add all of it to `app`. Middleware that is added later wraps this."""
    around = [
        Middleware(Envelope, headers=HEADERS if settings.environment == "local" else HEADERS | HEADERS_OUTSIDE_LOCAL)
    ]
    if settings.cors_origins:
        # Without credentials: clients of this API send a token, not a cookie.
        cors = Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-Match", "X-Request-ID"],
            expose_headers=["ETag", "Location", "Retry-After", "X-Request-ID"],
        )
        around.append(cors)
    for middleware in [Middleware(BodyLimit, limit=settings.max_body_bytes), *reversed(around)]:
        app.add_middleware(middleware.cls, *middleware.args, **middleware.kwargs)

    @app.exception_handler(Exception)
    async def on_unexpected(_: Request, __: Exception) -> ASGIApp:
        # Starlette sends this answer outside all middleware, and raises the error again for the server to log.
        sent: ASGIApp = answer(500, "Internal server error", "Something went wrong on our side.")
        for middleware in reversed(around):
            sent = middleware.cls(sent, *middleware.args, **middleware.kwargs)
        return sent


class Envelope:
    """Gives each request an id, which log lines show too, and each answer the common headers."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        own_id: str = scope.setdefault("state", {}).setdefault("request_id", id_of(scope))
        # Never reset: the server logs an error in the same context, after this has ended.
        request_id.set(own_id)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = dict(message["headers"])
                more = [header for header in self.headers if header[0] not in given]
                message["headers"] = [*message["headers"], *more, (b"x-request-id", own_id.encode())]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def id_of(scope: Scope) -> str:
    """Return the id that the client or a proxy has sent if it is safe to log, otherwise a new one."""
    given = header_of(scope, b"x-request-id")
    return given.decode() if SANE_ID.fullmatch(given) else token_hex(16)


def header_of(scope: Scope, wanted: bytes) -> bytes:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value)
    return b""


class BodyLimit:
    """Refuses a body as soon as it is known to be too long, and reads no more of it."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit
        self.detail = f"The body has more than {limit} bytes."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        # Servers accept nothing but digits here.
        elif int(header_of(scope, b"content-length") or b"0") > self.limit:
            await answer(413, phrase(413), self.detail)(scope, receive, send)
        else:
            await self.app(scope, self.counted(receive), send)

    def counted(self, receive: Receive) -> Receive:
        read = 0

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.limit:
                raise HTTPException(413, self.detail)
            return message

        return receive_some
