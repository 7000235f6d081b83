"""What the answers decide about all entities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from entity_spec.databases import DATABASES, PGBOUNCER, PRIMARY_KEYS, Database, PrimaryKey


@dataclass(frozen=True)
class Settings:
    database: Database
    key: PrimaryKey
    soft_delete: bool
    """Applies to an entity that does not say otherwise."""
    pgbouncer: bool

    @classmethod
    def of(cls, answers: Mapping[str, object]) -> Settings:
        pgbouncer = answers["pgbouncer"] == "yes"
        return cls(
            database=PGBOUNCER if pgbouncer else DATABASES[str(answers["database"])],
            key=PRIMARY_KEYS[str(answers["primary_key"])],
            soft_delete=answers["soft_delete"] == "yes",
            pgbouncer=pgbouncer,
        )
