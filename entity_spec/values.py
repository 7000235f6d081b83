"""What a field's type, brackets, default and pattern mean, and whether they fit together."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from entity_spec import patterns, words
from entity_spec.errors import closest, shown
from entity_spec.lexer import Findings, Span, Token
from entity_spec.model import TEXT_TYPES, Field, range_text
from entity_spec.syntax import Arguments, FieldNode

STR_LENGTH = 255
LENGTHS = {"str": STR_LENGTH, "slug": 100, "email": 254, "url": 2000}
"""What the text types hold that become a VARCHAR; a `str` without brackets."""
MAX_STR = 4000
MAX_TEXT = 4_000_000
"""MySQL's MEDIUMTEXT holds 16 MiB, and a character may take four bytes."""
MAX_DIGITS, MAX_PLACES = 38, 30
DIGITS, PLACES = 12, 2
INT_BITS = {"int": 31, "bigint": 63}
MAX_ENUM_VALUES, MAX_ENUM_VALUE = 100, 60

_EXAMPLES = {
    "str": "for example str(120) or str(2..120)",
    "text": "for example text(5000) or text(10..5000)",
    "int": "for example int(0..100), int(0..) or int(..100)",
    "bigint": "for example bigint(0..100), bigint(0..) or bigint(..100)",
    "float": "for example float(0..1), float(0..) or float(..1)",
    "decimal": "for example decimal(10,2), decimal(10,2,0..) or decimal(0..)",
    "enum": "for example enum(draft, published)",
}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{3}([0-9]{3})?)?)?")
_ZONE = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})$")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[A-Za-z0-9_'+-]+(\.[A-Za-z0-9_'+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_URL = re.compile(r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?([/?#][!-~]*)?")


@dataclass
class _Limits:
    min_length: int | None = None
    max_length: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    digits: int | None = None
    places: int | None = None


@dataclass
class _Range:
    low: Decimal | None
    high: Decimal | None
    span: Span


class _Wrong(Exception):
    """The brackets make no sense; the problem is reported already."""


def field(node: FieldNode, found: Findings, shared: Sequence[str] | None = None) -> Field:
    """The field of a node whose type is known: a scalar type, or with `shared` values a shared enum."""
    reader = _FieldReader(node, found)
    values = tuple(shared) if shared is not None else ()
    limits = _Limits()
    understood = True
    try:
        if shared is None and node.type.text == "enum":
            values = reader.enum_values(node.arguments)
        else:
            limits = reader.limits(shared is not None)
    except _Wrong:
        understood = False
    pattern = reader.pattern(limits) if node.pattern and node.type.text == "str" and understood else None
    default = reader.default(limits, values, pattern) if node.default and understood else None
    return Field(
        name=node.name.text,
        type="enum" if shared is not None else node.type.text,
        optional=node.optional is not None,
        default=default,
        min_length=limits.min_length,
        max_length=limits.max_length,
        low=limits.low,
        high=limits.high,
        digits=limits.digits,
        places=limits.places,
        values=values,
        enum=node.type.text if shared is not None else None,
        unique="unique" in node.switches,
        index="index" in node.switches,
        readonly="readonly" in node.switches,
        writeonly="writeonly" in node.switches,
        pattern=node.pattern.text if node.pattern else None,
        doc=node.doc.text if node.doc else "",
    )


def enum_values(owner: Token, arguments: Arguments | None, found: Findings) -> tuple[str, ...]:
    """The values of an enum; of a wrong one those before the first problem."""
    if arguments is None or not arguments.items:
        message = "enum needs its values" if arguments is None else "enum has no values"
        found.add("E209", message, _EXAMPLES["enum"], at=owner)
        return ()
    spelled: dict[str, str] = {}
    for item in arguments.items:
        problem = _enum_value_problem(item)
        if problem:
            at = item[0].to(item[-1]) if item else arguments.span
            found.add("E209", problem, "use letters, digits and _", at=at)
            break
        value = item[0].text
        before = spelled.get(value.lower())
        if before:
            differ = "" if before == value else f" ({before} and {value} differ only in case)"
            found.add("E209", f"the value {value} is there twice{differ}", "remove one", at=item[0])
            break
        spelled[value.lower()] = value
    if len(arguments.items) > MAX_ENUM_VALUES:
        message = f"{len(arguments.items)} enum values are too many (at most {MAX_ENUM_VALUES})"
        found.add("E209", message, "use an entity", at=owner)
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


