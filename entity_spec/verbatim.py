"""Keeps Cookiecutter from rendering the entities: what was written, Jinja's tags included, is what is checked."""

from __future__ import annotations

from jinja2 import Environment
from jinja2.ext import Extension

# Private variables of cookiecutter.json. What is rendered between the first two is the answer to `entities`. Where that is
# a mapping, it is rendered between the first and the second time that the last one is.
BEFORE = "the next answer is not rendered"
AFTER = "{{ cookiecutter.entities | default('') | checked_entities }}"
ALL = "{{ cookiecutter | checked_answers }}"


class Verbatim(Extension):
    rounds = 0
    """How often this process has asked."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.is_mapping_next = False
        self.texts: list[str] = []
        """The answer; of a list each element."""
        self._is_entities = False

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """A source that Jinja renders to `source` itself, where that is entities."""
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
