"""Prints the SQL of changes, in a PostgreSQL project: `python -m tests.offline DIRECTORY`; each has a directory."""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from app.db.revisions import PYPROJECT


def main() -> None:
    for directory in sorted(Path(sys.argv[1]).iterdir()):
        with (directory / "upgrade.sql").open("w", encoding="utf-8") as output:
            # As env.py sets them.
            output.write("SET lock_timeout = '2s';\nSET statement_timeout = '0';\n")
            config = Config(toml_file=PYPROJECT, output_buffer=output)
            config.set_main_option("path_separator", "newline")
            config.set_main_option("version_locations", str(directory))
            command.upgrade(config, "0001:head", sql=True)


if __name__ == "__main__":
    main()
