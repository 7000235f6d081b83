"""dev.py works in a new clone, with just Python and git."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import httpx2
import pytest

from tests.baking import ROOT, Completed, python, run, serving, succeed, tracked

pytestmark = pytest.mark.xdist_group("dev")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("clone")
    for name in tracked(ROOT):
        if not name.startswith(("example/", "tests/")):
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, directory / name)
    return directory


def dev(*arguments: str, cwd: Path) -> Completed:
    return python("dev.py", *arguments, cwd=cwd)


def test_help_names_every_command() -> None:
    shown = succeed(dev("--help", cwd=ROOT))

    assert [command for command in ("serve", "test", "example") if command in shown] == ["serve", "test", "example"]


def test_serve_serves_the_default_project(clone: Path) -> None:
    with serving(sys.executable, "dev.py", "serve", "--port", "0", cwd=clone) as address:
        made = httpx2.post(f"{address}/api/v1/users", json={"name": "Ann", "email": "ann@example.com"})
        listed = httpx2.get(f"{address}/api/v1/users")

    assert made.status_code == 201
    assert listed.json()["items"] == [made.json()]
    assert (clone / "build" / "my-service" / "app.db").exists()


def test_example_writes_the_example(clone: Path) -> None:
    (clone / "example").mkdir()
    (clone / "example" / "stale.py").touch()

    done = dev("example", cwd=clone)

    assert done.returncode == 0, done.stderr
    assert (clone / "example" / "app" / "main.py").is_file()
    assert not (clone / "example" / "stale.py").exists()


def test_a_failing_command_fails(clone: Path) -> None:
    done = dev("test", "--no-such-option", cwd=clone)

    assert done.returncode == 4


def test_uv_is_fetched_where_it_is_not_installed(clone: Path) -> None:
    places = [place for place in os.environ["PATH"].split(os.pathsep) if not shutil.which("uv", path=place)]
    without_uv = {"PATH": os.pathsep.join(places)}

    uv = succeed(python("-c", "import dev; print(dev.uv())", cwd=clone, environment=without_uv)).strip()

    assert Path(uv).is_relative_to(clone / ".tools")
    assert succeed(run(uv, "--version", cwd=clone)).startswith("uv ")
