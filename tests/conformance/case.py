"""A case: entities and answers, which are drawn, printed, kept and reduced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from entity_spec.language.parser import parse
from entity_spec.model import Spec

DEFAULTS = {"database": "sqlite", "soft_delete": "yes", "primary_key": "bigint", "pgbouncer": "no"}


@dataclass(frozen=True)
class Case:
    entities: str
    answers: Mapping[str, str] = field(default_factory=dict)
    """The answers that differ from the defaults."""

    @property
    def database(self) -> str:
        return self.answers.get("database", DEFAULTS["database"])

    def spec(self) -> Spec:
        return parse(self.entities, soft_delete=self.answers.get("soft_delete", DEFAULTS["soft_delete"]) == "yes")

    def to_yaml(self, gate: str, reason: str) -> str:
        """As an entry of regressions.yaml."""
        entry = {"what": reason, "gate": gate, "entities": self.entities, "answers": dict(self.answers)}
        return yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=110)
