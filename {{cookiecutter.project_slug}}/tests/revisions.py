"""Migrations that a test writes."""

from pathlib import Path
from textwrap import indent

from alembic.config import Config

from tests.conftest import alembic_config

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
    config = alembic_config(url)
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(directory))
    return config
