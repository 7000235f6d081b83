"""The revisions while they are planned: their steps by phases, and the single operations of a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, auto

from entity_spec.code import literal, quoted
from entity_spec.evolve.changes import Changes, Decisions, Pair
from entity_spec.evolve.migrations.conversions import Guard
from entity_spec.evolve.migrations.steps import Action, Call, Plan, Step, batched
from entity_spec.view.facts.tables import ForeignKey, Index, Table, Unique

DELETED = '@sa.column("deleted_at").is_not(None)'


class Phase(IntEnum):
    """What comes before what: nothing is removed that something else still needs, and names are free when taken."""

    INDEXES_OFF = auto()
    KEYS_OFF = auto()
    UNIQUES_OFF = auto()
    TABLES_OFF = auto()
    ROWS_OFF = auto()
    COLUMNS_OFF = auto()
    NAMES = auto()
    TABLES_ON = auto()
    COLUMNS_ON = auto()
    COLUMNS = auto()
    UNIQUES_ON = auto()
    INDEXES_ON = auto()
    KEYS_ON = auto()


@dataclass(frozen=True)
class TablePair:
    """A table in both versions."""

    old: Table
    new: Table
    columns: Mapping[str, str]
    """The new names of columns that live on, by their old ones."""
    pair: Pair | None = None
    """The entity whose rows it has, None for the table of a link."""


class Draft:
    """What is planned: `first`; for PostgreSQL, `later` without a transaction, and `last`, what goes then."""

    def __init__(self, changes: Changes, decisions: Decisions, title: str) -> None:
        self.changes = changes
        self.decisions = decisions
        self.database = changes.new.project.database
        self.is_postgresql = self.database.name == "postgresql"
        self.is_mysql = self.database.name == "mysql"
        self.batches = self.database.name == "sqlite"
        """Whether a table is copied to change it."""
        self.first = Plan(title)
        self.later = Plan(f"{title}: what takes long, while the tables are in use", is_online=True)
        self.last = Plan(f"{title}: what is not used any more")
        self.down_guards: list[str] = []
        self._phases: dict[Phase, list[Step]] = {phase: [] for phase in Phase}

    def step(self, phase: Phase, up: Iterable[Action] = (), down: Iterable[Action] = ()) -> None:
        self._phases[phase].append(Step(tuple(up), tuple(down)))

    def guard(self, table: str, found: Guard) -> None:
        """Refuse to upgrade if there are such rows."""
        _once(self.first.guards, refuse(table, found))

    def guard_back(self, table: str, found: Guard) -> None:
        """Refuse to downgrade if there are such rows."""
        _once(self.down_guards, refuse(table, found))

    def guard_unique(self, table: str, columns: Sequence[str], *, live: bool) -> None:
        """Refuse to upgrade if rows, or those that are not deleted, have the same values in all columns."""
        _once(self.first.guards, _refuse_duplicates(table, columns, live=live))

    def guard_unique_back(self, table: str, columns: Sequence[str], *, live: bool) -> None:
        _once(self.down_guards, _refuse_duplicates(table, columns, live=live))

    def guard_one(self, table: str, problem: str) -> None:
        """Refuse to upgrade if there is more than one row."""
        _once(self.first.guards, f'@app.db.guards.refuse_more_than_one("{table}", {literal(problem)})')

    @property
    def plans(self) -> list[Plan]:
        """The plans that have steps, in their order."""
        # MySQL needs an index as long as there is a key; a copy of an SQLite table takes all but indexes at once.
        phases = sorted(Phase, key=lambda phase: (not (self.is_mysql and phase is Phase.KEYS_OFF), phase))
        steps = [step for phase in phases for step in self._phases[phase]]
        first = replace(self.first, steps=batched(steps) if self.batches else steps)
        if not self.later:
            first.steps.extend(self.last.steps)
        plans = [plan for plan in (first, self.later, *([self.last] if self.later else [])) if plan]
        if plans:
            # The way back begins with the last one.
            plans[-1].down_guards = self.down_guards
        return plans

    # Single operations

    def create_index(self, table: str, index: Index) -> Action:
        return f'op.create_index("{index.name}", "{table}", {index.arguments})'

    def add_key(self, table: str, key: ForeignKey, options: str = "") -> Action:
        columns = f'"{key.target}", ["{key.column}"], ["id"], ondelete="{key.rule}"{options}'
        return Call("create_foreign_key", table, columns, before=f'"{key.name}"', batched=self.batches)

    def drop_key(self, table: str, key: ForeignKey) -> Action:
        return Call("drop_constraint", table, 'type_="foreignkey"', before=f'"{key.name}"', batched=self.batches)

    def add_unique(self, table: str, unique: Unique) -> Action:
        columns = f"[{quoted(unique.columns)}]"
        return Call("create_unique_constraint", table, columns, before=f'"{unique.name}"', batched=self.batches)

    def drop_unique(self, table: str, unique: Unique) -> Action:
        return Call("drop_constraint", table, 'type_="unique"', before=f'"{unique.name}"', batched=self.batches)


def in_turn(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the renames in an order in which each name is free when it is taken."""
    waiting = {old: new for old, new in names.items() if old != new}
    done: list[tuple[str, str]] = []
    while waiting:
        free = next((old for old, new in waiting.items() if new not in waiting), None)
        if free is not None:
            done.append((free, waiting.pop(free)))
            continue
        old, new = next(iter(waiting.items()))
        done.append((old, f"{old}_"))
        waiting = {f"{old}_": new, **{other: to for other, to in waiting.items() if other != old}}
    return done


def execute(statement: str) -> str:
    return f"op.execute({literal(statement)})"


def refuse(table: str, found: Guard) -> str:
    return f'@app.db.guards.refuse_rows("{table}", {found.condition}, {literal(found.problem)})'


def _refuse_duplicates(table: str, columns: Sequence[str], *, live: bool) -> str:
    condition = ', @sa.column("deleted_at").is_(None)' * live
    return f'@app.db.guards.refuse_duplicates("{table}", [{quoted(columns)}]{condition})'


def _once(guards: list[str], guard: str) -> None:
    if guard not in guards:
        guards.append(guard)
