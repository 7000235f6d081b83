"""The contents of a type's brackets: lengths, ranges, digits and the values of an enum."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NoReturn

from entity_spec import words
from entity_spec.errors import shown
from entity_spec.language.cursor import UnreadError
from entity_spec.language.lexer import Findings, Span, Token
from entity_spec.language.tree import Arguments, FieldNode
from entity_spec.model import range_text

STR_LENGTH = 255
MAX_STR = 4000
MAX_TEXT = 4_000_000
"""MySQL's MEDIUMTEXT holds 16 MiB, and a character may take four bytes."""
MAX_SHORTEST = 10_000
"""More could not be sent: a generated application accepts bodies of up to 2 MiB."""
DIGITS, PLACES = 12, 2
MAX_DIGITS, MAX_PLACES = 38, 30
INT_BITS = {"int": 31, "bigint": 63}
MAX_LIMIT = 2**53 - 1
"""Except for the type's own limits. Larger ones would not work: in JSON, a slightly larger number is the same."""
MAX_ENUM_VALUES, MAX_ENUM_VALUE = 100, 60

_EXAMPLES = {
    "str": "for example str(120) or str(2..120)",
    "text": "for example text(5000) or text(10..5000)",
    "int": "for example int(0..100), int(0..) or int(..100)",
    "bigint": "for example bigint(0..100), bigint(0..) or bigint(..100)",
    "float": "for example float(0..1), float(0..) or float(..1)",
    "decimal": "for example decimal(10,2), decimal(10,2,0..) or decimal(0..)",
}


@dataclass(frozen=True)
class Limits:
    min_length: int | None = None
    max_length: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    digits: int | None = None
    places: int | None = None

    @property
    def precision(self) -> tuple[int, int]:
        """The number of digits, and how many of them are decimal places."""
        return (DIGITS, PLACES) if self.digits is None else (self.digits, self.places or 0)


@dataclass(frozen=True)
class _Range:
    low: Decimal | None
    high: Decimal | None
    span: Span


def read_limits(node: FieldNode, found: Findings) -> Limits:
    """Read the brackets of any type but enum. Raises UnreadError if they make no sense."""
    if node.arguments is None:
        return Limits()
    name = node.type.text
    if name not in _EXAMPLES:
        at = node.type.to(node.arguments.span)
        found.add("E205", f"{name} takes no arguments", f"write only {name}", at=at, fix=name)
        raise UnreadError
    return _Brackets(node, node.arguments, found).limits()


def read_enum(owner: Token, arguments: Arguments | None, found: Findings) -> tuple[str, ...]:
    """Return the values of an enum; of a wrong one, those before the first problem."""
    if arguments is None or not arguments.items:
        message = "enum needs its values" if arguments is None else "enum has no values"
        found.add("E209", message, "for example enum(draft, published)", at=owner)
        return ()
    if len(arguments.items) > MAX_ENUM_VALUES:
        message = f"{len(arguments.items)} enum values are too many (at most {MAX_ENUM_VALUES})"
        found.add("E209", message, "use an entity", at=owner)
    spelled: dict[str, str] = {}
    for position, item in enumerate(arguments.items):
        at = item[0].to(item[-1]) if item else arguments.span
        problem = _enum_value_problem(item)
        if problem:
            found.add("E209", problem, "use letters, digits and _", at=at)
            break
        value = item[0].text
        before = spelled.setdefault(value.lower(), value)
        if len(spelled) <= position:
            differ = "" if before == value else f" ({before} and {value} differ only in case)"
            found.add("E209", f"the value {value} is there twice{differ}", "remove one", at=at)
            break
    return tuple(spelled.values())


def _enum_value_problem(item: list[Token]) -> str | None:
    if len(item) != 1 or item[0].kind not in ("word", "number"):
        return "enum values are plain words"
    value = item[0].text
    if value.startswith("_") or value.endswith("_"):
        return "an enum value cannot start or end with _"
    if not words.VALUE.fullmatch(value):
        return f"an enum value starts with a letter: {shown(value)}"
    if len(value) > MAX_ENUM_VALUE:
        return f"an enum value has at most {MAX_ENUM_VALUE} characters"
    return None


