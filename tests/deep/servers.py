"""Real servers that tests may stop, kill and inspect: PostgreSQL, PgBouncer, and generated services that use them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import yaml

from tests.baking import Completed, python, shell_environment, succeed

# PostgreSQL and PgBouncer refuse to run as root; Debian's packages create a user for them.
USER = "postgres" if os.geteuid() == 0 else None

# Routes for tests, in addition to a generated service's own.
PROBES = """\
from sqlalchemy import func, select, text

from app.dependencies import DbSession
from app.main import create_app

app = create_app()


@app.get("/slow")
def slow(db: DbSession, seconds: float = 0.02) -> float:
    db.execute(select(func.pg_sleep(seconds)))
    return seconds


@app.get("/held")
@app.post("/held")
def held(db: DbSession) -> bool:
    # Blocks for as long as a test holds this lock.
    db.execute(select(func.pg_advisory_xact_lock(1)))
    return True


@app.get("/setting")
def setting(db: DbSession, name: str) -> str | None:
    return db.scalar(select(func.current_setting(name)))
"""


def program(name: str, package: str) -> str:
    """Return the path of a program; install its Debian package if it is missing."""
    if not _find(name):
        root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
        for words in (["update", "--quiet=2"], ["install", "--quiet=2", "--yes", package]):
            subprocess.run([*root, "apt-get", *words], check=False, capture_output=True)
    found = _find(name)
    if not found:
        pytest.fail(f"these tests need {name}: apt-get install {package}", pytrace=False)
    return found


def _find(name: str) -> str | None:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    places = os.pathsep.join([*map(str, versions), os.environ["PATH"], "/usr/sbin"])
    return shutil.which(name, path=places)


@contextmanager
def directory() -> Iterator[Path]:
    """Make a directory that belongs to the server's user."""
    with tempfile.TemporaryDirectory(prefix="server", ignore_cleanup_errors=True) as name:
        if USER:
            shutil.chown(name, USER)
        yield Path(name)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert isinstance(port, int)
    return port


