"""`evolve.py` brings a project up to its entities, its answers or its template, and keeps what is its owner's."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.baking import IDENTITY, Completed, commit, copy_template, python, run, succeed
from tests.evolve.conftest import TEXT, Project, create
from tests.terminal import python_at_terminal

pytestmark = pytest.mark.xdist_group("evolve")

NEW = TEXT.replace("Tag(name:str)", "Tag(name:str, boxes:Box[])") + "Box(label:str, order:Order?)\n"
METHOD = "\n    def greet(self) -> str:\n        return self.name\n"


def gates(project: Project) -> None:
    for command in (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)):
        succeed(python("-m", *command, cwd=project.directory))


def test_entities_are_added_to_a_project_with_changes_of_its_owner(project: Project) -> None:
    project.append("app/db/models/tag.py", METHOD)
    project.append("README.md", "\n## Ours\n")
    project.commit()
    project.write("entities.txt", NEW)

    said = succeed(project.evolve("--yes"))

    assert project.read("app/db/models/tag.py").endswith('lazy="raise_on_sql",\n    )\n' + METHOD)
    assert project.read("README.md").endswith("\n## Ours\n")
    assert "class Box(" in project.read("app/db/models/box.py")
    assert project.read("entities.txt") == NEW
    assert project.record["entities"] == [
        "Order(number:str(20), user:User)",
        "Tag(name:str, boxes:Box[])",
        "User(name:str(100))",
        "Box(label:str, order:Order?)",
    ]
    assert "merged with your changes:\n  README.md\n  app/db/models/tag.py\n" in said
    gates(project)


def test_there_is_nothing_to_do_afterwards(project: Project) -> None:
    project.write("entities.txt", NEW)
    succeed(project.evolve("--yes"))
    project.commit()
    before = project.state

    done = project.evolve()

    assert (done.stdout, done.stderr) == ("nothing to do: the project is what entities.txt says\n", "")
    assert (done.returncode, project.state) == (0, before)


def test_comments_and_layout_alone_are_nothing_to_do(project: Project) -> None:
    project.write("entities.txt", "# all new\n" + TEXT.replace(", ", " ,\n    "))

    assert succeed(project.evolve()) == "nothing to do: the project is what entities.txt says\n"


def test_a_dry_run_changes_nothing(project: Project) -> None:
    project.write("entities.txt", NEW)
    before = project.state

    said = succeed(project.evolve("--dry-run"))

    assert "files: 1" in said
    assert project.state == before


def test_a_conflict_has_markers_and_a_status_of_its_own(project: Project) -> None:
    project.replace("app/db/models/user.py", "String(100)", "String(90)")
    project.commit()
    project.write("entities.txt", NEW.replace("str(100)", "str(200)"))

    done = project.evolve("--yes")

    assert done.returncode == 3
    assert "conflicts: both you and the template changed the same lines:\n  app/db/models/user.py\n" in done.stdout
    assert "next: resolve the conflicts" in done.stdout
    assert (
        "<<<<<<< yours\n    name: Mapped[str] = mapped_column(String(90))\n"
        "=======\n    name: Mapped[str] = mapped_column(String(200))\n>>>>>>> template\n"
    ) in project.read("app/db/models/user.py")
    assert (project.directory / "app/db/models/box.py").is_file()


def test_an_entity_that_is_removed_leaves_what_its_owner_has_changed(project: Project) -> None:
    project.append("app/crud/tag.py", "\n\ndef own() -> None:\n    pass\n")
    project.commit()
    project.write("entities.txt", TEXT.replace("Tag(name:str)\n", ""))

    said = succeed(project.evolve("--yes", "--drop"))

    assert "left to you:\n  app/crud/tag.py: the template no longer has it, but you have changed it\n" in said
    assert project.read("app/crud/tag.py").endswith("def own() -> None:\n    pass\n")
    assert not (project.directory / "app/db/models/tag.py").exists()


def test_changes_follow_files_that_were_moved(project: Project) -> None:
    (project.directory / "app/own").mkdir()
    (project.directory / "app/crud/tag.py").rename(project.directory / "app/own/tags.py")
    project.commit()
    project.write("entities.txt", TEXT.replace("Tag(name:str)", "Tag(name:str, boxes:Box[])") + "Box(label:str)\n")

    succeed(project.evolve("--yes"))

    assert "TAG_BOXES = Link(" in project.read("app/own/tags.py")
    assert not (project.directory / "app/crud/tag.py").exists()


def test_a_renamed_entity_takes_its_changes_along(project: Project) -> None:
    project.append("app/crud/tag.py", "\n\ndef own(db: Session) -> Tag:\n    return Tag()\n")
    project.append("app/db/models/tag.py", METHOD)
    project.commit()
    project.write("entities.txt", TEXT.replace("Tag(name:str)", "Label(name:str) was=Tag   # not a tag"))

    said = succeed(project.evolve("--yes"))

    assert project.read("app/db/models/label.py").endswith(METHOD)
    assert project.read("app/crud/label.py").endswith("\n\ndef own(db: Session) -> Tag:\n    return Tag()\n")
    assert [path.name for path in project.directory.rglob("*tag*.py") if path.parent.name != "document"] == []
    number = len(project.read("app/crud/label.py").splitlines())
    assert (
        "lines of yours with an old name:\n"
        f"  app/crud/label.py:{number - 1}: def own(db: Session) -> Tag:\n"
        f"  app/crud/label.py:{number}: return Tag()\n"
        "next:"
    ) in said
    assert project.read("entities.txt") == TEXT.replace("Tag(name:str)", "Label(name:str)   # not a tag")


@pytest.mark.parametrize("name", ["entities.yaml", "entities.json"])
def test_entities_can_be_a_mapping(project: Project, name: str) -> None:
    mapping = {
        "Order": {"number": "str(20)", "user": "User"},
        "Tag": {"name": "str"},
        "User": {"name": "str(100)", "age": "int?"},
    }
    project.write(name, json.dumps(mapping))

    succeed(project.evolve("--yes"))

    assert (
        project.read("entities.txt")
        == "Order(number:str(20), user:User)\nTag(name:str)\nUser(name:str(100), age:int?)\n"
    )
    assert project.read(name) == json.dumps(mapping)
    assert "age: Mapped[int | None]" in project.read("app/db/models/user.py")


def test_answers_can_change(project: Project) -> None:
    said = succeed(project.evolve("--yes", "pool_size=4"))

    assert "db_pool_size: int = Field(default=4" in project.read("app/settings.py")
    assert project.record["answers"]["pool_size"] == "4"
    assert project.read("entities.txt") == TEXT
    assert "files: 0 new" in said


def test_a_project_can_be_a_part_of_a_repository(created: Path, cache: Path, tmp_path: Path) -> None:
    project = Project(tmp_path / "all" / "services" / "my-service", {"EVOLVE_CACHE": str(cache)})
    shutil.copytree(created, project.directory, ignore=shutil.ignore_patterns(".git"))
    other = tmp_path / "all" / "other.txt"
    other.touch()
    commit(tmp_path / "all")
    other.write_text("not committed", encoding="utf-8")
    project.write("entities.txt", NEW)

    succeed(project.evolve("--yes"))

    assert "class Box(" in project.read("app/db/models/box.py")


def test_a_newer_version_of_the_template(template: Path, cache: Path, tmp_path: Path) -> None:
    upstream = copy_template(tmp_path / "template")
    commit(upstream)
    project = Project(create(upstream, tmp_path / "made"), {"EVOLVE_CACHE": str(cache)})
    project.replace("app/errors.py", '"""', '"""Ours. ')
    project.commit()
    settings = upstream / "{{cookiecutter.project_slug}}" / "app" / "errors.py"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n\nNEWER = 1\n", encoding="utf-8")
    newer = commit(upstream)
    succeed(run("git", "tag", "v2", cwd=upstream))

    succeed(project.evolve("--yes", "--template", "v2"))

    assert project.read("app/errors.py").startswith('"""Ours. ')
    assert project.read("app/errors.py").endswith("\n\nNEWER = 1\n")
    assert project.record["commit"] == newer


