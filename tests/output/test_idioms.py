"""What FastAPI's documentation shows works in a generated project, with files as users write them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.baking import ROOT, Bake, python, spec, succeed

IDIOMS = ROOT / "tests" / "idioms"

# One worker runs all of them, so that the project is made once.
pytestmark = pytest.mark.xdist_group("idioms")


@pytest.fixture(scope="module")
def project(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a user's own router, `things`, in addition to those of its entities, and tests that use it."""
    place = tmp_path_factory.mktemp("idioms") / "project"
    project = shutil.copytree(bake(entities=spec("blog"), database="sqlite"), place)
    shutil.copytree(IDIOMS, project / "tests" / "idioms", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.move(project / "tests" / "idioms" / "things.py", project / "app" / "routers" / "things.py")
    routers = project / "app" / "routers" / "__init__.py"
    text = routers.read_text(encoding="utf-8").replace("tags, users", "tags, things, users")
    routers.write_text(text.replace("    users.router,", "    things.router,\n    users.router,"), encoding="utf-8")
    return project


@pytest.mark.parametrize("name", ["including", "matching", "handling", "failing", "documenting"])
def test_fastapis_idioms_hold(project: Path, name: str) -> None:
    said = succeed(python("-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/idioms/{name}.py", cwd=project))

    assert re.fullmatch(r"\d+ passed in .*", said.splitlines()[-1])


def test_what_users_write_passes_the_projects_gates(project: Path, mypy_cache: Path) -> None:
    own = ("app/routers", "tests/idioms")

    succeed(python("-m", "ruff", "check", "--no-cache", *own, cwd=project))
    succeed(python("-m", "mypy", "--cache-dir", mypy_cache, *own, cwd=project))


def test_router_is_included_in_the_main_module(project: Path, tmp_path: Path) -> None:
    own = shutil.copytree(project, tmp_path / "own")
    main = own / "app" / "main.py"
    text = main.read_text(encoding="utf-8").replace(
        "from app.routers import ROUTERS", "from app.routers import ROUTERS, things"
    )
    main.write_text(
        text.replace(
            "    app.include_router(health.router)",
            '    app.include_router(things.router, prefix="/within")\n    app.include_router(health.router)',
        )
        + 'app.include_router(things.router, prefix="/after")\n',
        encoding="utf-8",
    )
    code = """
from fastapi.testclient import TestClient
from app.main import app

client = TestClient(app)
for prefix in ("/within", "/after", "/api/v1"):
    print(client.get(f"{prefix}/things/special").text)
"""

    assert succeed(python("-c", code, cwd=own)).split() == ["special"] * 3
