"""A generation that ends halfway prints one message, and leaves no new directory behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.baking import ROOT, Shell, contents, copy_template, succeed

HOOK = "\n\n_all = expand\n\n\ndef expand(*arguments):\n    import os, signal\n    _all(*arguments)\n    {}\n"

# What happens when everything has been rendered, and the message.
ENDS = {
    "SIGTERM": ("signal.raise_signal(signal.SIGTERM)", "interrupted: {}\n"),
    "full disk": ('raise OSError(28, "No space left on device")', "error: [Errno 28] No space left on device; {}\n"),
}


def template(directory: Path, failure: str) -> Path:
    """Return a copy of the template whose expander ends in the given way."""
    copy = copy_template(directory / "template")
    with (copy / "entity_spec" / "expand.py").open("a", encoding="utf-8") as expander:
        expander.write(HOOK.format(failure))
    return copy


@pytest.fixture(params=ENDS.values(), ids=list(ENDS))
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A template that fails, and its message."""
    failure, message = request.param
    return template(tmp_path, failure), message


def test_nothing_is_left_of_a_new_project(shell: Shell, broken: tuple[Path, str]) -> None:
    copy, message = broken

    done = shell.cookiecutter(template=copy)

    assert done.stderr == message.format("nothing was generated")
    # Cookiecutter itself reports that a hook has failed, and its traceback is not ours.
    assert done.stdout.count("Traceback") == 1
    assert "entity_spec" not in done.stdout
    assert (done.returncode, shell.made) == (1, [])


def test_nothing_of_the_users_is_removed(shell: Shell, broken: tuple[Path, str]) -> None:
    copy, message = broken
    shell.write("my-service/notes.md", "mine")
    shell.write("my-service/app/own.py", "mine")

    done = shell.cookiecutter("-f", template=copy)

    assert done.stderr == message.format("the project is incomplete")
    assert done.returncode == 1
    made = contents(shell.directory / "my-service")
    assert (made["notes.md"], made["app/own.py"]) == (b"mine", b"mine")


def test_project_is_kept_although_nobody_reads_its_summary(shell: Shell) -> None:
    """As with `| head -1`, which has closed the pipe by then."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "cookiecutter", str(ROOT), "--no-input"]

    done = subprocess.run(
        command,
        cwd=shell.directory,
        env=os.environ | shell.environment,
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )

    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (shell.directory / "my-service" / "entities.txt").is_file()


def test_ctrl_c_at_the_terminal_leaves_nothing(shell: Shell, tmp_path: Path) -> None:
    # This ends Cookiecutter too, which then removes nothing.
    copy = template(tmp_path, "os.kill(os.getppid(), signal.SIGINT); signal.raise_signal(signal.SIGINT)")

    done = shell.cookiecutter(template=copy)

    assert "interrupted: nothing was generated\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert (done.returncode, shell.made) == (1, [])


def test_the_next_generation_succeeds(shell: Shell, broken: tuple[Path, str]) -> None:
    shell.cookiecutter(template=broken[0])

    succeed(shell.cookiecutter())

    assert shell.made == ["my-service"]


def test_what_another_generation_has_left_is_not_new(shell: Shell, broken: tuple[Path, str]) -> None:
    # Killed between the two hooks, it leaves the mark of a new directory, and its owner goes on from there.
    shell.write("my-service/.new-project", "")
    shell.write("my-service/notes.md", "mine")

    shell.cookiecutter("-f", template=broken[0])

    assert contents(shell.directory / "my-service")["notes.md"] == b"mine"
