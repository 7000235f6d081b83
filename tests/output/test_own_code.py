"""The tests and the machinery of a project leave its owner's code alone, and are not broken by it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.baking import ROOT, Bake, python, spec, succeed

pytestmark = pytest.mark.xdist_group("own_code")


@pytest.fixture(scope="module")
def project(bake: Bake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with endpoints, a filter and settings added by its owner."""
    project = shutil.copytree(bake(entities=spec("blog")), tmp_path_factory.mktemp("own") / "project")
    shutil.copy(ROOT / "tests" / "own_code" / "own.py", project / "app" / "routers")
    change(project / "app/routers/__init__.py", "comments, posts", "comments, own, posts")
    change(project / "app/routers/__init__.py", "    users.router,\n", "    users.router,\n    own.router,\n")
    change(
        project / "app/settings.py",
        "    docs_enabled",
        '    secret_key: SecretStr = SecretStr("secret")\n    docs_enabled',
    )
    change(
        project / "app/schemas/tag.py",
        "class TagListParameters(DeletableListParameters):\n",
        "class TagListParameters(DeletableListParameters):\n"
        '    long: bool | MISSING = Field(default=MISSING, description="Tags of more than ten letters")\n',
    )
    crud = project / "app/crud/tag.py"
    change(crud, "return fetch_slice(db, LISTED, parameters)", "return fetch_slice(db, LISTED, parameters, FILTERS)")
    change(crud, "post_id, statement, parameters)", "post_id, statement, parameters, FILTERS)")
    change(
        crud,
        "LISTED = select_columns(Tag, TagOut)\n",
        "LISTED = select_columns(Tag, TagOut)\n\n"
        'FILTERS: Filters = {"long": lambda wanted: (func.length(Tag.name) > 10) == wanted}\n',
    )
    change(crud, "from sqlalchemy import select\n", "from sqlalchemy import func, select\n")
    change(crud, "create_rows\n", "create_rows\nfrom app.queries.filtering import Filters\n")
    return project


def change(path: Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == times, f"{path}: {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_all_tests_of_the_project_pass(project: Path) -> None:
    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=project)

    assert re.search(r"^\d+ passed in ", done.stdout, re.MULTILINE), done.stdout


def test_its_gates_pass(project: Path, mypy_cache: Path) -> None:
    for command in (("ruff", "format", "--check"), ("ruff", "check"), ("mypy", "--cache-dir", str(mypy_cache))):
        succeed(python("-m", *command, cwd=project))


def test_its_own_descriptions_stay(project: Path) -> None:
    code = "import json; from app.main import app; print(json.dumps(app.openapi()['paths']))"
    paths = json.loads(succeed(python("-c", code, cwd=project)))

    described = {
        (path, parameter["name"]): parameter.get("description")
        for path in ("/api/v1/reports/{year}", "/api/v1/sorted", "/api/v1/posts/{post_id}")
        for parameter in paths[path]["get"]["parameters"]
    }
    assert described == {
        ("/api/v1/reports/{year}", "year"): None,
        ("/api/v1/reports/{year}", "due__before"): None,
        ("/api/v1/sorted", "sort"): "What comes first",
        ("/api/v1/posts/{post_id}", "post_id"): "The key of the post",
    }
    assert "401" in paths["/api/v1/posts/mine/latest"]["get"]["responses"]


def test_a_filter_that_nobody_applies_is_told(project: Path, tmp_path: Path) -> None:
    own = shutil.copytree(project, tmp_path / "own")
    change(own / "app/crud/tag.py", "parameters, FILTERS)", "parameters)", times=2)

    done = python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_lists.py", cwd=own)

    assert "RuntimeError: long is not a column: pass its condition in `filters` of fetch_slice()" in done.stdout