def test_the_template_is_needed_once(template: Path, created: Path, tmp_path: Path) -> None:
    upstream = tmp_path / "template"
    shutil.copytree(template, upstream)
    project = Project(create(upstream, tmp_path / "made"), {"EVOLVE_CACHE": str(tmp_path / "cache")})
    assert project.evolve().stderr == f"fetching the template from {upstream}\n"
    shutil.rmtree(upstream)
    project.write("entities.txt", NEW)

    done = project.evolve("--yes")

    assert (done.returncode, done.stderr) == (0, "")


def test_a_commit_that_no_branch_has_any_more(template: Path, tmp_path: Path) -> None:
    upstream = tmp_path / "template"
    shutil.copytree(template, upstream)
    project = Project(create(upstream, tmp_path / "made"), {"EVOLVE_CACHE": str(tmp_path / "cache")})
    succeed(run("git", *IDENTITY, "commit", "--quiet", "--amend", "--message=b", cwd=upstream))
    # As the hosts of repositories allow it.
    succeed(run("git", "config", "uploadpack.allowAnySHA1InWant", "true", cwd=upstream))
    project.write("entities.txt", NEW)

    succeed(project.evolve("--yes"))

    assert "class Box(" in project.read("app/db/models/box.py")


# Questions


@pytest.mark.parametrize(("answer", "is_done"), [("y", True), ("n", False), ("", False)])
def test_somebody_is_asked(project: Project, answer: str, is_done: bool) -> None:
    project.write("entities.txt", NEW)
    before = project.state

    with python_at_terminal(project.directory, "evolve.py", environment=project.environment) as (terminal, process):
        terminal.answer("go on? [y/N] ", answer)
        said = terminal.rest()
        status = process.wait()

    assert ("nothing was changed" in said, project.state == before, status) == (
        not is_done,
        not is_done,
        int(not is_done),
    )


