"""One model, many carriers: text, lines, JSON, a mapping, files and a replay give the same project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.baking import Bake, Shell, contents, spec, succeed

TEXT = (
    "enum Color(red, green); User(name:str(20) unique, color:Color=red); Order(user:User cascade, note:text?) api=read"
)
MAPPING = {
    "Color": "enum(red, green)",
    "User": {"name": "str(20) unique", "color": "Color=red"},
    "Order": {"user": "User cascade", "note": "text?", "_api": "read"},
}
YAML = """\
# A comment.
Color: enum(red, green)
User:
  name: str(20) unique
  color: Color=red
Order:
  user: User cascade
  note: text?
  _api: read
"""


def test_lines_comments_and_blanks_do_not_matter(bake: Bake) -> None:
    text = TEXT.replace("; ", "\n\n# a comment\n").replace(", ", " ,\n    ")

    assert contents(bake(entities=text)) == contents(bake(entities=TEXT))


def test_a_mapping_means_what_its_text_means(bake: Bake) -> None:
    assert contents(bake(entities=MAPPING)) == contents(bake(entities=TEXT))


def test_json_text_means_what_its_mapping_means(bake: Bake) -> None:
    assert contents(bake(entities=json.dumps(MAPPING))) == contents(bake(entities=TEXT))


@pytest.mark.parametrize(
    ("name", "text"),
    [("shop.yaml", YAML), ("shop.yml", YAML), ("shop.json", json.dumps(MAPPING)), ("a dir/shop.txt", TEXT)],
)
def test_a_file_stands_where_the_command_is_given(bake: Bake, shell: Shell, name: str, text: str) -> None:
    shell.write(name, text)
    (shell.directory / "out").mkdir()

    succeed(shell.cookiecutter(f"entities=@{name}", "--output-dir=out"))

    assert contents(shell.directory / "out" / "my-service") == contents(bake(entities=TEXT))


def test_a_file_may_be_named_by_its_whole_path(bake: Bake, shell: Shell) -> None:
    path = shell.write("../home/shop.yaml", YAML)

    succeed(shell.cookiecutter(f"entities=@{path}"))

    assert contents(shell.directory / "my-service") == contents(bake(entities=TEXT))


def test_a_configuration_may_hold_the_mapping(bake: Bake, shell: Shell) -> None:
    config = shell.write("../home/other.yaml", json.dumps({"default_context": {"entities": MAPPING}}))

    succeed(shell.cookiecutter(f"--config-file={config}"))

    assert contents(shell.directory / "my-service") == contents(bake(entities=TEXT))


@pytest.mark.parametrize("carrier", [TEXT, json.dumps(MAPPING)], ids=["text", "JSON"])
def test_a_replay_repeats_the_project(shell: Shell, carrier: str) -> None:
    succeed(shell.cookiecutter(f"entities={carrier}", "description=Once more"))
    first = contents(shell.directory / "my-service")

    succeed(shell.cookiecutter("--replay", "--output-dir=again", answers=""))

    assert contents(shell.directory / "again" / "my-service") == first


def test_the_specification_of_a_project_makes_it_again(bake: Bake) -> None:
    project = bake(entities=spec("options"))

    again = bake(entities=(project / "entities.txt").read_text(encoding="utf-8"))

    assert contents(again) == contents(project)


@pytest.mark.parametrize("nothing", ["none", "", " none "])
def test_no_entities_make_a_service_without_tables(bake: Bake, nothing: str) -> None:
    project = bake(entities=nothing)

    assert [path.name for path in below(project, "app/db/models")] == ["__init__.py"]
    assert [path.name for path in below(project, "app/routers")] == ["__init__.py"]


def test_an_entity_without_routes_has_a_table_only(bake: Bake) -> None:
    project = bake(entities="Log(what:str) api=none; User(name:str) api=read")

    assert [path.name for path in below(project, "app/routers")] == ["__init__.py", "users.py"]
    assert [path.name for path in below(project, "app/db/models")] == ["__init__.py", "log.py", "user.py"]


def below(project: Path, directory: str) -> list[Path]:
    return sorted((project / directory).glob("*.py"))


SUMMARY = """\
User -> users, /api/v1/users
Person -> crm_people, /api/v1/people, reading only
Log -> logs, no routes
Connections: 3 workers hold up to 24 in all.
      PostgreSQL allows 100 connections (`max_connections`) unless you change it.
Next: cd my-service
      docker compose up --detach --wait db
      uv run fastapi dev    (uv: pip install uv)
      uv run pytest
"""


def test_the_last_lines_say_what_was_understood(shell: Shell) -> None:
    entities = "User(name:str); Person(name:str) plural=people table=crm_people api=read; Log(what:str) api=none"
    numbers = ("database=postgresql", "workers=3", "pool_size=5", "max_overflow=2")

    done = shell.cookiecutter(f"entities={entities}", *numbers)

    assert (done.stdout, done.stderr, done.returncode) == (SUMMARY, "", 0)


def test_a_doubt_is_told_and_the_project_is_made(shell: Shell) -> None:
    done = shell.cookiecutter("entities=User(name:str, password:str)")

    assert done.stderr == (
        "warning W515 at column 16: password would be stored as it is and shown by the API\n"
        "  User(name:str, password:str)\n"
        "                 ^^^^^^^^\n"
        "  add writeonly, and store a hash\n"
    )
    assert (done.returncode, shell.made) == (0, ["my-service"])
