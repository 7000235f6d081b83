"""A three-way merge of lines that is finer than git's: only a change of the same line by both sides is a conflict."""

from __future__ import annotations

import ast
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from io import StringIO
from itertools import groupby, islice, pairwise, takewhile
from pathlib import Path
from textwrap import dedent

OURS, BETWEEN, THEIRS = "<<<<<<< yours\n", "=======\n", ">>>>>>> template\n"
_LONG = 40
"""The length of git's markers here: no text has a line that begins like these."""
_MOST_CONFLICTS = 127
"""A higher status of git is that of a failure."""
_HUNK = re.compile(
    rf"^<{{{_LONG}}} .*\n((?:.*\n)*?)\|{{{_LONG}}} .*\n((?:.*\n)*?)={{{_LONG}}}\n((?:.*\n)*?)>{{{_LONG}}} .*\n",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Merged:
    text: str
    conflicts: int = 0
    """How many places have markers."""


def merge(base: str, ours: str, theirs: str, *, is_item: Callable[[str], object] = lambda _: False) -> Merged:
    """Merge two changes of a text: what git leaves as a conflict is tried line by line.

    Where both sides replace a line, both new lines are taken if all three are items, whose order says nothing.
    """
    # Every line has an end here, so that any line can become the last one.
    ends = [text.endswith("\n") or not text for text in (base, ours, theirs)]
    texts = [text if end else f"{text}\n" for text, end in zip((base, ours, theirs), ends, strict=True)]
    conflicts = 0

    def finer(hunk: re.Match[str]) -> str:
        nonlocal conflicts
        mine, before, other = (StringIO(hunk[number]).readlines() for number in (1, 2, 3))
        found = _merge_hunk(before, mine, other, is_item)
        conflicts += found.conflicts
        return found.text

    text = _HUNK.sub(finer, _git(*texts, "--diff3", f"--marker-size={_LONG}"))
    # A missing end of the last line is kept, or removed, as any other line is.
    return Merged(text if ends[1 if ends[0] == ends[2] else 2] else text.removesuffix("\n"), conflicts)


def mark(base: str, ours: str, theirs: str) -> Merged:
    """Merge as git does, with markers wherever the two are not far apart."""
    text = _git(base, ours, theirs)
    return Merged(text, text.count(OURS))


def _git(base: str, ours: str, theirs: str, *options: str) -> str:
    with tempfile.TemporaryDirectory() as directory:
        for name, text in (("yours", ours), ("before", base), ("template", theirs)):
            Path(directory, name).write_text(text, encoding="utf-8", newline="")
        # The labels of the markers are the names of the files.
        command = [
            "git",
            "-c",
            "merge.conflictStyle=merge",
            "merge-file",
            "-p",
            *options,
            "yours",
            "before",
            "template",
        ]
        done = subprocess.run(command, capture_output=True, cwd=directory, check=False)
        if done.returncode > _MOST_CONFLICTS:
            raise OSError(f"git merge-file: {done.stderr.decode().strip()}")
        return done.stdout.decode()


@dataclass
class _Side:
    """What one side has made of some lines."""

    kept: list[list[str]]
    """Of each line: the line, another one, or none."""
    added: list[list[str]]
    """What is new before each line, and at the end."""


def _side(base: Sequence[str], changed: Sequence[str]) -> _Side:
    side = _Side([[line] for line in base], [[] for _ in range(len(base) + 1)])
    for kind, i, end, j, stop in SequenceMatcher(None, base, changed, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for at in range(i, end):
            side.kept[at] = [changed[j + at - i]] if j + at - i < stop else []
        side.added[end] = list(changed[j + end - i : stop])
    return side


@dataclass
class _Piece:
    """A line of the base, or a place between two, as each side has it."""

    ours: list[str]
    theirs: list[str]
    merged: list[str] | None
    """None if there is a conflict."""
    is_changed: bool = field(default=True)


def _merge_hunk(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], is_item: Callable[[str], object]
) -> Merged:
    text, conflicts = "", 0
    for is_changed, group in groupby(_pieces(base, ours, theirs, is_item), key=lambda piece: piece.is_changed):
        pieces = list(group)
        if is_changed and any(piece.merged is None for piece in pieces):
            conflicts += 1
            text += _marked([line for p in pieces for line in p.ours], [line for p in pieces for line in p.theirs])
        else:
            text += "".join(line for piece in pieces for line in piece.merged or ())
    return Merged(text, conflicts)


def _pieces(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], is_item: Callable[[str], object]
) -> Iterator[_Piece]:
    mine, other = _side(base, ours), _side(base, theirs)
    for at in range(len(base) + 1):
        added = (mine.added[at], other.added[at])
        if any(added):
            is_orphan = _is_orphan(base, at, mine, other) or _is_orphan(base, at, other, mine)
            yield _Piece(*added, None if is_orphan else _both(*added))
        if at < len(base):
            line, left, right = [base[at]], mine.kept[at], other.kept[at]
            merged = right if left == line else left if right in (line, left) else None
            if merged is None and all(map(is_item, (*line, *left, *right))):
                merged = [*right, *left]
            yield _Piece(left, right, merged, is_changed=left != line or right != line)


