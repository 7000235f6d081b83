"""The work of the first hook: what was answered is checked once more, in a fresh process."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from entity_spec import answers, files
from entity_spec.errors import Problem, SpecError, look
from entity_spec.language.parser import valid
from entity_spec.model import Spec

# Tells the second hook that the directory was empty when the first one saw it.
MARKER = Path(".new-project")


def before(user_directory: str, given: Mapping[str, object]) -> None:
    """Check once more: a replay file does not pass the prompts, nor does what a program hands over."""
    MARKER.unlink(missing_ok=True)
    if not any(Path.cwd().iterdir()):
        MARKER.touch()
    understand(user_directory, given)


def understand(user_directory: str, given: Mapping[str, object]) -> tuple[Spec, Sequence[Problem]]:
    """The entities, and what is doubtful about them."""
    problems = answers.check(given)
    if problems:
        sys.exit("\n".join(f"error: {problem}" for problem in problems))
    result = files.examine(
        given["entities"],
        directories=[Path(user_directory)],
        under_cruft="_commit" in given,
        soft_delete=given["soft_delete"] == "yes",
    )
    try:
        spec = valid(result)
    except SpecError as error:
        sys.exit(error.report(*look(sys.stderr)))
    return spec, result.problems


if __name__ == "__main__":
    # What `cruft update` makes of a project is checked here before anything is made, asked by the version before.
    understand("", {"_commit": "", **json.load(sys.stdin)})
