"""A temporary MariaDB server for the tests, from the binaries in Debian's packages."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PACKAGES = ("mariadb-server-core", "mariadb-client-core")
MISSING = f"no MariaDB for the tests: set TEST_MYSQL_URL, or install {' and '.join(PACKAGES)}"

# Nothing that it stores is worth waiting for the disk.
FAST = ("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--innodb-doublewrite=0")


@contextmanager
def running() -> Iterator[str]:
    """Yield the URL of a server on which any database may be created and dropped."""
    install, serve = _program("mariadb-install-db"), _program("mariadbd")
    # The path of a socket must be short, so this is not inside pytest's own directory.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        data, port = Path(directory, "data"), _free_port()
        shared = ("--no-defaults", f"--user={getpass.getuser()}", f"--datadir={data}")
        _run(install, *shared, "--auth-root-authentication-method=normal", "--skip-test-db")
        network = (f"--port={port}", "--bind-address=127.0.0.1", f"--socket={directory}/socket", "--skip-name-resolve")
        log = Path(directory, "log")
        with log.open("wb") as output, subprocess.Popen([serve, *shared, *network, *FAST], stderr=output) as server:
            try:
                _wait_for(server, port, log)
                yield f"mysql+pymysql://root@127.0.0.1:{port}/mysql"
            finally:
                server.terminate()


def _program(name: str) -> str:
    # Debian keeps servers in a directory that is not on every user's path.
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
    found = shutil.which(name, path=path)
    if not found:
        _install()
        found = shutil.which(name, path=path)
    return found or pytest.fail(MISSING, pytrace=False)


def _install() -> None:
    apt = shutil.which("apt-get")
    if not apt:
        pytest.fail(MISSING, pytrace=False)
    command = [*(() if os.geteuid() == 0 else ("sudo", "--non-interactive")), apt, "-o", "DPkg::Lock::Timeout=120"]
    _run(*command, "update")
    _run(*command, "install", "--yes", "--no-install-recommends", *PACKAGES)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError as error:
        pytest.fail(f"{MISSING}; {error}", pytrace=False)
    if done.returncode:
        pytest.fail(f"{MISSING}; {command[0]} said: {done.stderr or done.stdout}", pytrace=False)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"MariaDB did not start: {log.read_text(encoding='utf-8')}", pytrace=False)
