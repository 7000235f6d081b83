"""What only servers such as MySQL do, in trouble or not. This runs on MariaDB."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.baking import Bake, python, run, shell_environment, succeed
from tests.conftest import Scratch

# One group, so that the server is started once.
pytestmark = pytest.mark.xdist_group("mysql")


@pytest.fixture
def default(bake: Bake) -> Path:
    return bake(database="mysql")


def test_a_stranger_runs_the_tests(tmp_path: Path, bake: Bake, mysql_server: str) -> None:
    fresh = tmp_path / "fresh"
    shutil.copytree(bake(database="mysql"), fresh)

    done = run("uv", "run", "pytest", cwd=fresh, environment={"TEST_DATABASE_URL": mysql_server})

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(r"=+ \d+ passed in .* =+", done.stdout.splitlines()[-1])


def test_tests_without_a_server_say_what_to_start(default: Path) -> None:
    # A port on which nothing listens.
    url = "mysql+pymysql://root@127.0.0.1:9/mysql"
    done = python("-m", "pytest", "-q", cwd=default, environment={"TEST_DATABASE_URL": url})

    assert done.returncode == 1
    said = "no database for the tests, run: docker compose up --detach --wait db (or set TEST_DATABASE_URL); "
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_six_simultaneous_upgrades_of_an_empty_database(default: Path, scratch_database: Scratch) -> None:
    with scratch_database("mysql") as url:
        environment = shell_environment(default) | {"DATABASE_URL": url}
        command = [sys.executable, "-m", "alembic", "upgrade", "head"]
        upgrades = [
            subprocess.Popen(command, cwd=default, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(6)
        ]
        ends = [(upgrade.communicate()[1], upgrade.returncode) for upgrade in upgrades]

        assert [status for _, status in ends] == [0] * 6, ends
        assert (
            succeed(python("-m", "alembic", "current", cwd=default, environment={"DATABASE_URL": url}))
            == "0001 (head)\n"
        )


def test_a_new_migration_is_made_and_runs(tmp_path: Path, default: Path, scratch_database: Scratch) -> None:
    project = shutil.copytree(default, tmp_path / "changed")
    model = project / "app" / "db" / "models" / "user.py"
    text = model.read_text(encoding="utf-8")
    new = "    seen: Mapped[dt.datetime | None]\n    note: Mapped[str | None] = mapped_column(Text())\n"
    text = text.replace("    name: Mapped", f"{new}    name: Mapped")
    model.write_text(f"import datetime as dt\n\nfrom sqlalchemy import Text\n\n{text}", encoding="utf-8")
    with scratch_database("mysql") as url:
        environment = {"DATABASE_URL": url}
        for command in ("upgrade head", "revision --autogenerate -m seen", "upgrade head", "check", "downgrade base"):
            succeed(python("-m", "alembic", *command.split(), cwd=project, environment=environment))


@pytest.fixture
def asked(default: Path, scratch_database: Scratch) -> Iterator[Callable[[str], list[str]]]:
    """Runs a program in the project, on a migrated database, and returns the lines that it prints."""
    with scratch_database("mysql") as url:
        environment = {"DATABASE_URL": url}
        succeed(python("-m", "alembic", "upgrade", "head", cwd=default, environment=environment))
        yield lambda code: succeed(python("-c", code, cwd=default, environment=environment)).splitlines()


SLOW = """
from fastapi.testclient import TestClient
from sqlalchemy import text
from app.db import dialect
dialect.STATEMENT_TIMEOUT = 1
from app.dependencies import DbSession
from app.main import create_app
app = create_app()

@app.post("/slow")
def slow(db: DbSession) -> None:
    db.execute(text("SELECT SLEEP(20)"))

with TestClient(app) as client:
    answer = client.post("/slow")
    print(answer.status_code, answer.headers["retry-after"], answer.json()["title"])
    print(client.get("/api/v1/users").status_code)
"""


def test_a_statement_that_takes_too_long_is_a_503(asked: Callable[[str], list[str]]) -> None:
    assert asked(SLOW) == ["503 1 Database unavailable", "200"]


LOCKED = """
from fastapi.testclient import TestClient
from app.db import dialect
dialect.LOCK_TIMEOUT = 1
from app.db.models import User
from app.db.session import SessionLocal
from app.main import app

with TestClient(app) as client:
    made = client.post("/api/v1/users", json={"name": "Ann", "email": "ann@example.com"}).json()
    with SessionLocal() as db:
        db.get(User, made["id"], with_for_update=True)
        answer = client.delete(f"/api/v1/users/{made['id']}")
        print(answer.status_code, answer.headers["retry-after"], answer.json()["title"])
    print(client.delete(f"/api/v1/users/{made['id']}").status_code)
"""


def test_a_lock_that_is_held_too_long_is_a_503(asked: Callable[[str], list[str]]) -> None:
    assert asked(LOCKED) == ["503 1 Database unavailable", "204"]


KILLED = """
from concurrent.futures import ThreadPoolExecutor
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from app.main import app
from app.settings import settings

killer = create_engine(settings.database_url.get_secret_value())
with TestClient(app) as client, ThreadPoolExecutor(8) as pool:
    list(pool.map(lambda _: client.get("/api/v1/users"), range(16)))
    with killer.connect() as connection:
        for row in connection.execute(text("SHOW PROCESSLIST")).mappings().all():
            if row["Command"] == "Sleep" and row["db"] == connection.engine.url.database:
                connection.execute(text(f"KILL {row['Id']}"))
    print({answer.status_code for answer in pool.map(lambda _: client.get("/api/v1/users"), range(16))})
"""


def test_connections_that_the_server_has_ended_are_replaced(asked: Callable[[str], list[str]]) -> None:
    assert asked(KILLED) == ["{200}"]


HOSTILE = """
from fastapi.testclient import TestClient
from app.main import app

names = ["' for key 'users.uq_users_name'", "x' for key 'PRIMARY", "\\\\", "%s", "100%", "'\\"`;--", "\\U0001f600" * 20]
with TestClient(app, raise_server_exceptions=False) as client:
    for number, name in enumerate(names):
        user = client.post("/api/v1/users", json={"name": name, "email": f"user{number}@example.com"}).json()
        order = {"number": name[:20], "user_id": user["id"]}
        first, again = (client.post("/api/v1/orders", json=order) for _ in range(2))
        assert user["name"] == name, user
        assert first.json()["number"] == order["number"], first.json()
        print(first.status_code, again.status_code, again.json()["errors"][0]["loc"])
"""


def test_hostile_values_arrive_and_clashes_name_the_column(asked: Callable[[str], list[str]]) -> None:
    assert asked(HOSTILE) == ["201 409 ['body', 'number']"] * 7
