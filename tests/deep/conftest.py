"""Generated projects that are really served, for tools that test them from outside."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.baking import Bake, python, serving, spec, succeed
from tests.conftest import Scratch


@dataclass(frozen=True)
class Served:
    project: Path
    address: str


Serve = Callable[[str, str], AbstractContextManager[Served]]


@pytest.fixture
def serve(bake: Bake, scratch_database: Scratch, tmp_path: Path) -> Serve:
    """Serves the project of an entity text with an empty database of a kind."""

    @contextmanager
    def served(name: str, database: str) -> Iterator[Served]:
        project = shutil.copytree(bake(entities=spec(name), database=database), tmp_path / "served")
        with scratch_database(database) as url:
            (project / ".env").write_text(f"DATABASE_URL={url}\n", encoding="utf-8")
            succeed(python("-m", "alembic", "upgrade", "head", cwd=project))
            with serving(sys.executable, "-m", "uvicorn", "app.main:app", "--port", "0", cwd=project) as address:
                yield Served(project, address)

    return served


@pytest.fixture
def document(bake: Bake) -> Callable[[str], str]:
    """The OpenAPI document of an entity text, as JSON."""
    code = "import json; from app.main import app; print(json.dumps(app.openapi()))"
    return lambda name: succeed(python("-c", code, cwd=bake(entities=spec(name))))
