"""Patterns: whether everybody can run one, how it is written so that it means the same to all, and values that match.

Pydantic's engine is written in Rust, clients read the pattern in the API's document as JavaScript's, and tools in
Python read it too. So this reads what all of them understand, and refuses the rest. Matching keeps a set of positions
instead of backtracking, so no pattern takes long.
"""

from __future__ import annotations

import math
import re
import string
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

_UNSUPPORTED = re.compile(r"\(\?(?:<?[=!]|>|P=|\()|\\[1-9]|(?:[*+?]|\{[0-9,]*\})\+")
_SKIPPED = re.compile(r"\\[^1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]")
_QUANTIFIER = re.compile(r"(?:([*+?])|\{([0-9]{1,5})(?:(,)([0-9]{1,5})?)?\})(\??)")
_GROUP = re.compile(r"\((?:\?:|\?P?<[A-Za-z_][A-Za-z0-9_]*>)?(?!\?)")
_FLAGS = re.compile(r"\(\?[aiLmsux-]+\)?")
_ALPHABET = string.ascii_letters.swapcase() + string.digits + " " + string.punctuation
# Each engine has other characters beyond ASCII in them, so there are none.
_CLASSES = {
    "d": [("0", "9")],
    "w": [("A", "Z"), ("a", "z"), ("0", "9"), ("_", "_")],
    "s": [("\t", "\r"), (" ", " ")],
}
# A dot matches neither of them: to Rust only the first ends a line, to JavaScript both.
_LINE_ENDS = [("\n", "\n"), ("\r", "\r")]
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}
_LAST = chr(sys.maxunicode)
_SYNTAX = "^$\\.*+?()[]{}|"
_OTHERWISE = {
    "b": "write what may stand there, such as (^|[^a-z])",
    "B": "write what may stand there, such as [a-z]",
    "Z": 'did you mean "$"?',
}
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
    negated: bool = False

    def __contains__(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) is not self.negated

    def __str__(self) -> str:
        return f"[{'^' * self.negated}{_written_ranges(self.ranges)}]" if self.ranges else r"[\s\S]"

    @cached_property
    def examples(self) -> str:
        if len(self.ranges) == 1 and not self.negated and self.ranges[0][0] == self.ranges[0][1]:
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
    portable: str
    """The pattern as everybody understands it, in Python, Rust and JavaScript, there also with the flag `u`."""

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
    return _Parser(text).parse()


