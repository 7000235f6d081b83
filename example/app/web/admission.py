"""Admission: how many requests may use the database at once."""

import asyncio

from app.errors import BusyError


class Slots:
    """One slot per connection of the pool: `async with slots` waits for one and holds it.

    A request waits for its slot without holding a thread or a connection. Without this limit, a burst of requests
    would deadlock: those that hold connections wait for threads, and those that hold threads wait for connections.
    """

    def __init__(self, size: int, timeout: float) -> None:
        """`timeout`: seconds that a request waits before it is answered with 503."""
        self._semaphore = asyncio.Semaphore(size)
        self._timeout = timeout

    async def __aenter__(self) -> None:
        if not self._semaphore.locked():
            await self._semaphore.acquire()  # at once
            return
        try:
            async with asyncio.timeout(self._timeout):
                await self._semaphore.acquire()
        except TimeoutError:
            raise BusyError from None

    async def __aexit__(self, *_: object) -> None:
        self._semaphore.release()
