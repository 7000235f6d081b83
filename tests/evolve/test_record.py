"""`.template.json` says where a project comes from, so that others can get it from there as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from entity_spec.record import NAME, Record
from tests.baking import Shell, commit, contents, copy_template, run, succeed

Made = Callable[[Path | str], tuple[str, str]]


@pytest.fixture
def made(shell: Shell) -> Made:
    """Generates a project of a template, and returns address and commit."""

    def made(template: Path | str) -> tuple[str, str]:
        succeed(shell.cookiecutter("-f", "entities=Tag(name:str)", template=template))
        record = json.loads((shell.directory / "my-service" / NAME).read_text(encoding="utf-8"))
        return record["template"], record["commit"]

    return made


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return copy_template(tmp_path / "template")


def clone(template: Path, to: Path) -> Path:
    succeed(run("git", "clone", "--quiet", template, to, cwd=to.parent))
    return to


def test_a_record_has_all_answers(shell: Shell) -> None:
    succeed(shell.cookiecutter("entities=Tag(name:str); Box(tag:Tag)", "pool_size=4", "description=Ä"))

    record = Record.parse((shell.directory / "my-service" / NAME).read_text(encoding="utf-8"))

    assert record.entities == ("Tag(name:str)", "Box(tag:Tag)")
    assert record.answers == {
        "project_name": "My Service",
        "project_slug": "my-service",
        "description": "Ä",
        "database": "sqlite",
        "soft_delete": "yes",
        "primary_key": "bigint",
        "pgbouncer": "no",
        "pool_size": "4",
        "max_overflow": "0",
        "pool_timeout": "5",
        "pool_recycle": "1800",
        "workers": "2",
    }


def test_a_repository_of_its_own(made: Made, template: Path) -> None:
    made_of = commit(template)

    assert made(template) == (str(template), made_of)
    # The first project has left compiled modules in it.
    assert made(template) == (str(template), made_of)


@pytest.mark.parametrize("name", ["hooks/post_gen_project.py", "entity_spec/new.py"])
def test_changes_that_are_not_committed(made: Made, template: Path, name: str) -> None:
    commit(template)
    with (template / name).open("a", encoding="utf-8") as file:
        file.write("\n")

    assert made(template) == (str(template), "")


def test_changes_that_do_not_matter(made: Made, template: Path) -> None:
    made_of = commit(template)
    (template / "notes.md").touch()

    assert made(template) == (str(template), made_of)


def test_a_clone(made: Made, template: Path, tmp_path: Path) -> None:
    made_of = commit(template)

    assert made(clone(clone(template, tmp_path / "one"), tmp_path / "two")) == (str(template), made_of)


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        ("https://user:token@example.com/template.git", "https://example.com/template.git"),
        ("git@example.com:template.git", "git@example.com:template.git"),
        ("ssh://git@example.com/template.git", "ssh://git@example.com/template.git"),
    ],
)
def test_a_clone_of_what_is_elsewhere(made: Made, template: Path, tmp_path: Path, origin: str, address: str) -> None:
    made_of = commit(template)
    copy = clone(template, tmp_path / "clone")
    succeed(run("git", "remote", "set-url", "origin", origin, cwd=copy))

    assert made(copy) == (address, made_of)


def test_a_commit_that_only_the_clone_has(made: Made, template: Path, tmp_path: Path) -> None:
    commit(template)
    copy = clone(template, tmp_path / "clone")
    (copy / "notes.md").touch()

    made_of = commit(copy)

    assert made(copy) == (str(copy), made_of)


def test_a_tag_is_enough(made: Made, template: Path, tmp_path: Path) -> None:
    """As in Cookiecutter's own clone of a version that is no longer on a branch."""
    commit(template)
    copy = clone(template, tmp_path / "clone")
    (copy / "notes.md").touch()
    made_of = commit(copy)
    succeed(run("git", "tag", "v1", cwd=copy))

    assert made(copy) == (str(template), made_of)


def test_no_repository(made: Made, template: Path) -> None:
    assert made(template) == (str(template), "")


def test_a_part_of_another_repository(made: Made, template: Path) -> None:
    commit(template.parent)

    assert made(template) == (str(template), "")


def test_an_archive(made: Made, template: Path, tmp_path: Path) -> None:
    archive = tmp_path / "template.zip"
    with ZipFile(archive, "w") as written:
        # Cookiecutter takes the first entry for the directory of the template.
        written.mkdir("template")
        for name, data in contents(template).items():
            written.writestr(f"template/{name}", data)

    assert made(archive) == (str(archive), "")


def test_no_git(shell: Shell, template: Path, tmp_path: Path) -> None:
    commit(template)
    shell.environment["PATH"] = str(tmp_path)

    succeed(shell.cookiecutter("entities=Tag(name:str)", template=template))

    record = json.loads((shell.directory / "my-service" / NAME).read_text(encoding="utf-8"))
    assert (record["template"], record["commit"]) == (str(template), "")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"template": "", "commit": "", "answers": [], "entities": []}'])
def test_something_else_is_no_record(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Record.parse(text)


def test_a_record_is_read_as_it_was_written() -> None:
    record = Record("a", "b", {"c": "ä"}, ("Tag(name:str)",))

    assert Record.parse(str(record)) == record
    assert record.text == "Tag(name:str)"
    assert Record("a", "b", {}, ()).text == "none"
