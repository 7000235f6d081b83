"""A migration as steps, each with its way back; printed for a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from entity_spec.code import INDENT


@dataclass(frozen=True)
class Call:
    """An operation on a table; SQLite does those that are `batched` together, in a copy of the table."""

    method: str
    table: str
    after: str
    """Its arguments after the table."""
    before: str = ""
    """Its arguments before the table."""
    batched: bool = False

    @property
    def alone(self) -> str:
        arguments = [self.before, f'"{self.table}"', self.after]
        return f"op.{self.method}({', '.join(filter(None, arguments))})"

    @property
    def in_batch(self) -> str:
        return f"batch_op.{self.method}({', '.join(filter(None, [self.before, self.after]))})"


Action = Call | str


@dataclass(frozen=True)
class Step:
    up: Sequence[Action] = ()
    down: Sequence[Action] = ()


@dataclass
class Plan:
    """The steps of one revision."""

    title: str
    guards: list[str] = field(default_factory=list)
    """What is asked before anything is changed."""
    steps: list[Step] = field(default_factory=list)
    down_guards: list[str] = field(default_factory=list)

    def add(self, up: Iterable[Action] = (), down: Iterable[Action] = ()) -> None:
        self.steps.append(Step(tuple(up), tuple(down)))

    @property
    def upgrade(self) -> list[str]:
        return [*self.guards, *_lines(action for step in self.steps for action in step.up)]

    @property
    def downgrade(self) -> list[str]:
        return [*self.down_guards, *_lines(action for step in reversed(self.steps) for action in step.down)]

    def __bool__(self) -> bool:
        return bool(self.guards or self.steps)


def _lines(actions: Iterable[Action]) -> list[str]:
    lines: list[str] = []
    for table, together in groupby(actions, key=_batch):
        if table is None:
            lines += [action.alone if isinstance(action, Call) else action for action in together]
        else:
            lines.append(f'with op.batch_alter_table("{table}") as batch_op:')
            lines += [f"{INDENT}{action.in_batch}" for action in together if isinstance(action, Call)]
    return lines


def _batch(action: Action) -> str | None:
    return action.table if isinstance(action, Call) and action.batched else None
