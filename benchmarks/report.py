"""Tables, as Markdown that can be read in a terminal too."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass
class Table:
    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        widths = [max(len(line[index]) for line in lines) for index in range(len(self.columns))]
        aligned = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
        table = "\n".join(f"| {' | '.join(line)} |" for line in aligned)
        return "\n\n".join([f"## {self.title}", table, *self.notes])


@dataclass(frozen=True)
class Spread:
    """Minimum, median and maximum of repeated measurements."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        ordered = sorted(values)
        return cls(ordered[0], statistics.median(ordered), ordered[-1])

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}-{self.most:.2f})"


def milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:,.1f}"