class _Brackets:
    def __init__(self, node: FieldNode, arguments: Arguments, found: Findings) -> None:
        self.node = node
        self.arguments = arguments
        self.found = found
        self.type = node.type.text
        self.example = _EXAMPLES[self.type]

    def refuse(self, rule: str, message: str, hint: str = "", *, at: Span, fix: str | None = None) -> NoReturn:
        self.found.add(rule, message, hint or self.example, at=at, fix=fix)
        raise UnreadError

    def limits(self) -> Limits:
        parts = [self.number_or_range(item) for item in self.arguments.items]
        if not parts:
            self.refuse("E205", f"{self.type}() is empty", at=self.node.type.to(self.arguments.span))
        if sum(isinstance(part, _Range) for part in parts) > 1:
            self.refuse("E205", "only one range is possible", at=self.arguments.span)
        if self.type == "decimal":
            return self.decimal(parts)
        if len(parts) > 1:
            what = "one length or one range" if self.type in ("str", "text") else "one range"
            self.refuse("E205", f"{self.type} takes {what}", at=self.arguments.span)
        return self.length(parts[0]) if self.type in ("str", "text") else self.number(parts[0])

    def number_or_range(self, item: list[Token]) -> Token | _Range:
        if not item:
            self.refuse("E205", "an argument is missing", at=self.arguments.span)
        if len(item) > 1 and item[0].kind == "word" and item[1].kind == "=":
            self.refuse("E205", f"limits are written as a range, not {shown(item[0].text)}", at=item[0])
        for token in item:
            if token.kind not in ("number", ".."):
                self.refuse("E205", f"{self.type} takes numbers here, found {token.found}", at=token)
        kinds = [token.kind for token in item]
        return item[0] if kinds == ["number"] else self.range(item, kinds)

    def range(self, item: list[Token], kinds: list[str]) -> _Range:
        first, last = item[0], item[-1]
        span = first.to(last)
        if kinds == ["number", "number"] and last.text.startswith("-"):
            fix = f"{first.text}..{last.text[1:]}"
            self.refuse("E205", "this range is not complete", f'did you mean "{fix}"?', at=span, fix=fix)
        if kinds.count("..") > 1:
            self.refuse("E205", "only one range is possible", at=span)
        if kinds not in (["number", ".."], ["..", "number"], ["number", "..", "number"]):
            self.refuse("E205", "this range is not complete", at=span)
        low = to_decimal(first.text) if first.kind == "number" else None
        high = to_decimal(last.text) if last.kind == "number" else None
        if low is not None and high is not None and low > high:
            fix = f"{last.text}..{first.text}"
            message = f"the range is upside down: {shown(first.text)} is more than {shown(last.text)}"
            self.refuse("E206", message, f'did you mean "{fix}"?', at=span, fix=fix)
        return _Range(low, high, span)

    def length(self, part: Token | _Range) -> Limits:
        at = part if isinstance(part, Token) else part.span
        low, high = (None, to_decimal(part.text)) if isinstance(part, Token) else (part.low, part.high)
        given = [length for length in (low, high) if length is not None]
        if any(length < 0 or not _is_whole(length) for length in given):
            self.refuse("E206", "a length is a whole number from 0 up", at=at)
        if high == 0:
            self.refuse("E206", "the length must be at least 1", at=at)
        if self.type == "str" and max(given) > MAX_STR:
            hint = 'did you mean "text"? it has no practical limit'
            self.refuse("E206", f"str holds at most {MAX_STR} characters", hint, at=at)
        if self.type == "text" and max(given) > MAX_TEXT:
            self.refuse("E206", f"text holds at most {MAX_TEXT} characters", "leave the length out", at=at)
        if low is not None and low > MAX_SHORTEST:
            message = f"a text that is never shorter than {low} characters does not fit in a request"
            self.refuse("E206", message, f"ask for at most {MAX_SHORTEST}", at=at)
        if self.type == "str" and high is None:
            high = Decimal(STR_LENGTH)
        if low is not None and high is not None and low > high:
            hint = f"a str without an upper limit holds {high} characters: write str({low}..{MAX_STR})"
            self.refuse("E206", f"the range is upside down: {low} is more than {high}", hint, at=at)
        return Limits(min_length=int(low) if low else None, max_length=None if high is None else int(high))

    def number(self, part: Token | _Range) -> Limits:
        if isinstance(part, Token):
            hint = f'did you mean "{self.type}(0..{part.text})" or "{self.type}(..{part.text})"?'
            self.refuse("E205", f"{self.type} takes a range, not one number", hint, at=part)
        largest = 2 ** INT_BITS.get(self.type, 0)
        for limit, end in ((part.low, -largest), (part.high, largest - 1)):
            if limit is None:
                continue
            if self.type in INT_BITS and not _is_whole(limit):
                self.refuse("E206", f"{self.type} limits are whole numbers", "did you mean decimal?", at=part.span)
            if self.type in INT_BITS and not fits_int(limit, self.type):
                hint = 'did you mean "bigint"?' if fits_int(limit, "bigint") else "did you mean decimal?"
                self.refuse("E206", f"{shown(f'{limit:f}')} does not fit in {self.type}", hint, at=part.span)
            if abs(limit) > MAX_LIMIT and limit != end:
                hint = f"JSON tells whole numbers apart up to {MAX_LIMIT}: use decimal, or leave the limit out"
                self.refuse("E206", f"{shown(f'{limit:f}')} is too much for a limit of {self.type}", hint, at=part.span)
        return Limits(low=part.low, high=part.high)

    def decimal(self, parts: list[Token | _Range]) -> Limits:
        numbers = [part for part in parts if isinstance(part, Token)]
        limits = next((part for part in parts if isinstance(part, _Range)), None)
        if len(numbers) not in (0, 2) or parts[: len(numbers)] != numbers:
            message = "decimal takes digits and decimal places together"
            self.refuse("E207", message, at=self.node.type.to(self.arguments.span))
        digits, places = self.precision(*numbers) if numbers else (None, None)
        read = Limits(digits=digits, places=places)
        if limits:
            read = replace(read, low=limits.low, high=limits.high)
        for limit in (read.low, read.high):
            if limits and limit is not None:
                self.check_decimal_limit(limit, read, limits.span)
        return read

    def precision(self, digits: Token, places: Token) -> tuple[int, int]:
        total, fraction = to_decimal(digits.text), to_decimal(places.text)
        at = digits.to(places)
        is_whole = _is_whole(total) and _is_whole(fraction)
        if not is_whole or fraction < 0 or not 1 <= max(total, fraction) <= MAX_DIGITS:
            self.refuse("E207", f"decimal holds 1 to {MAX_DIGITS} digits", at=at)
        if fraction > total:
            message = f"{fraction} decimal places do not fit in {total} digits"
            fix = f"{fraction},{total}"
            self.refuse("E207", message, f'did you mean "decimal({fix})"?', at=at, fix=fix)
        if fraction > MAX_PLACES:
            self.refuse("E207", f"decimal holds at most {MAX_PLACES} decimal places", at=at)
        return int(total), int(fraction)

    def check_decimal_limit(self, limit: Decimal, limits: Limits, at: Span) -> None:
        digits, places = limits.precision
        whole = max(whole_digits(limit), digits - places)
        fraction = max(fraction_digits(limit), places)
        if whole + fraction == digits and fraction == places:
            return
        hint = ""
        if whole + fraction <= MAX_DIGITS and fraction <= MAX_PLACES:
            hint = f'did you mean "decimal({whole + fraction},{fraction},{range_text(limits.low, limits.high)})"?'
        self.refuse("E206", f"{shown(f'{limit:f}')} does not fit in decimal({digits},{places})", hint, at=at)


def to_decimal(text: str) -> Decimal:
    number = Decimal(text)
    return abs(number) if number == 0 else number


def fits_int(number: Decimal, type_name: str) -> bool:
    limit = 1 << INT_BITS[type_name]
    return -limit <= number < limit


def fits_float(number: Decimal) -> bool:
    return math.isfinite(float(number))


def whole_digits(number: Decimal) -> int:
    return max(0, number.adjusted() + 1) if number else 0


def fraction_digits(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _is_whole(number: Decimal) -> bool:
    return fraction_digits(number) == 0
