"""Log lines, as a real server writes them."""

import logging
import re
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
import uvicorn
from pydantic import ValidationError

from app.main import create_app
from app.schemas.base import Output
from app.web import logs

logger = logging.getLogger("app.test")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a server with two additional routes, which leaves the loggers alone."""
    app = create_app(routers=())

    @app.get("/speak")
    def speak() -> None:
        logger.warning("in the thread pool")

    @app.get("/fail")
    def fail() -> None:
        raise RuntimeError("no luck")

    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None, log_level="info"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level("INFO")
    caplog.handler.setFormatter(logs.LineFormatter())
    return caplog


def get(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"X-Request-ID": "abc"})
    response = connection.getresponse()
    response.read()
    if response.status == 500:
        # The server logs an error after the answer, and then closes the connection.
        assert connection.sock.recv(1) == b""
    connection.close()
    return response.status


def without_time_and_port(text: str) -> list[str]:
    lines = re.findall(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (.*)$", text, re.MULTILINE)
    return [re.sub(r"127\.0\.0\.1:\d+", "CLIENT", line) for line in lines]


def test_every_line_has_the_id_and_none_the_query(port: int, lines: pytest.LogCaptureFixture) -> None:
    status = get(port, "/speak?name=secret")

    assert status == 200
    assert without_time_and_port(lines.text) == [
        "WARNING [abc] app.test: in the thread pool",
        'INFO [abc] uvicorn.access: CLIENT - "GET /speak HTTP/1.1" 200',
    ]


def test_unexpected_error_is_logged_once(port: int, lines: pytest.LogCaptureFixture) -> None:
    status = get(port, "/fail?name=secret")

    assert status == 500
    assert sorted(without_time_and_port(lines.text)) == [
        "ERROR [abc] uvicorn.error: Exception in ASGI application",
        'INFO [abc] uvicorn.access: CLIENT - "GET /fail HTTP/1.1" 500',
    ]
    assert lines.text.count("RuntimeError: no luck") == 1
    assert "secret" not in lines.text


def test_lines_outside_requests_have_no_id(lines: pytest.LogCaptureFixture) -> None:
    logger.info("at start")

    assert without_time_and_port(lines.text) == ["INFO [-] app.test: at start"]


def test_error_of_a_row_that_does_not_fit_hides_what_it_holds() -> None:
    class Row(Output):
        number: int

    with pytest.raises(ValidationError) as raised:
        Row.model_validate({"number": "secret"})

    assert "secret" not in str(raised.value)


def test_handlers_of_the_server_are_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = logging.StreamHandler()
    monkeypatch.setattr(logging.getLogger("uvicorn"), "handlers", [handler])

    logs.configure("WARNING")

    assert isinstance(handler.formatter, logs.LineFormatter)
    assert handler.level == logging.WARNING
