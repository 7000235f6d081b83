"""The recipes in the README of a generated project, followed to the letter, do what they promise."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests.baking import Bake, python, succeed
from tests.conftest import Scratch

pytestmark = pytest.mark.xdist_group("recipes")

LINE = r"`(?P<line> *[^`]+)`"
# The words before the code of a step; the file may have been named in an earlier step.
PLACES = {
    "new": re.compile(r"New file `(?P<file>[^`]+)`"),
    "after": re.compile(rf"In `(?P<file>[^`]+)`, after {LINE}"),
    "instead": re.compile(rf"In `(?P<file>[^`]+)`, instead of {LINE}"),
    "end": re.compile(r"At the end of `(?P<line>\w+)`"),
}
PARAGRAPH = re.compile(r"(?P<prose>(?:^\S.*\n)+)\n(?P<code>(?:^ {4}.*\n|^\n(?=\n* {4}))+)", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    kind: str
    file: str
    line: str
    code: str


def recipes(readme: str) -> dict[str, list[Step]]:
    chapter = readme.partition("## Recipes\n")[2].partition("\n## ")[0]
    parts = re.split(r"^### (.*)\n", chapter, flags=re.MULTILINE)
    return {title: list(steps(text)) for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def steps(recipe: str) -> Iterator[Step]:
    file = ""
    for paragraph in PARAGRAPH.finditer(recipe):
        code = re.sub("^ {4}", "", paragraph["code"], flags=re.MULTILINE)
        found = [(kind, match) for kind, place in PLACES.items() if (match := place.search(paragraph["prose"]))]
        if found:
            kind, match = found[0]
            file = match.groupdict().get("file") or file
            yield Step(kind, file, match.groupdict().get("line") or "", code)
        else:
            yield Step("run" if code.startswith("uv run") else "text", "", "", code)


def take(project: Path, steps: list[Step], environment: dict[str, str]) -> None:
    for step in steps:
        path = project / step.file
        match step.kind:
            case "new":
                assert not path.exists()
                path.write_text(step.code, encoding="utf-8")
            case "after":
                replace(path, f"{step.line}\n", f"{step.line}\n{step.code}")
            case "instead":
                replace(path, f"{step.line}\n", step.code)
            case "end":
                append(path, step.line, step.code)
            case "run":
                for command in step.code.splitlines():
                    succeed(
                        python(
                            "-m", *shlex.split(command.removeprefix("uv run ")), cwd=project, environment=environment
                        )
                    )


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path}: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def append(path: Path, name: str, code: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    [end] = [
        node.end_lineno
        for node in ast.parse("".join(lines)).body
        if isinstance(node, ast.ClassDef) and node.name == name
    ]
    assert end
    separator = "\n" if code.lstrip().startswith("@") else ""
    path.write_text("".join([*lines[:end], separator, code, *lines[end:]]), encoding="utf-8")


def assert_gates_pass(project: Path, environment: dict[str, str]) -> None:
    for command in ("ruff format --check --no-cache", "ruff check --no-cache", "mypy", "pytest -q -p no:cacheprovider"):
        succeed(python("-m", *command.split(), cwd=project, environment=environment))


def ask(project: Path, code: str, environment: dict[str, str]) -> None:
    """Run statements with a `client` of the application over its local database."""
    head = "from fastapi.testclient import TestClient\nfrom app.main import app\nwith TestClient(app) as client:\n"
    succeed(python("-c", head + indent(dedent(code), "    "), cwd=project, environment=environment))


@pytest.fixture
def project(bake: Bake, tmp_path: Path) -> Path:
    return shutil.copytree(bake(), tmp_path / "my-service")


@pytest.fixture
def readme(project: Path) -> dict[str, list[Step]]:
    return recipes((project / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_field(
    bake: Bake, tmp_path: Path, database: str, scratch_database: Scratch, database_server: Callable[[str], str]
) -> None:
    project = shutil.copytree(bake(database=database), tmp_path / "my-service")
    [title, *_] = found = recipes((project / "README.md").read_text(encoding="utf-8"))
    assert title == "A field"

    with scratch_database(database) as url:
        environment = {"DATABASE_URL": url, "TEST_DATABASE_URL": database_server(database)}
        take(project, found[title], environment)

        assert_gates_pass(project, environment)
        ask(
            project,
            """
            user = {"name": "Ann", "email": "ann@example.com", "nickname": "A"}
            assert client.post("/api/v1/users", json=user).json()["nickname"] == "A"
            assert [row["nickname"] for row in client.get("/api/v1/users?nickname__contains=a").json()["items"]] == ["A"]
            assert client.patch("/api/v1/users/1", json={"nickname": "x" * 51}).status_code == 422
            """,
            environment,
        )


def test_a_field_that_was_forgotten_is_named(project: Path, readme: dict[str, list[Step]]) -> None:
    forgotten = [step for step in readme["A field"] if step.line != "UserUpdate" and step.kind != "run"]

    take(project, forgotten, {})

    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_fields.py", cwd=project)
    assert 'UserUpdate has no nickname: add it there or, if that is meant, name "update" in `left_out`' in done.stdout


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mysql"])
def test_a_required_field_on_a_table_with_rows(
    bake: Bake, tmp_path: Path, database: str, scratch_database: Scratch
) -> None:
    project = shutil.copytree(bake(database=database), tmp_path / "my-service")
    steps = recipes((project / "README.md").read_text(encoding="utf-8"))["A field"]
    [shown] = [step.code.strip() for step in steps if step.kind == "text"]
    replace(
        project / "app/db/models/user.py",
        "    email: Mapped[str] = mapped_column(String(254))\n",
        "    email: Mapped[str] = mapped_column(String(254))\n    nickname: Mapped[str] = mapped_column(String(50))\n",
    )

    with scratch_database(database) as url:
        environment = {"DATABASE_URL": url}
        for command in ("upgrade 0001", "revision --autogenerate -m nickname"):
            succeed(python("-m", "alembic", *command.split(), cwd=project, environment=environment))
        row = "INSERT INTO users (name, email, created_at, updated_at) VALUES ('Ann', 'a@b.c', '2024-01-01', '2024-01-01')"
        code = f"from sqlalchemy import *; e = create_engine({url!r})\nwith e.begin() as c: c.execute(text({row!r}))"
        succeed(python("-c", code, cwd=project))
        [made] = [path for path in (project / "migrations/versions").glob("*.py") if "nickname" in path.name]
        replace(made, shown.replace(' server_default="",', ""), shown)

        succeed(python("-m", "alembic", "upgrade", "head", cwd=project, environment=environment))

        assert "No new upgrade operations" in succeed(
            python("-m", "alembic", "check", cwd=project, environment=environment)
        )
    succeed(python("-m", "ruff", "format", "--check", "--no-cache", cwd=project))


def test_what_follows(project: Path, readme: dict[str, list[Step]], tmp_path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path / 'recipes.db'}"}
    titles = ["An endpoint of your own", "A filter of your own", "A computed field", "SQL of your own"]

    for title in titles:
        take(project, readme[title], environment)

    assert_gates_pass(project, environment)
    ask(
        project,
        """
        user = client.post("/api/v1/users", json={"name": "Ann", "email": "ann@example.com"}).json()["id"]
        other = client.post("/api/v1/users", json={"name": "Bob", "email": "bob@example.com"}).json()["id"]
        body = {"user_id": user, "number": "A-1", "product": "Tea", "qty": 2, "price": "3.50"}
        assert client.post("/api/v1/checkouts", json=body).status_code == 201
        assert client.post("/api/v1/checkouts", json=body).status_code == 409
        assert [line["total"] for line in client.get("/api/v1/order_lines").json()["items"]] == ["7.00"]
        assert client.get("/api/v1/order_lines/1").json()["total"] == "7.00"
        assert client.get("/api/v1/order_counts").json() == [{"user_id": user, "orders": 1}]
        for path in ("/api/v1/orders", f"/api/v1/users/{user}/orders"):
            found = [len(client.get(path, params={"user_email": address}).json()["items"])
                     for address in ("ann@example.com", "bob@example.com")]
            assert found == [1, 0], found
        """,
        environment,
    )
