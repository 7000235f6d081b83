"""What a newcomer does: with only a new project and uv, the tests run and the service answers over HTTP."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.baking import Bake, run, serving

pytestmark = pytest.mark.xdist_group("stranger")


@pytest.fixture(scope="module")
def fresh(bake: Bake) -> Iterator[Path]:
    """The default project, in which nothing has ever run."""
    with fresh_project(bake, database="sqlite") as project:
        yield project


@contextmanager
def fresh_project(bake: Bake, **answers: str) -> Iterator[Path]:
    # Outside pytest's own directory: when run as root, PostgreSQL becomes another user, who may not look into that.
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        yield shutil.copytree(bake(**answers), Path(directory, "fresh"))


def assert_tests_pass(project: Path) -> None:
    done = run("uv", "run", "pytest", cwd=project)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(r"=+ \d+ passed in .* =+", done.stdout.splitlines()[-1])
    assert "Traceback" not in done.stderr, done.stderr


def test_the_first_command_runs_the_tests(fresh: Path) -> None:
    assert_tests_pass(fresh)


def test_the_second_command_serves_the_entities(fresh: Path) -> None:
    with (
        serving("uv", "run", "fastapi", "dev", "--port", "0", cwd=fresh) as address,
        httpx2.Client(base_url=f"{address}/api/v1") as client,
    ):
        user = client.post("/users", json={"name": "Ann", "email": "ann@example.com"})
        order = client.post("/orders", json={"number": "A-1", "user_id": user.json()["id"]})
        line = {"order_id": order.json()["id"], "product": "Tea", "qty": 2, "price": "3.50"}
        lines = [client.post("/order_lines", json=line | {"qty": qty}) for qty in (1, 2, 3)]
        assert [made.status_code for made in (user, order, *lines)] == [201] * 5

        detail = client.get(f"/orders/{order.json()['id']}")
        assert detail.status_code == 200
        assert detail.json()["user"] == user.json()
        assert [row["qty"] for row in detail.json()["order_lines"]] == [1, 2, 3]

        first = client.get("/order_lines", params={"limit": 2}).json()
        second = client.get("/order_lines", params={"limit": 2, "cursor": first["next_cursor"]}).json()
        assert [row["qty"] for row in first["items"] + second["items"]] == [1, 2, 3]
        assert second["next_cursor"] is None

        conflict = client.post("/users", json={"name": "Bob", "email": "ann@example.com"})
        assert (conflict.status_code, conflict.headers["content-type"]) == (409, "application/problem+json")

        bad = client.post("/order_lines", json=line | {"qty": 0})
        assert (bad.status_code, bad.headers["content-type"]) == (422, "application/problem+json")

        made = lines[0].json()["id"]
        assert client.delete(f"/order_lines/{made}").status_code == 204
        assert client.get(f"/order_lines/{made}").status_code == 404
        assert client.get(f"{address}/health/ready").status_code == 200
        assert client.get(f"{address}/docs").status_code == 200
