"""The revisions in migrations/, and what they say about a database."""

from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


class UnreadableMigrationsError(Exception):
    """The revisions cannot be read; the message says why, and how to see more."""


@dataclass(frozen=True)
class Revisions:
    script: ScriptDirectory
    heads: frozenset[str]
    known: frozenset[str]

    def is_behind(self, current: frozenset[str]) -> bool:
        """Tell whether a database at these revisions misses a migration.

        A revision that is not known is that of a newer version of this code, which may run beside this one.
        """
        return current != self.heads and current <= self.known


def read_revisions() -> Revisions:
    try:
        script = ScriptDirectory.from_config(Config(toml_file=PYPROJECT))
        heads = script.get_heads()
        if len(set(heads)) < len(heads):
            raise CommandError("two revisions have the same identifier")
        known = frozenset(revision.revision for revision in script.walk_revisions("base", "heads"))
        return Revisions(script, frozenset(heads), known)
    except Exception as error:
        # A revision is a module, and importing it may raise anything.
        reason = f"{type(error).__name__}: {error}"
        raise UnreadableMigrationsError(f"cannot read the migrations; run: alembic heads ({reason})") from error
