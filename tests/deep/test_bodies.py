"""Whatever a body holds, it is answered soon and briefly, and liveness answers meanwhile."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.deep.conftest import Serve
from tests.deep.load import ask

pytestmark = pytest.mark.alone

MOST_BYTES, MOST_VALUES = 2 * 1024 * 1024, 50_000

# Seconds. A body at the limits takes 0.1 in the event loop; without them, some took 17, and were answered with 100 MB.
SOON = 1


def filled(unit: str, head: str = "[", tail: str = "]", most: int = MOST_BYTES) -> str:
    """Repeat `unit` in a list, as often as fits into a body."""
    count = min(most, (MOST_BYTES - len(head) - len(tail)) // (len(unit) + 1))
    return head + ",".join([unit] * count) + tail


def fields(count: int) -> str:
    return "{" + ",".join(f'"x{number}":1' for number in range(count)) + "}"


# By the statuses that are expected.
TO_SAMPLES = {
    413: [
        fields(170_000),
        filled("1"),
        filled("{}"),
        filled("[[[[]]]]", '{"b3":[', "]}"),
        filled('{"":{"":{}}}', '{"b3":[', "]}"),
        filled("1", '{"a3":[', "]}"),
        "[" * 1_000_000 + "]" * 1_000_000,
    ],
    400: ["9" * MOST_BYTES, "[" * 40_000 + "]" * 40_000],
    422: [
        fields(MOST_VALUES),
        filled("1", most=MOST_VALUES),
        filled("{}", most=MOST_VALUES // 2),
        filled("[[]]", '{"b3":[', "]}", most=MOST_VALUES // 3 - 1),
        filled('{"":0}', '{"b3":[', "]}", most=MOST_VALUES // 2 - 1),
        filled("9" * 4000, '{"b3":[', "]}"),
        *(f'{{"{name}":"{"9" * 2_000_000}"}}' for name in ("a1", "a3", "a6", "a8", "b1", "b2", "b4", "b5", "b6", "b7")),
        '{"b4":"' + "a." * 1_000_000 + '"}',
        '{"b5":"https://a/' + "%41" * 600_000 + '"}',
        '{"a2":"' + r"\u0001" * 340_000 + '"}',
    ],
}
TO_MANY_SAMPLES = {
    413: [filled("{}"), filled(fields(200), most=1000)],
    422: [
        filled("{}", most=1000),
        filled(fields(49), most=1000),
        filled('{"a3":"x","a4":"x","a5":"x","a6":"x","a7":"x","a8":"x","a9":"x","b1":1,"b2":1}', most=1000),
        filled("{}", most=MOST_VALUES // 2),
    ],
}


class Probe(threading.Thread):
    """Asks for liveness all the time, and keeps how long the slowest answer took."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.slowest = 0.0
        self.done = False

    def run(self) -> None:
        while not self.done:
            self.slowest = max(self.slowest, ask(self.address, "/health/live").seconds)
            time.sleep(0.002)


@contextmanager
def probed(address: str) -> Iterator[None]:
    probe = Probe(address)
    probe.start()
    try:
        yield
    finally:
        probe.done = True
        probe.join()
    assert probe.slowest < SOON


def send(address: str, method: str, path: str, body: str) -> tuple[int, bytes]:
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_bodies_of_every_kind(serve: Serve) -> None:
    with serve("every_type", "sqlite") as served:
        for status, bodies in TO_SAMPLES.items():
            for body in bodies:
                for method, path in (("POST", "/api/v1/samples"), ("PATCH", "/api/v1/samples/1")):
                    with probed(served.address):
                        answered, content = send(served.address, method, path, body)
                    assert (answered, body[:40]) == (status, body[:40])
                    assert len(content) < 50_000
        for status, bodies in TO_MANY_SAMPLES.items():
            for body in bodies:
                with probed(served.address):
                    answered, content = send(served.address, "POST", "/api/v1/samples/bulk", body)
                assert (answered, body[:40]) == (status, body[:40])
                assert len(content) < 50_000


def test_as_many_links_and_values_as_fit(serve: Serve) -> None:
    with serve("blog", "sqlite") as served:
        names = [f'{{"name":"n{number}"}}' for number in range(1000)]
        for path in ("tags", "users"):
            assert send(served.address, "POST", f"/api/v1/{path}/bulk", f"[{','.join(names)}]")[0] == 201
        tags = ",".join(str(number) for number in range(1, 991))
        post = f'{{"title":"t","body":"b","author_id":1,"tags":[{tags}]}}'
        for unit, status in ((post, 201), (post.replace("[1,", "[0,"), 422), (post.replace("[1,", "[9999,"), 409)):
            began = time.monotonic()
            with probed(served.address):
                answered, _ = send(served.address, "POST", "/api/v1/posts/bulk", filled(unit, most=50))
            assert answered == status
            # The limit of a statement.
            assert time.monotonic() - began < 10


def test_pages_of_the_largest_documents(serve: Serve) -> None:
    with serve("every_type", "sqlite") as served:
        document = filled("[1]", most=2450)
        rows = filled(f'{{"l":{document},"m":{{}}}}', most=10)
        for _ in range(10):
            assert send(served.address, "POST", "/api/v1/defaults/bulk", rows)[0] == 201
        with probed(served.address):
            answered, _ = send(served.address, "GET", "/api/v1/defaults?limit=100", "")
        assert answered == 200
