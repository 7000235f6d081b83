"""The command: `evolve.py` of a project runs it in the version of the template that the project gets."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from entity_spec.errors import SpecError, look
from entity_spec.evolve import applying, evolving
from entity_spec.evolve.changes import RefusedError

USAGE = """evolve.py [ANSWER=VALUE ...] [--fill Entity.field=VALUE ...] [--drop] [--purge-deleted]
                 [--template VERSION] [--address ADDRESS] [--dry-run] [--yes]"""
DESCRIPTION = """Change the project to what entities.txt says, or entities.yaml beside it: code is merged with yours, and
a migration is written that keeps the rows. An answer, as in database=postgresql, changes the project in the same way."""


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("evolve.py", USAGE, DESCRIPTION, allow_abbrev=False)
    parser.add_argument("project", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("base", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("answers", nargs="*", type=_pair, metavar="ANSWER=VALUE", help="an answer that changes")
    fill = "the value of a new required field in rows that exist"
    parser.add_argument("--fill", action="append", default=[], type=_pair, metavar="Entity.field=VALUE", help=fill)
    parser.add_argument("--drop", action="store_true", help="remove columns and tables with what they hold")
    parser.add_argument("--purge-deleted", action="store_true", help="remove deleted rows for good if soft delete ends")
    parser.add_argument(
        "--template", metavar="VERSION", help="bring another version of the template: a tag, branch, commit"
    )
    parser.add_argument("--address", help="where git finds the template now")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, found {text!r}")
    return name, value


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    options = parser().parse_intermixed_args()
    applying.listen()
    try:
        return evolving.evolve(options)
    except SpecError as error:
        message = error.report(*look(sys.stderr))
    except RefusedError as error:
        message = "\n".join(f"error: {message}" for message in error.messages)
    except OSError as error:
        message = f"error: {error}; nothing was changed"
    except (KeyboardInterrupt, applying.TerminatedError):
        message = "interrupted: nothing was changed"
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