class _FieldReader:
    def __init__(self, node: FieldNode, found: Findings) -> None:
        self.node = node
        self.found = found
        self.type = node.type.text
        self.name = node.name.text

    def wrong(self, rule: str, message: str, hint: str = "", *, at: Span, fix: str | None = None) -> _Wrong:
        """Reports, and gives what the caller raises."""
        self.found.add(rule, message, hint, at=at, fix=fix)
        return _Wrong()

    # The brackets

    def enum_values(self, arguments: Arguments | None) -> tuple[str, ...]:
        before = len(self.found.problems)
        values = enum_values(self.node.type, arguments, self.found)
        if len(self.found.problems) > before:
            raise _Wrong
        return values

    def limits(self, is_shared_enum: bool) -> _Limits:
        arguments = self.node.arguments
        if arguments is None:
            return _Limits()
        if is_shared_enum or self.type not in _EXAMPLES:
            message = f"{self.type} takes no arguments"
            raise self.wrong("E205", message, f"write only {self.type}", at=arguments.span)
        parts = [self.number_or_range(item, arguments) for item in arguments.items]
        if not parts:
            raise self.wrong("E205", f"{self.type}() is empty", _EXAMPLES[self.type], at=self.node.type_span)
        if sum(isinstance(part, _Range) for part in parts) > 1:
            raise self.wrong("E205", "only one range is possible", _EXAMPLES[self.type], at=arguments.span)
        if self.type in ("str", "text"):
            return self.length(parts, arguments)
        if self.type == "decimal":
            return self.decimal(parts)
        return self.number(parts, arguments)

    def number_or_range(self, item: list[Token], arguments: Arguments) -> Token | _Range:
        example = _EXAMPLES[self.type]
        if not item:
            raise self.wrong("E205", "an argument is missing", example, at=arguments.span)
        if len(item) > 1 and item[0].kind == "word" and item[1].kind == "=":
            message = f"limits are written as a range, not {shown(item[0].text)}"
            raise self.wrong("E205", message, example, at=item[0])
        for token in item:
            if token.kind not in ("number", ".."):
                raise self.wrong("E205", f"{self.type} takes numbers here, found {token.found}", example, at=token)
        span = item[0].to(item[-1])
        kinds = [token.kind for token in item]
        if kinds == ["number"]:
            return item[0]
        if kinds == ["number", "number"] and item[1].text.startswith("-"):
            fix = f"{item[0].text}..{item[1].text[1:]}"
            raise self.wrong("E205", "this range is not complete", f'did you mean "{fix}"?', at=span, fix=fix)
        if kinds.count("..") > 1:
            raise self.wrong("E205", "only one range is possible", example, at=span)
        if kinds not in (["number", ".."], ["..", "number"], ["number", "..", "number"]):
            raise self.wrong("E205", "this range is not complete", example, at=span)
        low = _decimal(item[0].text) if item[0].kind == "number" else None
        high = _decimal(item[-1].text) if item[-1].kind == "number" else None
        if low is not None and high is not None and low > high:
            fix = f"{item[-1].text}..{item[0].text}"
            message = f"the range is upside down: {shown(item[0].text)} is more than {shown(item[-1].text)}"
            raise self.wrong("E206", message, f'did you mean "{fix}"?', at=span, fix=fix)
        return _Range(low, high, span)

    def length(self, parts: list[Token | _Range], arguments: Arguments) -> _Limits:
        if len(parts) > 1:
            message = f"{self.type} takes one length or one range"
            raise self.wrong("E205", message, _EXAMPLES[self.type], at=arguments.span)
        part = parts[0]
        span = part if isinstance(part, Token) else part.span
        low, high = (None, _decimal(part.text)) if isinstance(part, Token) else (part.low, part.high)
        for length in (low, high):
            if length is not None and (length < 0 or length != length.to_integral_value()):
                raise self.wrong("E206", "a length is a whole number from 0 up", _EXAMPLES[self.type], at=span)
        if high == 0:
            raise self.wrong("E206", "the length must be at least 1", _EXAMPLES[self.type], at=span)
        largest = max(limit for limit in (low, high, Decimal(0)) if limit is not None)
        if self.type == "str" and largest > MAX_STR:
            message = f"str holds at most {MAX_STR} characters"
            raise self.wrong("E206", message, 'did you mean "text"? it has no practical limit', at=span)
        if self.type == "text" and largest > MAX_TEXT:
            raise self.wrong("E206", f"text holds at most {MAX_TEXT} characters", "leave the length out", at=span)
        if self.type == "str" and high is None:
            high = Decimal(STR_LENGTH)
            if low is not None and low > high:
                hint = f"str holds {high} characters where no upper limit is given: write str({low}..{MAX_STR})"
                raise self.wrong("E206", f"the range is upside down: {low} is more than {high}", hint, at=span)
        return _Limits(min_length=int(low) if low else None, max_length=None if high is None else int(high))

    def number(self, parts: list[Token | _Range], arguments: Arguments) -> _Limits:
        if len(parts) > 1:
            raise self.wrong("E205", "only one range is possible", _EXAMPLES[self.type], at=arguments.span)
        part = parts[0]
        if isinstance(part, Token):
            hint = f'did you mean "{self.type}(0..{part.text})" or "{self.type}(..{part.text})"?'
            raise self.wrong("E205", f"{self.type} takes a range, not one number", hint, at=part)
        for limit in (part.low, part.high):
            if limit is not None and self.type in INT_BITS:
                self.check_int_limit(limit, part.span)
        return _Limits(low=part.low, high=part.high)

    def check_int_limit(self, limit: Decimal, at: Span) -> None:
        if limit != limit.to_integral_value():
            raise self.wrong("E206", f"{self.type} limits are whole numbers", "did you mean decimal?", at=at)
        if not _fits_int(limit, self.type):
            hint = 'did you mean "bigint"?' if _fits_int(limit, "bigint") else "did you mean decimal?"
            raise self.wrong("E206", f"{shown(f'{limit:f}')} does not fit in {self.type}", hint, at=at)

    def decimal(self, parts: list[Token | _Range]) -> _Limits:
        limits = _Limits(digits=None, places=None)
        numbers = [part for part in parts if isinstance(part, Token)]
        ranges = [part for part in parts if isinstance(part, _Range)]
        shape = [isinstance(part, _Range) for part in parts]
        if shape not in ([True], [False, False], [False, False, True]):
            message = "decimal takes digits and decimal places together"
            raise self.wrong("E207", message, _EXAMPLES["decimal"], at=self.node.type.to(_end_of(self.node)))
        if numbers:
            limits.digits, limits.places = self.precision(*numbers)
        if ranges:
            limits.low, limits.high = ranges[0].low, ranges[0].high
            for limit in (limits.low, limits.high):
                self.check_decimal_limit(limit, limits, ranges[0].span)
        return limits

    def precision(self, digits: Token, places: Token) -> tuple[int, int]:
        first, second = _decimal(digits.text), _decimal(places.text)
        at = digits.to(places)
        whole = all(number == number.to_integral_value() for number in (first, second))
        if not whole or not 1 <= max(first, second) <= MAX_DIGITS or second < 0:
            raise self.wrong("E207", f"decimal holds 1 to {MAX_DIGITS} digits", _EXAMPLES["decimal"], at=at)
        if second > first:
            message = f"{places.text} decimal places do not fit in {digits.text} digits"
            fix = f"{places.text},{digits.text}"
            raise self.wrong("E207", message, f'did you mean "decimal({fix})"?', at=at, fix=fix)
        if second > MAX_PLACES:
            message = f"decimal holds at most {MAX_PLACES} decimal places"
            raise self.wrong("E207", message, _EXAMPLES["decimal"], at=at)
        return int(first), int(second)

    def check_decimal_limit(self, limit: Decimal | None, limits: _Limits, at: Span) -> None:
        digits, places = _precision(limits)
        if limit is None or (_places(limit) <= places and _whole_digits(limit) <= digits - places):
            return
        message = f"{shown(f'{limit:f}')} does not fit in decimal({digits},{places})"
        whole, fraction = max(_whole_digits(limit), digits - places), max(_places(limit), places)
        larger = f"decimal({whole + fraction},{fraction},{range_text(limits.low, limits.high)})"
        hint = f'did you mean "{larger}"?' if whole + fraction <= MAX_DIGITS else _EXAMPLES["decimal"]
        raise self.wrong("E206", message, hint, at=at)

    # The pattern

    def pattern(self, limits: _Limits) -> patterns.Pattern | None:
        at = self.node.pattern
        if at is None:
            return None
        shortest, longest = limits.min_length or 0, limits.max_length or STR_LENGTH
        try:
            pattern = patterns.parse(at.text)
        except patterns.PatternError as error:
            self.found.add("E210", str(error), error.hint, at=at)
            return None
        if pattern.sample(0, shortest, longest) is not None:
            return pattern
        example = pattern.sample(0, 0, 60)
        if example is None:
            message = "no example value could be made for this pattern"
            self.found.add("E210", message, "make it simpler", at=at)
            return None
        length = str(longest) if not shortest or shortest == longest else f"{shortest}..{longest}"
        message = f"no value fits both the pattern and the length {length}"
        self.found.add("E210", message, f"the pattern gives for example '{example}'", at=at)
        return None

    # The default

    def default(self, limits: _Limits, values: tuple[str, ...], pattern: patterns.Pattern | None) -> str | None:
        """The default's text, None where it is wrong."""
        token = self.node.default
        if token is None:
            return None
        text = token.text
        is_bare = token.kind == "value"
        try:
            if is_bare and text in ("None", "null") and text not in values:
                hint = f'did you mean "{self.node.text}?" without a default?'
                raise self.wrong("E208", "an optional field starts empty by itself", hint, at=token)
            if "unique" in self.node.switches and text != "uuid4":
                message = "a unique field cannot have a default: the second row would clash"
                raise self.wrong("E208", message, "remove one of them", at=token)
            if self.type in TEXT_TYPES:
                self.check_text(token, limits, pattern)
                return text
            if not is_bare:
                message = f"{words.a(self.type)} default stands without quotes"
                raise self.wrong("E208", message, f'did you mean "={text}"?', at=token)
            return self.bare_default(token, limits, values)
        except _Wrong:
            return None

    def check_text(self, token: Token, limits: _Limits, pattern: patterns.Pattern | None) -> None:
        text = token.text
        if token.kind == "value" and text in ("{}", "[]"):
            raise self.wrong("E208", f"{text} is only for json", f'write "{text}" for a text', at=token)
        longest = limits.max_length or LENGTHS.get(self.type)
        for wrong, verb, limit in (
            (longest is not None and len(text) > longest, "holds", longest),
            (len(text) < (limits.min_length or 0), "needs", limits.min_length),
        ):
            if wrong:
                message = f"the default has {len(text)} characters, {self.name} {verb} {limit}"
                raise self.wrong("E208", message, at=token)
        if self.type == "email" and not _EMAIL.fullmatch(text):
            raise self.wrong("E208", "this is not an email address", "for example ann@example.com", at=token)
        if self.type == "url" and not _URL.fullmatch(text):
            raise self.wrong("E208", "this is not an http(s) address", "for example https://example.com", at=token)
        if self.type == "slug" and not _SLUG.fullmatch(text):
            message = "a slug has small letters, digits and single hyphens"
            raise self.wrong("E208", message, "for example my-first-post", at=token)
        if pattern and not pattern.matches(text):
            raise self.wrong("E208", "the default does not match the pattern", at=token)

    def bare_default(self, token: Token, limits: _Limits, values: tuple[str, ...]) -> str:
        text = token.text
        if values or self.type == "enum":
            self.check_choice(token, values)
        elif self.type == "bool":
            self.check_bool(token)
        elif self.type in ("int", "bigint", "float", "decimal"):
            return self.number_default(token, limits)
        elif self.type == "json" and text not in ("{}", "[]"):
            raise self.wrong("E208", "a json default is {} or []", at=token)
        elif self.type == "uuid" and text != "uuid4" and not _is_uuid(text):
            raise self.wrong("E208", f"{shown(text)} is not a uuid", "for example uuid4", at=token)
        elif self.type in ("date", "time", "datetime"):
            self.check_moment(token)
        return text

    def check_choice(self, token: Token, values: tuple[str, ...]) -> None:
        text = token.text
        if text in values:
            return
        similar = {value.lower(): value for value in values}
        meant = similar.get(closest(text.lower(), similar) or "")
        message = f"{shown(text)} is not one of the values {', '.join(values[:20])}{', ...' * (len(values) > 20)}"
        raise self.wrong("E208", message, f'did you mean "{meant}"?' if meant else "", at=token, fix=meant)

    def check_bool(self, token: Token) -> None:
        text = token.text.lower()
        if token.text in ("true", "false"):
            return
        meant = "true" if text in words.YES else "false" if text in words.NO else None
        hint = f'did you mean "={meant}"?' if meant else "write =true or =false"
        raise self.wrong("E208", "a bool is true or false", hint, at=token, fix=meant)

    def number_default(self, token: Token, limits: _Limits) -> str:
        text = token.text
        if not _NUMBER.fullmatch(text):
            raise self.wrong("E208", f"{shown(text)} is not a number", at=token)
        number = _decimal(text)
        if self.type in INT_BITS:
            if "." in text:
                raise self.wrong("E208", f"{self.type} takes whole numbers", at=token)
            if not _fits_int(number, self.type):
                raise self.wrong("E208", f"{shown(text)} does not fit in {self.type}", at=token)
        if self.type == "decimal":
            self.check_digits(token, number, limits)
        low, high = limits.low, limits.high
        if (low is not None and number < low) or (high is not None and number > high):
            raise self.wrong("E208", f"{shown(text)} is outside the range {range_text(low, high)}", at=token)
        return f"{number:f}"

    def check_digits(self, token: Token, number: Decimal, limits: _Limits) -> None:
        digits, places = _precision(limits)
        if _whole_digits(number) > digits - places:
            message = f"{shown(token.text)} has more than {digits - places} digits before the point"
            raise self.wrong("E208", message, at=token)
        if _places(number) > places:
            raise self.wrong("E208", f"{shown(token.text)} has more than {places} decimal places", at=token)

    def check_moment(self, token: Token) -> None:
        text = token.text
        word = {"date": "today", "datetime": "now"}.get(self.type)
        if text == word:
            return
        example = {"date": "2024-01-31 or today", "time": "09:30", "datetime": "2024-01-31T10:00:00Z or now"}[self.type]
        hint = f"for example {example}"
        if text in ("now", "today") and word:
            raise self.wrong("E208", f"{words.a(self.type)} default is {word}", hint, at=token)
        if self.type == "datetime" and _is_moment("datetime", text + "Z"):
            meant = f"={text}Z"
            raise self.wrong("E208", "a datetime needs a time zone", f'did you mean "{meant}"?', at=token, fix=meant[1:])
        if not _is_moment(self.type, text):
            raise self.wrong("E208", f"{shown(text)} is not {words.a(self.type)}", hint, at=token)


def _end_of(node: FieldNode) -> Span:
    return Span(node.type.source, node.type_end, node.type_end)


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    return abs(number) if number == 0 else number


def _fits_int(number: Decimal, type_name: str) -> bool:
    limit = 2 ** INT_BITS[type_name]
    return -limit <= number < limit


def _precision(limits: _Limits) -> tuple[int, int]:
    return (DIGITS, PLACES) if limits.digits is None else (limits.digits, limits.places or 0)


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _whole_digits(number: Decimal) -> int:
    return max(0, number.adjusted() + 1) if number else 0


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_moment(type_name: str, text: str) -> bool:
    try:
        if type_name == "date":
            return bool(_DATE.fullmatch(text) and datetime.date.fromisoformat(text))
        if type_name == "time":
            return bool(_TIME.fullmatch(text)) and datetime.time.fromisoformat(text) is not None
        date, _, rest = text.partition("T")
        zone = _ZONE.search(rest)
        if not zone or not _is_moment("date", date) or not _is_moment("time", rest[: zone.start()]):
            return False
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) is not None
    except ValueError:
        return False
