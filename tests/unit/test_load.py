"""The load generator counts requests that are answered, refused or not answered at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from benchmarks.load import Outcome, generate, request

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Answer = Callable[[bytes], bytes | None]


class Client(Protocol):
    def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Awaitable[None]: ...


def client(answer: Answer) -> Client:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(10_000):
            await asyncio.sleep(0.001)
            written = answer(head)
            if written is not None:
                writer.write(written)
        writer.close()

    return serve


def outcome_of(answer: Answer, connections: int = 2) -> Outcome:
    async def run() -> Outcome:
        async with await asyncio.start_server(client(answer), "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await generate(port, lambda: request("GET", "/users"), connections, seconds=0.1, grace=0.1)

    return asyncio.run(run())


def test_good_answers_have_latencies() -> None:
    outcome = outcome_of(lambda head: OK)

    assert outcome.errors == 0
    assert outcome.good == len(outcome.latencies) > 2
    assert 0.001 < min(outcome.latencies) <= (outcome.quantile(0.5) or 0)


def test_bad_answers_are_counted_by_status_and_the_client_comes_back() -> None:
    outcome = outcome_of(lambda head: BUSY)

    assert outcome.good == 0
    assert outcome.bad[503] == outcome.server_errors > 2
    assert outcome.unanswered == 0


def test_what_is_never_answered_is_counted_once() -> None:
    outcome = outcome_of(lambda head: None, connections=7)

    assert (outcome.good, outcome.unanswered) == (0, 7)


def test_every_connection_sends_whole_requests() -> None:
    heads: list[bytes] = []

    def answer(head: bytes) -> bytes:
        heads.append(head)
        return OK

    outcome_of(answer)

    assert set(heads) == {b"GET /users HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n"}