def _is_orphan(base: Sequence[str], at: int, side: _Side, other: _Side) -> bool:
    """Tell whether what one side adds belongs to something that the other one has removed."""
    added = side.added[at]
    depth = _depth(added)
    above = (number for number in range(at - 1, -1, -1) if base[number].strip() and _depth([base[number]]) < depth)
    owners = [*islice(above, 1)]
    if at < len(base) and added and added[-1].lstrip().startswith("@"):
        owners.append(at)
    return any(not other.kept[owner] and side.kept[owner] for owner in owners)


def _both(ours: list[str], theirs: list[str]) -> list[str]:
    """Put together what both sides add at the same place.

    What belongs to the block before comes first, then what belongs to the paragraph before: a field before a method.
    Of two equals, the template's comes first; what is the same on both sides comes once.
    """
    if _contains(ours, theirs):
        return ours
    if _contains(theirs, ours):
        return theirs
    return [line for part in sorted([*_parts(theirs), *_parts(ours)], key=_order) for line in part]


def _order(part: list[str]) -> tuple[int, bool, bool]:
    # What does not end with an empty line may belong to the line after it, as a comment does.
    return -_depth(part), not part[0].strip(), bool(part[-1].strip())


def _contains(lines: list[str], some: list[str]) -> bool:
    return any(lines[at : at + len(some)] == some for at in range(len(lines) - len(some) + 1))


def _parts(lines: list[str]) -> list[list[str]]:
    """Split lines after their first paragraph, and where they get less deep than all before."""
    cuts, depth = {0, _first_paragraph(lines), len(lines)}, _depth(lines)
    for at, line in enumerate(lines):
        if line.strip() and _depth([line]) < depth:
            depth = _depth([line])
            cuts.add(at - sum(1 for _ in takewhile(str.isspace, reversed(lines[:at]))))
    return [lines[start:end] for start, end in pairwise(sorted(cuts))]


def _first_paragraph(lines: list[str]) -> int:
    """Return the number of lines before the first empty one, 0 if they are not complete statements by themselves."""
    end = next((number for number, line in enumerate(lines) if not line.strip()), 0)
    # An empty line at the end says that all of it belongs to what comes after.
    if not end or not lines[-1].strip() or _depth(lines[end:]) != _depth(lines):
        return 0
    try:
        ast.parse(dedent("".join(lines[:end])))
    except SyntaxError:
        return 0
    return end


def _depth(lines: list[str]) -> int:
    """Return the indentation of the first line that is not empty."""
    first = next((line for line in lines if line.strip()), "")
    return len(first) - len(first.lstrip(" "))


def _marked(ours: list[str], theirs: list[str]) -> str:
    """Return both with markers around them, but what they begin and end with once."""
    before = _common(ours, theirs)
    after = _common(ours[before:][::-1], theirs[before:][::-1])
    end = len(ours) - after
    parts = [*ours[:before], OURS, *ours[before:end], BETWEEN, *theirs[before : len(theirs) - after], THEIRS]
    return "".join([*parts, *ours[end:]])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines two texts have in common before they differ."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
