"""The applications that take part, each with its own database and the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import rows
from benchmarks.database import scratch_database, sqlalchemy_url
from benchmarks.project import BULK, look, migrate, settings
from benchmarks.server import Contender, serving

CONNECTIONS = 8
"""The default pool of a generated project."""

OURS, TEXTBOOK, CEILING = "ours", "textbook", "ceiling"
BARE = "ours, no middleware"


@dataclass(frozen=True)
class Field:
    ours: Sequence[Contender]
    """The project from this template, the same without middleware if it has any, and further projects."""
    textbook: Contender
    narrow_textbook: Contender
    """With as many connections as ours."""
    ceiling: Contender
    users: Mapping[str, rows.PostgresqlUsers]
    """The tables of our first project and of the textbook, by label."""

    @property
    def of_throughput(self) -> list[Contender]:
        return [*self.ours, self.textbook, self.ceiling]

    @property
    def of_overload(self) -> list[Contender]:
        return [*self.ours, self.textbook, self.narrow_textbook, self.ceiling]


@contextmanager
def postgresql_field(server: str, project: Path, others: Mapping[str, Path]) -> Iterator[Field]:
    """`others`: more projects with the same entities, by label; they share the first one's database."""
    with scratch_database(server) as url, scratch_database(server) as textbook_url:
        migrate(project, sqlalchemy_url(url))
        textbook = textbook_at(sqlalchemy_url(textbook_url))
        with serving(textbook, None):
            """Start it once, which creates its tables."""
        rows.fill(url)
        rows.fill(textbook_url)
        with scratch_database(server, template=url) as ceiling_url:
            ours = [generated(OURS, project, sqlalchemy_url(url))]
            if look(project, sqlalchemy_url(url)).has_middleware:
                ours.append(generated(BARE, project, sqlalchemy_url(url), {"BENCH_MIDDLEWARE": "off"}))
            ours += [generated(label, other, sqlalchemy_url(url)) for label, other in others.items()]
            narrow = {"POOL_SIZE": str(CONNECTIONS), "MAX_OVERFLOW": "0"}
            yield Field(
                ours=ours,
                textbook=textbook,
                narrow_textbook=textbook_at(
                    sqlalchemy_url(textbook_url), f"{TEXTBOOK}, {CONNECTIONS} connections", narrow
                ),
                ceiling=Contender(
                    CEILING,
                    "benchmarks.apps.ceiling:app",
                    {"DATABASE_URL": ceiling_url, "POOL_SIZE": str(CONNECTIONS)},
                    bulk=BULK,
                ),
                users={OURS: rows.PostgresqlUsers(url), TEXTBOOK: rows.PostgresqlUsers(textbook_url)},
            )


def generated(label: str, project: Path, url: str, more: Mapping[str, str] | None = None) -> Contender:
    has_bulk = look(project, url).has_bulk
    return Contender(
        label,
        "benchmarks.apps.ours:app",
        settings(url) | {"DB_POOL_SIZE": str(CONNECTIONS)} | dict(more or {}),
        directory=project,
        prefix="/api/v1",
        bulk=BULK if has_bulk else None,
        missing={} if has_bulk else {"bulk": f"no POST {BULK}"},
    )


def textbook_at(url: str, label: str = TEXTBOOK, more: Mapping[str, str] | None = None) -> Contender:
    return Contender(label, "benchmarks.apps.textbook:app", {"DATABASE_URL": url} | dict(more or {}))
