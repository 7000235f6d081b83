"""Patterns: whether Pydantic's engine can run one, and values that match it.

That engine is written in Rust, so this reads what Python and Rust understand in the same way, and refuses the rest.
Matching keeps a set of positions instead of backtracking, so no pattern takes long.
"""

from __future__ import annotations

import math
import re
import string
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

_UNSUPPORTED = re.compile(r"\(\?(?:<?[=!]|>|P=|\()|\\[1-9]|(?:[*+?]|\{[0-9,]*\})\+")
_SKIPPED = re.compile(r"\\[^1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]")
_QUANTIFIER = re.compile(r"(?:([*+?])|\{([0-9]{1,5})(?:(,)([0-9]{1,5})?)?\})(\??)")
_GROUP = re.compile(r"\((?:\?:|\?P?<[A-Za-z_][A-Za-z0-9_]*>)?(?!\?)")
_ALPHABET = string.ascii_letters.swapcase() + string.digits + " " + string.punctuation
_CLASSES: dict[str, Callable[[str], bool]] = {
    "d": str.isdecimal,
    "w": lambda character: character.isalnum() or character == "_",
    "s": str.isspace,
}
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}
_MAX_DEPTH = 10
_MAX_LENGTH = 1000
_MAX_ROOM = 300
_TRIES = 50


class PatternError(Exception):
    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass
class _Chars:
    ranges: list[tuple[str, str]] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    """`d`, `w`, `s`, and the opposites in capitals."""
    negated: bool = False

    def __contains__(self, character: str) -> bool:
        inside = any(low <= character <= high for low, high in self.ranges) or any(
            _CLASSES[name.lower()](character) is name.islower() for name in self.classes
        )
        return inside is not self.negated

    @cached_property
    def examples(self) -> str:
        if len(self.ranges) == 1 and not self.classes and not self.negated and self.ranges[0][0] == self.ranges[0][1]:
            return self.ranges[0][0]
        usual = "".join(character for character in _ALPHABET if character in self)
        return usual or "".join(low for low, _ in self.ranges if low in self)


@dataclass
class _Anchor:
    at_end: bool


@dataclass
class _Repeat:
    node: _Node
    low: int
    high: int | None


@dataclass
class _Sequence:
    nodes: list[_Node]


@dataclass
class _Choice:
    options: list[_Node]


_Node = _Chars | _Anchor | _Repeat | _Sequence | _Choice


@dataclass(frozen=True)
class Pattern:
    root: _Node

    def matches(self, text: str) -> bool:
        return bool(_ends(self.root, text, set(range(len(text) + 1))))

    def sample(self, number: int, shortest: int, longest: int) -> str | None:
        """Return a matching text of a length between the two, a different one for each number if there are enough."""
        needed = _shortest(self.root)
        last: str | None = None
        tries = _TRIES
        for room in range(max(0, shortest - needed), min(longest - needed, shortest + _MAX_ROOM) + 1):
            node, _ = _fixed(self.root, room)
            total = _count(node)
            if not tries or _written(node, total - 1) == last:
                break
            last = _written(node, total - 1)
            while number < total and tries:
                text = self._padded(_written(node, number), "", shortest, longest)
                if text is not None:
                    return text
                number += 1
                tries -= 1
            number -= total
        return None if last is None else self._padded(last, _letters(max(0, number) + 1), shortest, longest)

    def _padded(self, text: str, more: str, shortest: int, longest: int) -> str | None:
        """Pad the text: a pattern is searched for, so other text may surround it unless an anchor forbids it."""
        more = more.rjust(shortest - len(text), "a")
        for padded in (text + more, more + text, text):
            if shortest <= len(padded) <= longest and self.matches(padded):
                return padded
        return None


def parse(text: str) -> Pattern:
    """Parse a pattern. Raises PatternError with the message for the user."""
    if len(text) > _MAX_LENGTH:
        raise PatternError("this is not a valid pattern: it is too large", "make it simpler")
    outside = _SKIPPED.sub(lambda match: " " * len(match[0]), text)
    unsupported = _UNSUPPORTED.search(outside)
    if unsupported:
        hint = "look-around, back-references and possessive repeats are not possible"
        raise PatternError(f"{unsupported[0]} does not work in Pydantic's patterns", hint)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(text)
    except re.error as error:
        raise PatternError(f"this is not a valid pattern: {error.msg}") from None
    except (OverflowError, RecursionError):
        raise PatternError("this is not a valid pattern: it is too large", "make it simpler") from None
    return Pattern(_Parser(text).parse())


