"""Admission: how many requests may use the database at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.errors import BusyError


class Slots:
    """One slot per connection of the pool.

    A request waits for its slot without holding a thread or a connection. Without this bound a burst of requests
    deadlocks: those that hold connections wait for threads, and those that hold threads wait for connections.
    """

    def __init__(self, size: int, timeout: float) -> None:
        """`timeout`: seconds that a request waits before it is answered with 503."""
        self._semaphore = asyncio.Semaphore(size)
        self._timeout = timeout

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout):
                await self._semaphore.acquire()
        except TimeoutError:
            raise BusyError from None
        try:
            yield
        finally:
            self._semaphore.release()
