"""What Cookiecutter uses of this package while it asks: filters that check, and the template's own path.

`cruft update` imports this once, in the project's version, and then reads the newest cookiecutter.json and hooks:
the names that those use must keep their meaning forever.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from entity_spec import answers, asking, files
from entity_spec.errors import SpecError, look
from entity_spec.verbatim import Verbatim

TEMPLATE = Path(__file__).resolve().parents[1]
UNDER_CRUFT = "cruft" in sys.modules


class EntitiesExtension(Verbatim):
    directory = Path.cwd()

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if Path.cwd() != TEMPLATE:  # the directory in which Cookiecutter renders a hook
            EntitiesExtension.directory = Path.cwd()
        environment.globals |= {"template_directory": str(TEMPLATE), "user_directory": str(self.directory)}
        environment.filters |= {"checked_entities": self.checked_entities, "checked_answer": self.checked_answer}
        environment.filters["checked_answers"] = self.checked_answers
        asking.enable_editing()

    @pass_context
    def checked_entities(self, context: Context, _: object) -> str:
        """Check the last answer. At a terminal, ask again until it is right, and keep the earlier answers."""
        if len(self.texts) > 1 and (error := _error(self.texts)):  # Cookiecutter takes the first element of a list
            asking.refuse(error.report(*look(sys.stderr)))
        if not self.is_outdated:
            _check_entities(context["cookiecutter"])
        return ""

    def checked_answer(self, given: MutableMapping[str, object]) -> str:
        """Check any other answer as soon as it is given, at a terminal only: elsewhere, all are checked together."""
        name = next((name for name in reversed(list(given)) if not name.startswith("_")), None)
        if name and not self.is_outdated:
            given[name] = asking.until_right(
                name, given[name], lambda value: answers.problem_of(name, {**given, name: value})
            )
        return ""

    def checked_answers(self, given: MutableMapping[str, object]) -> str:
        """Check all answers together, and `entities` if it is a mapping, which is only there the second time."""
        if self.is_outdated:
            return "" if self.is_mapping_next else _checked_by_the_newest(given)
        if problems := answers.check(given):
            asking.refuse("\n".join(f"error: {problem}" for problem in problems))
        _check_entities(given, soft_delete=given["soft_delete"] == "yes")
        return ""

    @property
    def is_outdated(self) -> bool:
        """Tell whether the answers are for a newer version than this code, as in the second half of `cruft update`."""
        return UNDER_CRUFT and self.rounds > 1


def _check_entities(given: MutableMapping[str, object], soft_delete: bool | None = None) -> None:
    if "entities" in given:
        given["entities"] = asking.until_right_entities(given["entities"], lambda value: _error(value, soft_delete))


def _error(entities: object, soft_delete: bool | None = None) -> SpecError | None:
    directories = [EntitiesExtension.directory]
    try:
        files.load(entities, directories=directories, under_cruft=UNDER_CRUFT, soft_delete=soft_delete, renames=False)
    except SpecError as error:
        return error
    return None


def _checked_by_the_newest(given: Mapping[str, object]) -> str:
    # Without compiled modules, which could be from the previous version.
    command = [sys.executable, "-B", "-X", f"pycache_prefix={TEMPLATE / 'none'}", "-m", "entity_spec.checking"]
    done = subprocess.run(command, cwd=TEMPLATE, input=json.dumps(given), text=True, check=False)
    return sys.exit(done.returncode) if done.returncode else ""
