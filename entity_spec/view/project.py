"""Facts and the parts that print them, put together for the templates: for each entity, and for the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from entity_spec import types
from entity_spec.code import Imports
from entity_spec.databases import DATABASES
from entity_spec.model import Spec
from entity_spec.view.cases import CaseListView, CaseView
from entity_spec.view.column_types import ColumnTypeView
from entity_spec.view.crud import CrudView
from entity_spec.view.details import DetailView
from entity_spec.view.docs import DocsView
from entity_spec.view.factories import FactoryView
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.facts.rows import RowFacts
from entity_spec.view.facts.settings import Settings
from entity_spec.view.lists import EmbeddedListView
from entity_spec.view.migrations import MigrationView
from entity_spec.view.models import ModelPackageView, ModelView
from entity_spec.view.references import ReferenceListView
from entity_spec.view.routers import RouterListView, RouterView
from entity_spec.view.schemas import SchemaView
from entity_spec.view.tests import CrudTestView, RouterTestView

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


class Parts:
    """What the templates of one entity see, by the names that they use for it."""

    def __init__(self, entity: EntityFacts, rows: RowFacts) -> None:
        self.entity = entity
        self.rows = rows
        self.model = ModelView(entity)
        self.schemas = SchemaView(entity)
        self.detail = DetailView(entity)
        self.crud = CrudView(entity)
        self.router = RouterView(entity)
        self.factory = FactoryView(entity, rows)
        self.crud_tests = CrudTestView(entity)
        self.router_tests = RouterTestView(entity, rows)


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
        self.settings = Settings.of(answers)
        self.database = self.settings.database
        self.key = self.settings.key
        self.pgbouncer = self.settings.pgbouncer

        self.entities = EntityFacts.all(spec, self.settings)
        self.rows = RowFacts.all(self.entities)
        self.parts = {entity.name: Parts(entity, self.rows[entity.name]) for entity in self.entities}

        self.routed = [entity for entity in self.entities if entity.routed]
        self.models = ModelPackageView(self.entities)
        self.routers = RouterListView(self.routed)
        self.migration = MigrationView(self.entities, self.settings)
        self.cases = CaseListView([CaseView(entity, self.rows[entity.name]) for entity in self.routed])
        self.references = ReferenceListView(self.entities, self.rows)
        self.lists = EmbeddedListView(self.entities, self.rows)
        self.column_types = ColumnTypeView(self.database, self.flags)
        self.docs = [DocsView(entity) for entity in self.entities]
        self.routed_docs = [docs for docs in self.docs if docs.entity.routed]

    @cached_property
    def flags(self) -> frozenset[str]:
        """What is true of the project, by the names that file names use in brackets."""
        writable = [entity for entity in self.entities if entity.writes]
        rows = [self.rows[entity.name] for entity in writable]
        fields = [field for entity in self.spec.entities for field in entity.fields]
        holds = {
            self.database.name: True,
            self.key.name: True,
            "pgbouncer": self.pgbouncer,
            "direct": not self.pgbouncer,
            "replicas": self.database.name != "sqlite",
            "enums": bool(self.enum_classes),
            "decimals": any(field.type == "decimal" for field in fields),
            "bigints": any(map(types.is_long, fields)),
            "ranges": any(field.type == "decimal" or types.is_long(field) for field in fields),
            "small_decimals": any(
                types.is_small_decimal(field) for entity in self.entities for field in entity.shown_fields
            ),
            "rounded": any(entity.is_rounded(field) for entity in self.entities for field in entity.spec.fields),
            "documents": any(field.type == "json" for field in fields),
            "sent_documents": any(field.type == "json" for entity in writable for field in entity.answered_fields),
            "links": any(entity.links for entity in self.entities),
            "routed": bool(self.routed),
            "writable": bool(writable),
            "embedded_lists": any(entity.embedded_lists for entity in self.entities),
            "tested_lists": bool(self.lists.tested),
            "linked": any(entity.links for entity in writable),
            "sent": any(entity.sends for entity in writable),
            "clashes": any(each.clashes for each in rows),
            "references": bool(self.references.tested),
            "self_references": any(child is parent for child, _, parent, _ in self.references.tested),
            "roomy": any(each.is_roomy for each in rows),
            "versioned": any(each.entity.timestamps and each.changes for each in rows),
            "soft_delete": any(entity.soft_delete for entity in self.entities),
            "soft_deletable": any(entity.soft_delete for entity in writable),
        }
        return frozenset(flag for flag, value in holds.items() if value)

    @property
    def requirements(self) -> list[str]:
        return sorted([*REQUIREMENTS, *self.database.requirements, *self.key.requirements])

    @property
    def direct_url(self) -> str:
        """The server's own URL for local work, even if PgBouncer is in front of it."""
        return DATABASES[self.database.name].local_url

    @property
    def connections(self) -> int:
        """How many connections all workers hold at most: each has its pool, and one more for readiness."""
        size, overflow, workers = (int(str(self.answers[name])) for name in ("pool_size", "max_overflow", "workers"))
        return workers * (size + overflow + 1)

    @property
    def address_rows(self) -> str:
        """The rows of the README's table of variables for URLs other than DATABASE_URL, and for PgBouncer."""
        migrations = "required with `DB_PGBOUNCER`" if self.pgbouncer else "`DATABASE_URL`"
        rows = [f"| `MIGRATION_DATABASE_URL` | {migrations} | where Alembic connects to |"]
        if "replicas" in self.flags:
            rows.append("| `READ_DATABASE_URL` | `DATABASE_URL` | a replica for `GET`: [replica.md](docs/replica.md) |")
        if self.database.name == "postgresql":
            between = f"`{str(self.pgbouncer).lower()}`"
            rows.append(f"| `DB_PGBOUNCER` | {between} | PgBouncer is between: [pgbouncer.md](docs/pgbouncer.md) |")
        return "\n".join(rows)

    @property
    def value_notes(self) -> str:
        """Lines of the README's list, behind its item on filters: what JSON or the database does to some values."""
        notes = {
            "postgresql": "  With `LC_CTYPE=C`, PostgreSQL knows the case of ASCII letters only; any UTF-8 locale knows all.",
            "bigints": "- **`bigint`** fields are answered as text, for JavaScript. Send text or, up to 2^53 - 1, a number.",
            "rounded": "- **Decimals** are rounded to 15 digits: SQLite stores doubles. Other databases keep all digits.",
        }
        return "".join(f"{note}\n" for flag, note in notes.items() if flag in self.flags)

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

    @property
    def key_imports(self) -> str:
        imports = Imports()
        imports.name("typing", "Annotated")
        imports.name("sqlalchemy", self.database.key_type)
        imports.name("sqlalchemy", "Identity")
        imports.name("sqlalchemy.orm", "mapped_column")
        imports.name("app.values", "Key")
        return str(imports)
