"""Several processes at once: their connections stay within what the prompts promise, and one of them migrates."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.baking import Bake, shell_environment
from tests.deep import servers
from tests.deep.load import ask, assert_bounded, hammer_one
from tests.deep.servers import PostgreSQL, migrate, service

pytestmark = pytest.mark.alone

WORKERS, POOL_SIZE, MAX_OVERFLOW = 4, 3, 2
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'crowd'"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    with servers.postgresql() as server:
        yield server


@pytest.fixture(scope="module")
def project(bake: Bake) -> Path:
    return bake(database="postgresql", workers=str(WORKERS), pool_size=str(POOL_SIZE), max_overflow=str(MAX_OVERFLOW))


def test_connections_stay_within_the_promise(project: Path, postgresql: PostgreSQL) -> None:
    promised = WORKERS * (POOL_SIZE + MAX_OVERFLOW + 1)
    assert f"= {promised} connections" in (project / "README.md").read_text(encoding="utf-8")
    postgresql.make_database("crowd")
    url = postgresql.url("crowd", user="crowd")
    migrate(project, url)
    counted = []

    with service(project, {"DATABASE_URL": url}, f"--workers={WORKERS}") as app:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
            load = processes.submit(hammer_one, app.address, 120, 4, "/slow?seconds=0.1")
            while not load.done():
                # Each worker also has a connection for readiness.
                ask(app.address, "/health/ready")
                counted.append(postgresql.count(CONNECTIONS))
                time.sleep(0.01)
        answers = load.result()

    print(f"\n{WORKERS} workers: {promised} connections promised, at most {max(counted)} used")
    assert_bounded(answers, 200)
    # There were bursts: more connections than the pools keep.
    assert WORKERS * POOL_SIZE < max(counted) <= promised


def test_six_migrations_at_once(project: Path, postgresql: PostgreSQL) -> None:
    postgresql.make_database("six")
    environment = shell_environment(project) | {"DATABASE_URL": postgresql.url("six", user="six")}
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]

    started = [
        subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(6)
    ]
    said = [process.communicate(timeout=60)[0] for process in started]

    assert [(process.returncode, text) for process, text in zip(started, said, strict=True)] == [(0, b"")] * 6
    assert postgresql.ask("SELECT version_num FROM alembic_version", "six") == [("0001",)]