def test_somebody_is_asked_what_was_renamed_and_what_is_missing(project: Project) -> None:
    project.write("entities.txt", TEXT.replace("Tag(", "Label(").replace("str(20)", "str(20), total:int"))

    with python_at_terminal(project.directory, "evolve.py", environment=project.environment) as (terminal, process):
        terminal.answer("Is Tag called Label now? [y/N] ", "y")
        terminal.answer("Order.total is required: what is it in rows that exist (int)? ", "7")
        terminal.answer("go on? [y/N] ", "y")
        terminal.rest()
        status = process.wait()

    [revision] = (project.directory / "migrations/versions").glob("2*.py")
    text = revision.read_text(encoding="utf-8")
    assert 'op.rename_table("tags", "labels")' in text
    assert "Order.total is new: int; rows that exist get 7" in text
    assert status == 0


# Cruft


def test_cruft_goes_on_from_there(template: Path, cache: Path, tmp_path: Path) -> None:
    def cruft(*words: str | Path, cwd: Path) -> Completed:
        return python("-m", "cruft", *words, cwd=cwd, environment={"COOKIECUTTER_CONFIG": os.devnull})

    context = json.dumps({"entities": TEXT})
    succeed(cruft("create", template, "--no-input", "--extra-context", context, cwd=tmp_path))
    project = Project(tmp_path / "my-service", {"EVOLVE_CACHE": str(cache)})
    project.write("entities.txt", NEW)
    project.append("README.md", "\n## Ours\n")
    project.commit()
    succeed(project.evolve("--yes", "pool_size=4"))
    project.commit()
    assert json.loads(project.read(".cruft.json"))["context"]["cookiecutter"]["entities"] == "; ".join(
        project.record["entities"]
    )

    newest = json.dumps({"entities": "; ".join([*project.record["entities"], "Color(name:str)"])})
    succeed(cruft("update", "--skip-apply-ask", "--variables-to-update", newest, cwd=project.directory))

    assert "class Color(" in project.read("app/db/models/color.py")
    assert project.record["entities"][-1] == "Color(name:str)"
    assert "db_pool_size: int = Field(default=4" in project.read("app/settings.py")
    assert not list(project.directory.rglob("*.rej"))
