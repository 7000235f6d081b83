"""The same project is made wherever the template comes from and whichever Python runs Cookiecutter."""

from __future__ import annotations

import ast
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from entity_spec import record
from tests.baking import ROOT, Bake, Shell, contents, copy_template, run, succeed

GENERATING = sorted(ROOT.glob("entity_spec/*.py"))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of the template in a directory with a space in its name."""
    return copy_template(tmp_path / "work" / "my templates" / "fast api's")


@pytest.fixture
def expected(bake: Bake) -> dict[str, bytes]:
    return made_of(bake())


def made_in(shell: Shell, directory: str = ".") -> dict[str, bytes]:
    return made_of(shell.directory / directory / "my-service")


def made_of(project: Path) -> dict[str, bytes]:
    """Return all files, but the one that says where the template is."""
    return {name: data for name, data in contents(project).items() if name != record.NAME}


def test_a_path_may_have_blanks_and_quotes(shell: Shell, clone: Path, expected: dict[str, bytes]) -> None:
    succeed(shell.cookiecutter(template=clone))

    assert made_in(shell) == expected


def test_a_path_may_be_relative(shell: Shell, clone: Path, expected: dict[str, bytes]) -> None:
    succeed(shell.cookiecutter(template=clone.relative_to(shell.directory)))

    assert made_in(shell) == expected


def test_a_template_may_be_where_the_user_stands(shell: Shell, clone: Path, expected: dict[str, bytes]) -> None:
    succeed(Shell(clone, shell.environment).cookiecutter("--output-dir", shell.directory, template="."))

    assert made_in(shell) == expected


def test_entities_stand_in_a_file_beside_the_user_not_beside_the_template(shell: Shell, clone: Path) -> None:
    (clone / "shop.txt").write_text("Wrong(name:str)", encoding="utf-8")
    shell.write("shop.txt", "Right(name:str)\n")

    succeed(shell.cookiecutter("entities=@shop.txt", template=clone.relative_to(shell.directory)))

    assert made_in(shell)["entities.txt"] == b"Right(name:str)\n"


def test_a_template_may_be_a_zip(shell: Shell, clone: Path, expected: dict[str, bytes]) -> None:
    archive = shell.directory / "template.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.mkdir("template")
        for name, data in contents(clone).items():
            zipped.writestr(f"template/{name}", data)

    succeed(shell.cookiecutter(template=archive))

    assert made_in(shell) == expected


def test_a_template_may_be_a_git_repository(shell: Shell, clone: Path, expected: dict[str, bytes]) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for command in (("init", "--quiet"), ("add", "--all"), (*identity, "commit", "--quiet", "--message=a")):
        succeed(run("git", *command, cwd=clone))

    succeed(shell.cookiecutter(template=f"file://{clone}".replace(" ", "%20")))

    assert made_in(shell) == expected


@pytest.mark.parametrize("module", GENERATING, ids=lambda path: path.stem)
def test_what_generates_is_written_for_python_3_10(module: Path) -> None:
    assert ast.parse(module.read_text(encoding="utf-8"), feature_version=(3, 10))


def test_the_oldest_python_of_this_machine_generates_the_same(shell: Shell, expected: dict[str, bytes]) -> None:
    command = ("run", "--no-project", "--quiet", "--python", oldest_python(), "--with=cookiecutter>=2.7,<3")
    environment = shell.environment | {"UV_PYTHON_DOWNLOADS": "never"}

    done = run("uv", *command, "cookiecutter", ROOT, "--no-input", cwd=shell.directory, environment=environment)

    assert (done.returncode, done.stderr) == (0, "")
    assert made_in(shell) == expected


def oldest_python() -> str | Path:
    """Python 3.10, on which Cookiecutter still runs, if it is installed."""
    installed = [shutil.which("python3.10"), *Path.home().glob(".pyenv/versions/3.10.*/bin/python3.10")]
    works = "import sys; assert sys.version_info[:2] == (3, 10)"
    found = (path for path in installed if path and run(path, "-c", works, cwd=ROOT).returncode == 0)
    return next(found, sys.executable)
