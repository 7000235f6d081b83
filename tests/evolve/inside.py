"""A project's own process, with a database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.conformance.forking import Done
from tests.conformance.gates import Site
from tests.evolve import rows


@dataclass(frozen=True)
class Inside:
    site: Site
    environment: Mapping[str, str]

    def run(self, function: Callable[..., object], *arguments: object) -> Done:
        return self.site.fork(partial(function, *arguments), self.environment)

    def try_to_look(self, function: Callable[..., object], *arguments: object) -> tuple[Done, Any]:
        """Run a function; if it succeeds, also return what it returns, as JSON keeps it."""
        path = self.site.directory / "seen.json"
        done = self.run(rows.write, path, partial(function, *arguments))
        return done, json.loads(path.read_text(encoding="utf-8")) if done.status == 0 else None

    def look(self, function: Callable[..., object], *arguments: object) -> Any:
        done, found = self.try_to_look(function, *arguments)
        assert done.status == 0, done.output
        return found
