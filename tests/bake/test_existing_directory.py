"""A directory that exists already: without -f nothing in it is touched, and with -f nothing of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.baking import Bake, Shell, contents, succeed

OWN = {
    "notes.md": b"mine\r\n",
    "app/routers/extra.py": b"# mine\n",
    "app/report.html.jinja": b"{{ mine }}\n",
    "app/db/models/[entity].py.txt": b"{{ entity }}",
    "app/templates/[entity].jinja": b"{% if mine %}",
    "tests/data/raw.bin": bytes(range(256)),
    "migrations/versions/0002_mine.py": b"# mine, without a line end",
}


@pytest.fixture
def lived_in(shell: Shell) -> Path:
    """A project whose owner has added files and changed the README and a model."""
    succeed(shell.cookiecutter())
    project = shell.directory / "my-service"
    for name, data in OWN.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in ("README.md", "app/db/models/user.py", "app/values.py"):
        (project / name).write_bytes(b"changed")
    return project


def test_a_directory_is_not_touched(shell: Shell, lived_in: Path) -> None:
    before = contents(shell.directory)

    done = shell.cookiecutter("entities=none")

    assert (done.stdout, done.stderr) == ('Error: "my-service" directory already exists\n', "")
    assert done.returncode == 1
    assert contents(shell.directory) == before


def test_overwriting_renews_what_is_generated_and_keeps_the_rest(shell: Shell, lived_in: Path, bake: Bake) -> None:
    done = shell.cookiecutter("--overwrite-if-exists")

    assert (done.returncode, done.stderr) == (0, "")
    assert contents(lived_in) == contents(bake()) | OWN


def test_overwriting_with_fewer_entities_keeps_the_modules_of_the_others(
    shell: Shell, lived_in: Path, bake: Bake
) -> None:
    succeed(shell.cookiecutter("-f", "entities=User(name:str)"))

    now, fresh = contents(lived_in), contents(bake(entities="User(name:str)"))
    assert {name: now[name] for name in fresh} == fresh
    assert now.keys() - fresh.keys() - OWN.keys() == contents(bake()).keys() - fresh.keys()


def test_a_refusal_touches_nothing(shell: Shell, lived_in: Path) -> None:
    before = contents(lived_in)

    done = shell.cookiecutter("-f", "entities=User(name:string)")

    assert done.returncode == 1
    assert contents(lived_in) == before


def test_an_empty_directory_is_filled(shell: Shell, bake: Bake) -> None:
    (shell.directory / "my-service").mkdir()

    succeed(shell.cookiecutter("-f"))

    assert contents(shell.directory / "my-service") == contents(bake())
