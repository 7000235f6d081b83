"""What is drawn, printed, kept and reduced: a case, which is entities and answers, and a change of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import yaml

from entity_spec.language.parser import parse
from entity_spec.model import Spec

DEFAULTS = {"database": "sqlite", "soft_delete": "yes", "primary_key": "bigint", "pgbouncer": "no"}
NUMBERS = {"pool_size": "8", "max_overflow": "0", "pool_timeout": "5", "pool_recycle": "1800", "workers": "2"}


@dataclass(frozen=True)
class Case:
    entities: str
    answers: Mapping[str, str] = field(default_factory=dict)
    """The answers that differ from the defaults."""

    @property
    def database(self) -> str:
        return self.answers.get("database", DEFAULTS["database"])

    @property
    def all_answers(self) -> Mapping[str, str]:
        return DEFAULTS | NUMBERS | dict(self.answers)

    @property
    def settled(self) -> Case:
        """The same, when what was renamed has its new name everywhere."""
        return replace(self, entities=str(self.spec().settled))

    def spec(self) -> Spec:
        return parse(self.entities, soft_delete=self.answers.get("soft_delete", DEFAULTS["soft_delete"]) == "yes")

    def to_yaml(self, gate: str, reason: str) -> str:
        """As an entry of regressions.yaml."""
        entry = {"what": reason, "gate": gate, "entities": self.entities, "answers": dict(self.answers)}
        return yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=110)


@dataclass(frozen=True)
class Evolution:
    old: Case
    new: Case
    """Its entities say by `was=` what has a new name."""

    @property
    def database(self) -> str:
        return self.old.database

    @property
    def changed_answers(self) -> Mapping[str, str]:
        old = self.old.all_answers
        return {name: answer for name, answer in self.new.all_answers.items() if answer != old.get(name)}

    def to_yaml(self, gate: str, reason: str) -> str:
        entry = {"what": reason, "gate": gate, "entities": self.old.entities, "answers": dict(self.old.answers)}
        entry |= {"new entities": self.new.entities, "new answers": dict(self.new.answers)}
        return yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=110)