class _Parser:
    """Reads patterns that Python's `re` has accepted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def parse(self) -> _Node:
        return self.choice(0)

    @property
    def next(self) -> str:
        return self.text[self.position : self.position + 1]

    def take(self) -> str:
        self.position += 1
        return self.text[self.position - 1 : self.position]

    def choice(self, depth: int) -> _Node:
        if depth > _MAX_DEPTH:
            raise _no_example()
        options = [self.sequence(depth)]
        while self.next == "|":
            self.take()
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else _Choice(options)

    def sequence(self, depth: int) -> _Node:
        nodes: list[_Node] = []
        while self.next not in ("", "|", ")"):
            nodes.append(self.repeated(self.atom(depth)))
        return _Sequence(nodes)

    def repeated(self, node: _Node) -> _Node:
        match = _QUANTIFIER.match(self.text, self.position)
        if not match:
            return node
        self.position = match.end()
        mark, low, comma, high, _ = match.groups()
        if mark:
            return _Repeat(node, 1 if mark == "+" else 0, 1 if mark == "?" else None)
        return _Repeat(node, int(low), int(high) if high else None if comma else int(low))

    def atom(self, depth: int) -> _Node:
        if self.next == "(":
            match = _GROUP.match(self.text, self.position)
            if not match:
                raise _no_example()
            self.position = match.end()
            node = self.choice(depth + 1)
            self.take()
            return node
        character = self.take()
        if character in "^$":
            return _Anchor(at_end=character == "$")
        if character == ".":
            return _Chars([("\n", "\n")], negated=True)
        if character == "[":
            return self.char_class()
        if character in "{}":
            raise _no_example()
        if character != "\\":
            return _Chars([(character, character)])
        if self.next == "A":
            self.take()
            return _Anchor(at_end=False)
        chars = _Chars()
        self.escape(chars)
        return chars

    def escape(self, chars: _Chars) -> str | None:
        """Add what follows a backslash; return the character, or None for a class such as \\d."""
        character = self.take()
        if character.lower() in _CLASSES and character.isalpha():
            chars.classes.append(character)
            return None
        if character.isalnum() or character in "<>" or not character.isascii():
            if character not in _ESCAPES:
                raise _no_example()
            character = _ESCAPES[character]
        chars.ranges.append((character, character))
        return character

    def char_class(self) -> _Node:
        chars = _Chars()
        if self.next == "^":
            self.take()
            chars.negated = True
        first = True
        while first or self.next != "]":
            first = False
            low = self.member(chars)
            if low is None or self.next != "-" or self.text[self.position + 1 : self.position + 2] == "]":
                continue
            self.take()
            high = self.member(chars)
            if high is not None:
                chars.ranges[-2:] = [(low, high)]
        self.take()
        return chars

    def member(self, chars: _Chars) -> str | None:
        # Rust reads these as set operations.
        if self.next == "[" or self.text[self.position : self.position + 2] in ("&&", "--", "~~"):
            raise _no_example()
        character = self.take()
        if character == "\\":
            return self.escape(chars)
        chars.ranges.append((character, character))
        return character


def _fixed(node: _Node, room: int) -> tuple[_Node, int]:
    """Write out every repetition in the node, up to `room` more characters than needed; also return the room left."""
    if isinstance(node, _Sequence):
        nodes: list[_Node] = []
        for part in node.nodes:
            part, room = _fixed(part, room)
            nodes.append(part)
        return _Sequence(nodes), room
    if isinstance(node, _Choice):
        return _Choice([_fixed(option, room)[0] for option in node.options]), 0
    if isinstance(node, _Repeat):
        size = _shortest(node.node)
        # A node that may be empty can be left out, however often it is repeated.
        times = node.low if size else 0
        more = room // max(1, size)
        if node.high is not None:
            more = min(more, node.high - times)
        part, _ = _fixed(node.node, 0 if size else 1)
        return _Sequence([part] * (times + more)), room - more * max(1, size)
    return node, room


def _count(node: _Node) -> int:
    """Return the number of texts that a node without repetitions gives."""
    if isinstance(node, _Chars):
        return len(node.examples)
    if isinstance(node, _Choice):
        return sum(map(_count, node.options))
    if isinstance(node, _Sequence):
        return math.prod(map(_count, node.nodes))
    return 1


def _written(node: _Node, number: int) -> str:
    """Return the text with this number among those that the node gives."""
    if isinstance(node, _Chars):
        return node.examples[number]
    if isinstance(node, _Choice):
        for option in node.options:
            if number < _count(option):
                return _written(option, number)
            number -= _count(option)
    if not isinstance(node, _Sequence):
        return ""
    parts: list[str] = []
    for part in node.nodes:
        number, choice = divmod(number, _count(part))
        parts.append(_written(part, choice))
    return "".join(parts)


def _letters(number: int) -> str:
    """Return the number in letters: a different word for each."""
    word = ""
    while number:
        number, letter = divmod(number - 1, 26)
        word = chr(ord("a") + letter) + word
    return word


def _shortest(node: _Node) -> int:
    if isinstance(node, _Chars):
        return 1
    if isinstance(node, _Sequence):
        return sum(map(_shortest, node.nodes))
    if isinstance(node, _Choice):
        return min(map(_shortest, node.options))
    if isinstance(node, _Repeat):
        return node.low * _shortest(node.node)
    return 0


def _ends(node: _Node, text: str, starts: set[int]) -> set[int]:
    """Return the positions where a match can end that starts at one of the positions given."""
    if isinstance(node, _Chars):
        return {start + 1 for start in starts if start < len(text) and text[start] in node}
    if isinstance(node, _Anchor):
        return starts & {len(text) if node.at_end else 0}
    if isinstance(node, _Choice):
        return {end for option in node.options for end in _ends(option, text, starts)}
    if isinstance(node, _Sequence):
        for part in node.nodes:
            starts = _ends(part, text, starts)
        return starts
    for _ in range(node.low):
        before, starts = starts, _ends(node.node, text, starts)
        if starts in (before, set()):
            break
    reached, times = set(starts), node.low
    while starts and (node.high is None or times < node.high):
        starts = _ends(node.node, text, starts) - reached
        reached |= starts
        times += 1
    return reached


def _no_example() -> PatternError:
    return PatternError("no example value could be made for this pattern", "make it simpler")
