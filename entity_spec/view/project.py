"""What the templates of the project as a whole print."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from entity_spec.code import Imports, exported_key
from entity_spec.databases import DATABASES, PGBOUNCER, PRIMARY_KEYS
from entity_spec.model import Relation, Spec
from entity_spec.view.entity import EntityView
from entity_spec.view.migrations import MigrationView

REQUIREMENTS = (
    "alembic>=1.20,<2",
    "fastapi>=0.165,<0.200",
    "fastapi-cli>=0.0.34,<0.1",
    "fastapi-swagger>=0.4.64,<0.5",
    "pydantic>=2.14,<3",
    "pydantic-settings>=2.16,<3",
    "sqlalchemy>=2.1,<2.2",
    "uvicorn[standard]>=0.54,<1",
)


@dataclass(frozen=True)
class EnumClass:
    name: str
    values: tuple[str, ...]
    doc: str = ""


class Project:
    def __init__(self, spec: Spec, answers: Mapping[str, object]) -> None:
        self.spec = spec
        self.answers = answers
        self.lines = spec.lines
        self.pgbouncer = answers["pgbouncer"] == "yes"
        self.database = PGBOUNCER if self.pgbouncer else DATABASES[str(answers["database"])]
        self.key = PRIMARY_KEYS[str(answers["primary_key"])]
        self.entities = tuple(EntityView(entity, self) for entity in spec.entities)
        self.by_name = {entity.name: entity for entity in self.entities}
        self.migration = MigrationView(self)

    @cached_property
    def flags(self) -> frozenset[str]:
        """What holds for the project, by the names that file names use in brackets."""
        holds = {
            self.database.name: True,
            self.key.name: True,
            "pgbouncer": self.pgbouncer,
            "direct": not self.pgbouncer,
            "replicas": self.database.name != "sqlite",
            "enums": bool(self.enum_classes),
            "decimals": any(field.type == "decimal" for entity in self.spec.entities for field in entity.fields),
            "links": any(entity.links for entity in self.entities),
            "routed": bool(self.routed),
            "writable": any(entity.writes for entity in self.entities),
            "sent": any(entity.writes and entity.tests.kinds for entity in self.entities),
            "clashes": any(entity.writes and entity.tests.clashes for entity in self.entities),
            "references": bool(self.tested_references),
            "self_references": any(entity.target(reference) is entity for entity, reference in self.tested_references),
            "roomy": any(entity.writes and entity.tests.is_roomy for entity in self.entities),
            "versioned": any(entity.writes and entity.timestamps and entity.tests.changes for entity in self.entities),
            "soft_delete": any(entity.soft_delete for entity in self.entities),
            "soft_deletable": any(entity.soft_delete and entity.writes for entity in self.entities),
        }
        return frozenset(flag for flag, value in holds.items() if value)

    @property
    def soft_delete(self) -> bool:
        """What holds for an entity that does not say otherwise."""
        return self.answers["soft_delete"] == "yes"

    @property
    def requirements(self) -> list[str]:
        return sorted([*REQUIREMENTS, *self.database.requirements, *self.key.requirements])

    @property
    def direct_url(self) -> str:
        """The server's own address for local work, whatever is between."""
        return DATABASES[self.database.name].local_url

    @property
    def connections(self) -> int:
        """How many connections all workers hold at most: each has its pool, and one more for readiness."""
        size, overflow, workers = (int(str(self.answers[name])) for name in ("pool_size", "max_overflow", "workers"))
        return workers * (size + overflow + 1)

    @property
    def address_rows(self) -> str:
        """Of the README's table of variables: other addresses than DATABASE_URL, and what is between."""
        migrations = "required with `DB_PGBOUNCER`" if self.pgbouncer else "`DATABASE_URL`"
        rows = [f"| `MIGRATION_DATABASE_URL` | {migrations} | where Alembic connects to |"]
        if "replicas" in self.flags:
            rows.append("| `READ_DATABASE_URL` | `DATABASE_URL` | a replica for `GET`: [replica.md](docs/replica.md) |")
        if self.database.name == "postgresql":
            between = f"`{str(self.pgbouncer).lower()}`"
            rows.append(f"| `DB_PGBOUNCER` | {between} | PgBouncer is between: [pgbouncer.md](docs/pgbouncer.md) |")
        return "\n".join(rows)

    @cached_property
    def enum_classes(self) -> tuple[EnumClass, ...]:
        shared = [EnumClass(enum.name, enum.values, enum.doc) for enum in self.spec.enums]
        own = [
            EnumClass(entity.enum_class(field), field.values)
            for entity in self.entities
            for field in entity.spec.fields
            if field.type == "enum" and not field.enum
        ]
        return (*shared, *own)

    @cached_property
    def table_order(self) -> list[EntityView]:
        return [self.by_name[entity.name] for entity in self.spec.table_order]

    @property
    def routed(self) -> list[EntityView]:
        return [entity for entity in self.entities if entity.routed]

    @property
    def router_imports(self) -> str:
        imports = Imports()
        imports.name("fastapi", "APIRouter")
        for entity in self.routed:
            imports.name("app.routers", entity.plural, self._module_name(entity))
        return str(imports)

    @property
    def router_names(self) -> list[str]:
        return [f"{self._module_name(entity)}.router" for entity in self.routed]

    @staticmethod
    def _module_name(entity: EntityView) -> str:
        """Of its router, which does not hide what Python has by that name."""
        return f"{entity.plural}_" if hasattr(builtins, entity.plural) else entity.plural

    @property
    def key_imports(self) -> str:
        imports = Imports()
        imports.name("typing", "Annotated")
        imports.name("sqlalchemy", self.database.key_type)
        imports.name("sqlalchemy", "Identity")
        imports.name("sqlalchemy.orm", "mapped_column")
        imports.name("app.values", "Key")
        return str(imports)

    @property
    def model_imports(self) -> str:
        imports = Imports()
        imports.name("app.db.base", "Base")
        for entity in self.entities:
            imports.name(f"app.db.models.{entity.snake}", entity.name)
        return str(imports)

    @property
    def model_names(self) -> list[str]:
        return sorted(["Base", *self.by_name], key=exported_key)

    @property
    def case_imports(self) -> str:
        imports = Imports()
        imports.name("tests.expectations", "Case")
        for entity in self.routed:
            imports.name("app.db.models", entity.name, entity.local)
            for suffix in ("Create", "ListParameters", "Out", "Update"):
                imports.name(f"app.schemas.{entity.snake}", f"{entity.name}{suffix}")
            for function in (f"make_{entity.snake}", f"new_{entity.snake}"):
                imports.name(f"tests.factories.{entity.snake}", function)
        return str(imports)

    @property
    def tested_references(self) -> list[tuple[EntityView, Relation]]:
        return [
            (entity, reference)
            for entity in self.entities
            for reference in entity.references
            if entity.writes and entity.target(reference).writes
            # A test makes four rows at least, where an entity refers to itself.
            if entity.tests.rows > 3 and entity.target(reference).tests.rows > 3
            # The parent that a test deletes is no other parent of the child too.
            if not entity.tests.takes_any(entity.target(reference), beside=reference)
        ]

    @property
    def reference_imports(self) -> str:
        imports = Imports()
        imports.name("tests.keys", "Key")
        for child, reference in self.tested_references:
            for entity in (child, child.target(reference)):
                imports.name(f"tests.factories.{entity.snake}", f"make_{entity.snake}")
            imports.name(f"tests.factories.{child.snake}", f"new_{child.snake}")
        return str(imports)
