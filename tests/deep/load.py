"""Many simultaneous clients on keep-alive connections, each with one request after the other, and their answers."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

# Seconds after which a request counts as unanswered.
PATIENCE = 40

Json = dict[str, object]


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        body = b"" if self.body is None else json.dumps(self.body).encode()
        headers = {"Host": "test", "Content-Type": "application/json", "Content-Length": str(len(body))} | self.headers
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Answer:
    call: Call
    status: int
    """0 if the connection ended, or time was up, without an answer."""
    seconds: float
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def json(self) -> Json:
        found = json.loads(self.body)
        assert isinstance(found, dict), found
        return found


@dataclass
class Client:
    """A connection that is opened again after it broke."""

    address: str
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, call: Call) -> Answer:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                status, headers, body = await self._exchange(call)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            self.close()
            return Answer(call, 0, time.perf_counter() - began)
        if headers.get("connection") == "close":
            self.close()
        return Answer(call, status, time.perf_counter() - began, body, headers)

    async def _exchange(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        if not self._streams:
            place = urlsplit(self.address)
            self._streams = await asyncio.open_connection(place.hostname, place.port)
        reader, writer = self._streams
        writer.write(call.to_bytes())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        return int(head[0].split()[1]), headers, await reader.readexactly(int(headers.get("content-length", "0")))

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
            self._streams = None


Calls = Callable[[int, int], Call]
"""What the client with this number sends as its n-th request."""


async def hammer(address: str, clients: int, seconds: float, calls: Calls) -> list[Answer]:
    """Have this many clients send requests for this long; then wait for those that are under way."""
    answers: list[Answer] = []
    end = time.monotonic() + seconds

    async def one(number: int) -> None:
        client = Client(address)
        sent = 0
        while time.monotonic() < end:
            answer = await client.send(calls(number, sent))
            answers.append(answer)
            sent += 1
            if answer.status in {0, 503}:
                # As a client that is told to come back later, but sooner.
                await asyncio.sleep(0.1)
        client.close()

    await asyncio.gather(*(one(number) for number in range(clients)))
    return answers


def hammer_one(address: str, clients: int, seconds: float, path: str) -> list[Answer]:
    """Have all clients send the same request; to be run in a separate process."""
    return asyncio.run(hammer(address, clients, seconds, lambda number, sent: Call("GET", path)))


def ask(address: str, path: str, method: str = "GET", body: Json | None = None, **headers: str) -> Answer:
    """Send one request on its own connection."""
    place = urlsplit(address)
    call = Call(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE)
    began = time.perf_counter()
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"} | call.headers)
        response = connection.getresponse()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(call, response.status, time.perf_counter() - began, response.read(), answered)
    finally:
        connection.close()


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


def percentile(seconds: Sequence[float], percent: int) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000


def assert_bounded(answers: Sequence[Answer], *expected: int) -> None:
    """Check that each answer is as expected, or a 503 with problem details that says when to come back."""
    unexpected = [answer for answer in answers if answer.status not in {*expected, 503}]
    assert unexpected == [], unexpected[:3]
    assert all(answer.headers.get("retry-after") == "1" for answer in answers if answer.status == 503)
    assert all(
        answer.headers["content-type"] == "application/problem+json" for answer in answers if answer.status == 503
    )
