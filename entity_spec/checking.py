"""The work of the first hook: checking the answers once more, in a new process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from entity_spec import answers, files
from entity_spec.errors import Problem, SpecError, look
from entity_spec.language.parser import valid
from entity_spec.model import Spec

# Tells the second hook that the directory was empty when the first one ran.
MARKER = Path(".new-project")


def before(user_directory: str, given: Mapping[str, object]) -> None:
    """Check once more: answers from a replay file or a program do not pass through the prompts."""
    MARKER.unlink(missing_ok=True)
    if not any(Path.cwd().iterdir()):
        MARKER.touch()
    understand(user_directory, given)


def understand(user_directory: str, given: Mapping[str, object]) -> tuple[Spec, Sequence[Problem]]:
    """Return the entities, and warnings about them."""
    problems = answers.check(given)
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))
    result = files.examine(
        given["entities"],
        directories=[Path(user_directory)],
        under_cruft="_commit" in given,
        soft_delete=given["soft_delete"] == "yes",
        renames=False,
    )
    try:
        spec = valid(result)
    except SpecError as error:
        sys.exit(error.report(*look(sys.stderr)))
    return spec, result.problems


if __name__ == "__main__":
    # In `cruft update`, the old version asks; this checks the new answers before anything is made.
    understand("", {"_commit": "", **json.load(sys.stdin)})
