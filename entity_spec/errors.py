"""Problems of a text: what is wrong, where, and what to do about it."""

from __future__ import annotations

import os
import shlex
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TextIO

MAX_PROBLEMS = 200
"""Nobody reads more, and finding suggestions takes time."""

_PRINTED = 20
_PLAIN_WIDTH = 120
_LONGEST = 600
_STYLES = {"error": "\033[1;31m", "warning": "\033[1;33m", "caret": "\033[1;32m", "end": "\033[0m"}


@dataclass(frozen=True)
class Source:
    """A text that positions point into: a whole value, or one entry of a mapping."""

    text: str
    label: str = ""
    """The file's name, and for an entry of a mapping its path, as in `entities.yaml: Order.total`."""
    entry: bool = False

    def where(self, line: int, column: int) -> str:
        if self.entry:
            return self.label
        position = f"line {line}, column {column}" if "\n" in self.text else f"column {column}"
        return f"{self.label}: {position}" if self.label else position


@dataclass(frozen=True)
class Fix:
    """The replacement that a suggestion stands for."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Problem:
    rule: str
    message: str
    hint: str = ""
    source: Source = Source("")
    start: int = 0
    end: int = 0
    fix: Fix | None = None

    @property
    def is_warning(self) -> bool:
        return self.rule.startswith("W")

    @property
    def line(self) -> int:
        return self.source.text.count("\n", 0, self.start) + 1

    @property
    def column(self) -> int:
        return self.start - self._line_start + 1

    @property
    def length(self) -> int:
        return max(1, min(self.end, self._line_start + len(self.line_text)) - self.start)

    @property
    def line_text(self) -> str:
        end = self.source.text.find("\n", self.start)
        return self.source.text[self._line_start : end if end >= 0 else None].removesuffix("\r")

    @property
    def _line_start(self) -> int:
        return self.source.text.rfind("\n", 0, self.start) + 1


class SpecError(Exception):
    """Everything that is wrong with a text, warnings included."""

    def __init__(self, problems: Iterable[Problem], corrected: str | None = None) -> None:
        self.problems = tuple(problems)
        self.corrected = corrected
        """The canonical text with every suggestion applied, if that is valid."""
        super().__init__(self.problems, corrected)

    def __str__(self) -> str:
        return self.report()

    def report(self, width: int | None = None, color: bool = False) -> str:
        text = report(self.problems, width, color)
        if self.offered is None:
            return text
        return f"{text}\n\nwith every suggestion applied:\n  entities={shlex.quote(self.offered)}"

    @property
    def offered(self) -> str | None:
        """The corrected text if it is shown: a file is corrected in place."""
        return None if any(problem.source.label for problem in self.problems) else self.corrected


def report(problems: Iterable[Problem], width: int | None = None, color: bool = False) -> str:
    # Errors come first: of many problems, only the first ones are printed.
    problems = sorted(problems, key=lambda problem: problem.is_warning)
    width = width or _PLAIN_WIDTH
    lines = [line for problem in problems[:_PRINTED] for line in _lines(problem, width, color)]
    if len(problems) > _PRINTED:
        lines.append(f"... and {len(problems) - _PRINTED} more")
    return "\n".join(lines)


def look(stream: TextIO) -> tuple[int | None, bool]:
    """Return width and colours for a report: a terminal's width, and colours unless it or the user wants none."""
    if not stream.isatty():
        return None, False
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return shutil.get_terminal_size((_PLAIN_WIDTH, 24)).columns, not plain


def closest(word: str, candidates: Iterable[str]) -> str | None:
    matches = get_close_matches(word, candidates, n=1, cutoff=0.7)
    return matches[0] if matches else None


def some(words: Iterable[str], at_most: int = 20) -> str:
    words = list(words)
    return ", ".join(words[:at_most]) + ", ..." * (len(words) > at_most)


def shown(text: str, at_most: int = 60) -> str:
    """A piece of the user's text, in a message."""
    return text if len(text) <= at_most else text[: at_most - 3] + "..."


def _lines(problem: Problem, width: int, color: bool) -> list[str]:
    kind = "warning" if problem.is_warning else "error"
    place = ""
    if problem.source.text:
        place = " at " + _printable(shown(problem.source.where(problem.line, problem.column), _LONGEST))
    lines = [f"{_styled(f'{kind} {problem.rule}', kind, color)}{place}: {_printable(shown(problem.message, _LONGEST))}"]
    if problem.source.text:
        shown_line, carets = _excerpt(problem, width - 2)
        lines += [f"  {shown_line}", f"  {_styled(carets, 'caret', color)}"]
    if problem.hint:
        lines.append(f"  {_printable(shown(problem.hint, _LONGEST))}")
    return lines


def _styled(text: str, style: str, color: bool) -> str:
    return f"{_STYLES[style]}{text}{_STYLES['end']}" if color else text


def _excerpt(problem: Problem, width: int) -> tuple[str, str]:
    """Return the problem's line, cut to the width around it, and the carets under it."""
    line = problem.line_text
    first = problem.column - 1
    # Only the part of a very long line that could be shown is looked at.
    start, end = max(0, first - width), min(len(line), first + 2 * width)
    if start or end < len(line) or _width(line) > width:
        room = max(10, width - 6)
        start = max(0, min(first - room // 3, len(line) - room))
        while _width(line[start:first]) > room // 2:
            start += 1
        end = start
        while end < len(line) and _width(line[start : end + 1]) <= room:
            end += 1
    before, after = "..." * (start > 0), "..." * (end < len(line))
    carets = max(1, _width(line[first : min(first + problem.length, end)]))
    indent = " " * (len(before) + _width(line[start:first]))
    return before + _printable(line[start:end]) + after, indent + "^" * carets


def _visible(character: str) -> str:
    """Replace control characters by `?`, since they could move the cursor or worse."""
    if character == "\t":
        return " "
    return "?" if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") else character


def _printable(text: str) -> str:
    return "".join(map(_visible, text))


def _width(text: str) -> int:
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
