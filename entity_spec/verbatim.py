"""Keeps Cookiecutter from rendering the entities, so that they are checked as written, including Jinja's tags."""

from __future__ import annotations

from jinja2 import Environment
from jinja2.ext import Extension

# Private variables of cookiecutter.json. The answer to `entities` is rendered between the first two; if it is a
# mapping, between the first and the second rendering of the last one.
BEFORE = "the next answer is not rendered"
CHECKED = "the answer before this is checked"
AFTER = "{{ cookiecutter.entities | default('') | checked_entities }}"
ALL = "{{ cookiecutter | checked_answers }}"


class Verbatim(Extension):
    rounds = 0
    """How often this process has asked questions."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.is_mapping_next = False
        self.texts: list[str] = []
        """Keep the answer as it is, or each element of a list."""
        self._is_entities = False

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return a source that Jinja renders to `source` itself, if that is the entities."""
        if source == CHECKED:
            # An older version, which has no such filter, leaves the text as it is.
            return "{{ cookiecutter | checked_answer }}"
        if source == BEFORE:
            Verbatim.rounds += 1
        if source == ALL:
            self.is_mapping_next = not self.is_mapping_next
        if source in (BEFORE, AFTER, ALL):
            self._is_entities = source == BEFORE or self.is_mapping_next
            return source
        if not self._is_entities:
            return source
        if not self.is_mapping_next:
            self.texts.append(source)
        return f"{{{{ {source!a} }}}}"