def wait_for(condition: Callable[[], object], what: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {what}"
        time.sleep(0.05)


@dataclass
class PostgreSQL:
    """A server in its own directory."""

    data: Path
    port: int = field(default_factory=free_port)
    running: bool = False

    def create(self) -> None:
        self._run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C")

    def start(self, *settings: str) -> None:
        own = (f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.data}", "fsync=off")
        options = " ".join(f"-c {setting}" for setting in (*own, *settings))
        self._run("pg_ctl", "--wait", f"--log={self.data}.log", f"--options={options}", "start")
        self.running = True

    def stop(self, mode: str = "fast") -> None:
        if self.running:
            self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")
            self.running = False

    def copy(self, to: Path) -> PostgreSQL:
        """Make a replica, which follows this server once it is started."""
        address = f"host=127.0.0.1 port={self.port} user=postgres"
        self._run(
            "pg_basebackup", "--no-sync", "--checkpoint=fast", "--write-recovery-conf", f"--dbname={address}", data=to
        )
        return PostgreSQL(to)

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        return f"postgresql+psycopg://{user}:{user}@127.0.0.1:{self.port}/{database}"

    def ask(self, query: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Return the rows of a query, [] for a command that has none."""
        address = f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"
        with psycopg.connect(address, autocommit=True, application_name="test") as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def count(self, query: str, database: str = "postgres") -> int:
        number = self.ask(query, database)[0][0]
        assert isinstance(number, int)
        return number

    def make_database(self, name: str) -> None:
        """Create a database, and a role of the same name that owns it."""
        self.ask(f"CREATE ROLE {name} LOGIN")
        self.ask(f"CREATE DATABASE {name} OWNER {name}")

    def _run(self, name: str, *arguments: str, data: Path | None = None) -> None:
        words = [program(name, "postgresql"), f"--pgdata={data or self.data}", *arguments]
        # A server that keeps running must not keep a pipe open, so the output goes into a file.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                words, cwd="/", user=USER, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False
            )
            said.seek(0)
            assert done.returncode == 0, said.read()


@contextmanager
def postgresql(*settings: str) -> Iterator[PostgreSQL]:
    """Yield a running server, which the test may stop and start."""
    with directory() as place:
        server = PostgreSQL(place / "data")
        server.create()
        try:
            server.start(*settings)
            yield server
        finally:
            server.stop("immediate")


@contextmanager
def replica_of(primary: PostgreSQL) -> Iterator[PostgreSQL]:
    with directory() as place:
        replica = primary.copy(place / "data")
        try:
            replica.start()
            yield replica
        finally:
            replica.stop("immediate")


# Makes PgBouncer drop connection options instead of refusing them.
DROPS_OPTIONS = (r"(?m)^pool_mode = .*", r"\g<0>\nignore_startup_parameters = options")


@dataclass(frozen=True)
class Composed:
    """A project, and the settings for PgBouncer and the server in its compose.yaml."""

    project: Path
    configuration: str
    users: str
    limits: str

    @classmethod
    def of(cls, project: Path) -> Composed:
        configs = yaml.safe_load((project / "compose.yaml").read_text(encoding="utf-8"))["configs"]
        return cls(project, *(configs[name]["content"] for name in ("pgbouncer", "users", "limits")))

    def configured(self, *changes: tuple[str, str]) -> str:
        configuration = self.configuration
        for pattern, value in changes:
            configuration, changed = re.subn(pattern, value, configuration)
            assert changed == 1, pattern
        return configuration


@contextmanager
def pgbouncer(server: PostgreSQL, configuration: str, users: str, port: int = 0) -> Iterator[int]:
    """Yield the port of a PgBouncer for a server, configured as in compose.yaml except for addresses and files."""
    port = port or free_port()
    with directory() as place:
        here = {
            r"host=\S+ port=\d+": f"host=127.0.0.1 port={server.port}",
            r"(?m)^listen_addr = .*": "listen_addr = 127.0.0.1",
            r"(?m)^listen_port = .*": f"listen_port = {port}",
            r"(?m)^auth_file = .*": f"auth_file = {place / 'users.txt'}\nunix_socket_dir =",
        }
        for pattern, value in here.items():
            configuration, replaced = re.subn(pattern, value, configuration)
            assert replaced == 1, pattern
        (place / "users.txt").write_text(users, encoding="utf-8")
        (place / "pgbouncer.ini").write_text(configuration, encoding="utf-8")
        command = [program("pgbouncer", "pgbouncer"), "--quiet", str(place / "pgbouncer.ini")]
        with subprocess.Popen(command, user=USER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                wait_for(lambda: _listens(port), "PgBouncer listens")
                yield port
            finally:
                process.kill()


@contextmanager
def behind_pgbouncer(project: Path) -> Iterator[str]:
    """Yield the address of a server behind PgBouncer for a project's own tests."""
    composed = Composed.of(project)
    with postgresql() as server:
        # The tests create and migrate their own databases, with a role that has no time limits.
        server.ask("CREATE ROLE suite SUPERUSER LOGIN")
        users = composed.users + '"suite" "suite"\n'
        with pgbouncer(server, composed.configured(DROPS_OPTIONS), users) as port:
            yield f"postgresql+psycopg://suite:suite@127.0.0.1:{port}/postgres"


class Proxy:
    """Between a service and its database, on a path that loses its connections without telling either side."""

    def __init__(self, listener: socket.socket, target: int) -> None:
        self.port: int = listener.getsockname()[1]
        self._listener, self._target = listener, target
        self._lost = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_connections(self) -> None:
        """From now on, acknowledge and drop what comes over the connections that there are. New ones work."""
        self._lost.set()
        self._lost = threading.Event()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=_forward, args=(*ends, self._lost), daemon=True).start()


def _forward(source: socket.socket, to: socket.socket, lost: threading.Event) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            if not lost.is_set():
                to.sendall(data)
        if not lost.is_set():
            to.shutdown(socket.SHUT_WR)


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Proxy(listener, target)
        # This ends `accept`.
        listener.shutdown(socket.SHUT_RDWR)


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Service:
    """A generated application in uvicorn, with the routes of PROBES."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def service(
    project: Path, environment: Mapping[str, str], *options: str, probes: str = PROBES, limit: str = "unlimited"
) -> Iterator[Service]:
    """Run a project until the end of the block. `limit`: the maximum size of a file, in blocks of 1024 bytes."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "probes.py").write_text(probes, encoding="utf-8")
        log = place / "log"
        uvicorn = [sys.executable, "-m", "uvicorn", "probes:app", "--port=0", "--no-access-log", *options]
        # A thousand clients need more open files than a shell allows by default.
        shell = ["bash", "-c", f'ulimit -n "$(ulimit -Hn)"; ulimit -S -f {limit}; exec "$@"', "bash"]
        with (
            log.open("wb") as said,
            subprocess.Popen(
                [*shell, *uvicorn],
                cwd=project,
                env=shell_environment(project)
                | {"PYTHONPATH": os.pathsep.join([name, str(project)]), "PYTHONUNBUFFERED": "1"}
                | dict(environment),
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as process,
        ):
            try:
                workers = int(next((word.partition("=")[2] for word in options if word.startswith("--workers=")), "1"))
                wait_for(lambda: process.poll() is not None or _started(log, workers), "the service starts", 60)
                assert process.returncode is None, _text(log)
                yield Service(_addresses(log)[0], process, log)
            finally:
                _end(process)


def _started(log: Path, workers: int) -> bool:
    return bool(_addresses(log)) and _text(log).count("startup complete") == workers


def _addresses(log: Path) -> list[str]:
    return re.findall(r"running on (http://127\.0\.0\.1:[1-9]\d*)", _text(log))


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop it with SIGTERM or, if that does not help, kill it with everything that it has started."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def alembic(project: Path, *arguments: str, **environment: str) -> Completed:
    return python("-m", "alembic", *arguments, cwd=project, environment=environment)


def migrate(project: Path, url: str) -> None:
    succeed(alembic(project, "upgrade", "head", DATABASE_URL=url, MIGRATION_DATABASE_URL=url))
