"""Two requests at once."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from httpx2 import Response
from sqlalchemy import Connection, event

from app.db.session import engine

Send = Callable[[], Response]


def beside(first: Send, second: Send) -> tuple[Response, Response]:
    """Send the second request when the first is about to commit, or after the first if that changes nothing."""
    sent: list[Future[Response]] = []

    with ThreadPoolExecutor(1) as pool:

        def send_second(_: Connection) -> None:
            if not sent:
                sent.append(pool.submit(second))
                # Long enough to reach what it waits for. A second that is slower only comes after the first.
                wait(sent, timeout=0.05)

        event.listen(engine, "commit", send_second)
        try:
            answer = first()
        finally:
            event.remove(engine, "commit", send_second)
        return answer, sent[0].result() if sent else second()
