"""A load generator for the loopback interface: a fixed number of connections, each with one request at a time.

It shares two cores with what it measures, so it is a bare protocol on httptools: some 30 microseconds a request.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import httptools

HOST = "127.0.0.1"

Requests = Callable[[], bytes]


def request(method: str, path: str, body: bytes = b"") -> bytes:
    """What is sent: the head, and the body if there is one."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: application/json\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


@dataclass
class Outcome:
    """The results of one run's requests."""

    good: int = 0
    """Answers below 400, including those that came during the grace period."""
    in_time: int = 0
    """Those that came before the end of the run."""
    bad: Counter[int] = field(default_factory=Counter)
    """Answers of 400 and above, by status."""
    unanswered: int = 0
    """Requests without an answer: the connection was lost, or the grace period ended."""
    latencies: list[float] = field(default_factory=list)
    """Seconds from sending to the end of a good answer."""
    last: float = 0
    """Seconds from the start of the run to the last good answer."""

    @property
    def errors(self) -> int:
        return self.bad.total() + self.unanswered

    @property
    def server_errors(self) -> int:
        return sum(count for status, count in self.bad.items() if status >= 500)

    def quantile(self, share: float) -> float | None:
        """Return the seconds within which `share` of the good answers came; None if there are none."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None


class Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last one is complete, until `end`."""

    def __init__(self, requests: Requests, outcome: Outcome, start: float, end: float, pause: float) -> None:
        self._requests = requests
        self._outcome = outcome
        self._start = start
        self._end = end
        self._pause = pause
        self._loop = asyncio.get_running_loop()
        self._sent_at: float | None = None
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self.closed: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by its methods only
        self._send()

    def _send(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if time.perf_counter() >= self._end:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(self._requests())

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        status = self._parser.get_status_code()
        if status < 400 and self._sent_at is not None:
            self._outcome.good += 1
            self._outcome.in_time += now < self._end
            self._outcome.latencies.append(now - self._sent_at)
            self._outcome.last = now - self._start
        else:
            self._outcome.bad[status] += 1
        self._sent_at = None
        keeps_alive = self._parser.should_keep_alive()
        self._parser = httptools.HttpResponseParser(self)
        if not keeps_alive and self._transport:
            self._transport.close()
        elif self._pause:
            self._loop.call_later(self._pause, self._send)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if self._sent_at is not None:
            self._outcome.unanswered += 1
            self._sent_at = None
        self._transport = None
        self.closed.set_result(None)

    def abort(self) -> None:
        if self._transport:
            self._transport.abort()


async def generate(
    port: int, requests: Requests, connections: int, seconds: float, grace: float = 10, pause: float = 0
) -> Outcome:
    """Keep `connections` busy for some seconds, then wait up to `grace` seconds for what is still unanswered.

    `pause`: seconds between an answer and the next request, for probes.
    """
    outcome = Outcome()
    start = time.perf_counter()
    end = start + seconds
    running: set[Connection] = set()

    async def connect_again_and_again() -> None:
        loop = asyncio.get_running_loop()
        while time.perf_counter() < end:
            try:
                _, connection = await loop.create_connection(
                    lambda: Connection(requests, outcome, start, end, pause), HOST, port
                )
            except OSError:
                outcome.unanswered += 1
                await asyncio.sleep(0.1)
                continue
            running.add(connection)
            await connection.closed
            running.discard(connection)

    tasks = [asyncio.create_task(connect_again_and_again()) for _ in range(connections)]
    await asyncio.wait(tasks, timeout=seconds + grace)
    for connection in list(running):
        connection.abort()
    _, pending = await asyncio.wait(tasks, timeout=1)
    for task in pending:
        task.cancel()
    for task in tasks:
        if task.done() and not task.cancelled():
            task.result()
    return outcome
