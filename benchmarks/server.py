"""Starting, measuring and stopping the contenders: one uvicorn worker each, all with the same settings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import psutil

from benchmarks.load import HOST

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = (
    "--loop",
    "uvloop",
    "--http",
    "httptools",
    "--no-access-log",
    "--log-level",
    "critical",
    "--backlog",
    "4096",
)


@dataclass(frozen=True)
class Contender:
    """An application that takes part."""

    label: str
    app: str
    """Module and attribute, as for uvicorn."""
    environment: Mapping[str, str]
    directory: Path = ROOT
    prefix: str = ""
    """The prefix of its paths, which are otherwise the same."""
    bulk: str | None = None
    """The path that creates many users at once."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Scenarios in which it cannot take part, and why."""


@dataclass(frozen=True, eq=False)
class Server:
    contender: Contender
    process: psutil.Process
    port: int

    def cpu_seconds(self) -> float:
        """Return the user and system time of the process since its start."""
        times = self.process.cpu_times()
        return times.user + times.system


@contextmanager
def serving(contender: Contender, cpu: int | None) -> Iterator[Server]:
    """Start a server, wait until it answers, and stop it at the end of the block; on this CPU, if one is given."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", contender.app, *SETTINGS, "--host", HOST, "--port", str(port)]
    with subprocess.Popen(
        command, cwd=contender.directory, env=environment(contender), stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            wait_until_it_answers(process, port, contender)
            if cpu is not None:
                pin(process.pid, cpu)
            yield Server(contender, psutil.Process(process.pid), port)
        finally:
            process.terminate()
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                # A deadlocked server waits for its requests to end.
                process.kill()


def environment(contender: Contender) -> dict[str, str]:
    """Return a contender's own settings, without any that the machine has for other applications."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH"}}
    path = os.pathsep.join(str(directory) for directory in (contender.directory, ROOT))
    return kept | {"PYTHONPATH": path} | dict(contender.environment)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        port: int = listening.getsockname()[1]
        return port


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int, contender: Contender) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            connection = HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/health/live")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{contender.label} does not start")


def fetch(server: Server, method: str, path: str, body: bytes | None = None) -> bytes:
    """Send one request and return the answer, which must be a good one."""
    connection = HTTPConnection(HOST, server.port, timeout=30)
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, server.contender.prefix + path, body, headers)
    response = connection.getresponse()
    text = response.read()
    connection.close()
    if response.status >= 400:
        raise RuntimeError(f"{server.contender.label}: {method} {path} is answered with {response.status}: {text!r}")
    return text


def pin(process: int, cpu: int) -> None:
    """Keep a process, with all its threads, on one CPU."""
    if sys.platform == "linux":
        for thread in psutil.Process(process).threads():
            os.sched_setaffinity(thread.id, {cpu})


@contextmanager
def pinned(cpu: int | None) -> Iterator[None]:
    """Keep this process on one CPU for the block; processes started in it inherit that until they are pinned too."""
    if sys.platform != "linux" or cpu is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