class _Parser:
    """Reads patterns that Python's `re` has accepted, and writes them as everybody understands them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.written: list[str] = []

    def parse(self) -> Pattern:
        root = self.choice(0)
        return Pattern(root, "".join(self.written))

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
            self.written.append(self.take())
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
        self.written.append(match[0])
        mark, low, comma, high, _ = match.groups()
        if mark:
            return _Repeat(node, 1 if mark == "+" else 0, 1 if mark == "?" else None)
        return _Repeat(node, int(low), int(high) if high else None if comma else int(low))

    def atom(self, depth: int) -> _Node:
        if self.next == "(":
            return self.group(depth)
        character = self.take()
        if character in "^$":
            self.written.append(character)
            return _Anchor(at_end=character == "$")
        if character == ".":
            return self.one_of(_Chars(_LINE_ENDS, negated=True))
        if character == "[":
            return self.char_class()
        if character in "{}":
            raise _no_example()
        if character != "\\":
            self.written.append(_escaped(character, _SYNTAX))
            return _Chars([(character, character)])
        if self.next == "A":
            self.take()
            self.written.append("^")
            return _Anchor(at_end=False)
        if self.next in _OTHERWISE:
            raise _means_something_else(f"\\{self.next}", _OTHERWISE[self.next])
        chars = _Chars()
        escaped = self.escape(chars)
        if escaped is None:
            return self.one_of(chars)
        self.written.append(_escaped(escaped, _SYNTAX))
        return chars

    def group(self, depth: int) -> _Node:
        match = _GROUP.match(self.text, self.position)
        if not match:
            flags = _FLAGS.match(self.text, self.position)
            hint = "write it without flags, such as [Aa] for both cases"
            raise _means_something_else(flags[0], hint) if flags else _no_example()
        self.position = match.end()
        # A name would be written in another way in each language, and nothing can refer to it.
        self.written.append("(?:" if match[0] == "(?:" else "(")
        node = self.choice(depth + 1)
        self.written.append(self.take())
        return node

    def one_of(self, chars: _Chars) -> _Chars:
        """Write out a class; one that holds almost all characters as those that it does not hold."""
        if any(high == _LAST for _, high in chars.ranges):
            chars = _Chars(_complement(chars.ranges), not chars.negated)
        if not (chars.ranges or chars.negated):
            raise _no_example()
        self.written.append(str(chars))
        return chars

    def escape(self, chars: _Chars) -> str | None:
        """Add what follows a backslash; return the character, or None for a class such as \\d."""
        character = self.take()
        ranges = _CLASSES.get(character.lower())
        if ranges:
            chars.ranges += ranges if character.islower() else _complement(ranges)
            return None
        if character.isalnum() or character in "<>" or not character.isascii():
            if character not in _ESCAPES:
                raise _no_example()
            character = _ESCAPES[character]
        chars.ranges.append((character, character))
        return character

    def char_class(self) -> _Node:
        chars = _Chars()
        start = len(self.written)
        self.written.append("[")
        if self.next == "^":
            self.written.append(self.take())
            chars.negated = True
        first = True
        while first or self.next != "]":
            first = False
            low = self.member(chars)
            if low is None or self.next != "-" or self.text[self.position + 1 : self.position + 2] == "]":
                continue
            self.written.append(self.take())
            high = self.member(chars)
            if high is not None:
                chars.ranges[-2:] = [(low, high)]
        self.written.append(self.take())
        if any(high == _LAST for _, high in chars.ranges):
            del self.written[start:]
            return self.one_of(chars)
        return chars

    def member(self, chars: _Chars) -> str | None:
        # Rust reads these as set operations.
        two = self.text[self.position : self.position + 2]
        if self.next == "[" or two in ("&&", "--", "~~"):
            operation = two if self.next != "[" else "["
            raise _means_something_else(f"{operation} in [...]", f"write \\{operation[0]} for the character")
        character = self.take()
        if character != "\\":
            chars.ranges.append((character, character))
            self.written.append(_escaped(character, "]"))
            return character
        before = len(chars.ranges)
        escaped = self.escape(chars)
        self.written.append(_written_ranges(chars.ranges[before:]))
        return escaped


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


def _complement(ranges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the ranges of all other characters."""
    others: list[tuple[str, str]] = []
    following = 0
    for low, high in sorted(ranges):
        if following < ord(low):
            others.append((chr(following), chr(ord(low) - 1)))
        following = max(following, ord(high) + 1)
    if following <= ord(_LAST):
        others.append((chr(following), _LAST))
    return others


def _written_ranges(ranges: Iterable[tuple[str, str]]) -> str:
    """Write ranges between square brackets."""
    special = _SYNTAX + "-&~"
    return "".join(
        _escaped(low, special) if low == high else f"{_escaped(low, special)}-{_escaped(high, special)}"
        for low, high in ranges
    )


def _escaped(character: str, special: str) -> str:
    """Write a character: with a backslash only where it is special, since JavaScript refuses any other."""
    if character in "&~" and character in special:
        return f"\\x{ord(character):02x}"
    letters = {control: f"\\{letter}" for letter, control in _ESCAPES.items()}
    return letters.get(character, f"\\{character}" if character in special else character)


def _means_something_else(what: str, hint: str) -> PatternError:
    return PatternError(f"{what} means something else to clients, which read patterns as JavaScript's", hint)


def _no_example() -> PatternError:
    return PatternError("no example value could be made for this pattern", "make it simpler")
