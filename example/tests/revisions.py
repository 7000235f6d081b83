"""Migrations that a test writes, in the place of the project's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import indent

from alembic.config import Config

from tests.conftest import PYPROJECT

CONFIGURATION = """\
[tool.alembic]
script_location = {location}
version_locations = [{directory}]
prepend_sys_path = [{project}]
"""
REVISION = """\
import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = {before}


def upgrade() -> None:
{body}
"""


def configuration(url: str, directory: Path, *upgrades: str) -> Config:
    """Return a configuration of Alembic in which the bodies of these functions are all revisions, one after another."""
    for number, body in enumerate(upgrades, 1):
        before = f'"{number - 1}"' if number > 1 else None
        text = REVISION.format(number=number, before=before, body=indent(body, "    "))
        (directory / f"{number}.py").write_text(text, encoding="utf-8")
    project = PYPROJECT.parent
    places = {"location": project / "migrations", "directory": directory, "project": project}
    text = CONFIGURATION.format(**{name: json.dumps(str(place)) for name, place in places.items()})
    (directory / "pyproject.toml").write_text(text, encoding="utf-8")
    return Config(toml_file=directory / "pyproject.toml", attributes={"url": url})


def upgrade_elsewhere(url: str, directory: Path) -> subprocess.Popen[str]:
    """Start `alembic upgrade head` with the configuration in this directory, in another process."""
    environment = os.environ | {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": url, "READ_DATABASE_URL": url}
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
