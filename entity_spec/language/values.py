"""From a node to a field of the model: whether brackets, pattern and default fit together."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Sequence
from typing import NoReturn

from entity_spec import words
from entity_spec.errors import closest, shown, some
from entity_spec.language import brackets, patterns
from entity_spec.language.brackets import Limits
from entity_spec.language.cursor import UnreadError
from entity_spec.language.lexer import Findings, Token
from entity_spec.language.tree import FieldNode, description
from entity_spec.model import TEXT_TYPES, Field, range_text

LENGTHS = {"str": brackets.STR_LENGTH, "slug": 100, "email": 254, "url": 2000}
"""The length of the text types that become a VARCHAR; for `str`, if it has no brackets."""

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{3}([0-9]{3})?)?)?")
_DATETIME = re.compile(rf"(?P<date>{_DATE.pattern})T(?P<time>{_TIME.pattern})(?P<zone>Z|[+-][0-9]{{2}}:[0-9]{{2}})?")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[a-z0-9_'+-]+(\.[a-z0-9_'+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.IGNORECASE)
_URL = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?([/?#][!-~]*)?", re.IGNORECASE)

_MOMENTS = {
    "date": "for example 2024-01-31 or today",
    "time": "for example 09:30",
    "datetime": "for example 2024-01-31T10:00:00Z or now",
}
_MOMENT_WORDS = {"date": "today", "datetime": "now"}


def read_field(node: FieldNode, found: Findings, shared: Sequence[str] | None = None) -> Field | None:
    """Return the field, of a scalar type or, with `shared` values, a shared enum; None if it is wrong."""
    problems = len(found.problems)
    is_enum = shared is not None or node.type.text == "enum"
    values = tuple(shared or ())
    limits = Limits()
    try:
        if shared is None and is_enum:
            values = brackets.read_enum(node.type, node.arguments, found)
        else:
            limits = brackets.read_limits(node, found)
        if len(found.problems) > problems:
            return None
        pattern = _read_pattern(node, limits, found) if node.type.text == "str" else None
        default = _Default(node, node.default, limits, values, pattern, found).text() if node.default else None
    except UnreadError:
        return None
    return Field(
        name=node.name.text,
        type="enum" if is_enum else node.type.text,
        optional=node.optional is not None,
        default=default,
        min_length=limits.min_length,
        max_length=limits.max_length,
        low=limits.low,
        high=limits.high,
        digits=limits.digits,
        places=limits.places,
        values=values,
        enum=None if shared is None else node.type.text,
        unique="unique" in node.switches,
        index="index" in node.switches,
        readonly="readonly" in node.switches,
        writeonly="writeonly" in node.switches,
        pattern=node.pattern.text if node.pattern else None,
        doc=description(node.doc),
        was=node.former_name,
    )


def _read_pattern(node: FieldNode, limits: Limits, found: Findings) -> patterns.Pattern | None:
    at = node.pattern
    if at is None:
        return None
    shortest, longest = limits.min_length or 0, limits.max_length or brackets.STR_LENGTH
    try:
        pattern = patterns.parse(at.text)
    except patterns.PatternError as error:
        found.add("E210", str(error), error.hint, at=at)
        return None
    if pattern.sample(0, shortest, longest) is None:
        example = pattern.sample(0, 0, 60)
        length = f"{shortest}..{longest}" if 0 < shortest < longest else str(longest)
        if example is None:
            found.add("E210", "no example value could be made for this pattern", "make it simpler", at=at)
        else:
            hint = f"the pattern gives for example '{example}'"
            found.add("E210", f"no value fits both the pattern and the length {length}", hint, at=at)
    return pattern


class _Default:
    def __init__(
        self,
        node: FieldNode,
        token: Token,
        limits: Limits,
        values: tuple[str, ...],
        pattern: patterns.Pattern | None,
        found: Findings,
    ) -> None:
        self.node = node
        self.token = token
        self.limits = limits
        self.values = values
        self.pattern = pattern
        self.found = found
        self.type = "enum" if values else node.type.text

    def refuse(self, message: str, hint: str = "", *, fix: str | None = None) -> NoReturn:
        self.found.add("E208", message, hint, at=self.token, fix=fix)
        raise UnreadError

    def text(self) -> str:
        """Return the default as the model has it."""
        text = self.token.text
        is_bare = self.token.kind == "value"
        if is_bare and text in ("None", "null") and text not in self.values:
            hint = f'did you mean "{self.node.text}?" without a default?'
            self.refuse("an optional field starts empty by itself", hint)
        if "unique" in self.node.switches and text != "uuid4":
            self.refuse("a unique field cannot have a default: the second row would clash", "remove one of them")
        if self.type in TEXT_TYPES:
            self.check_text(text, is_bare)
            return text
        if not is_bare:
            self.refuse(f"{words.a(self.type)} default stands without quotes", f'did you mean "={text}"?')
        if self.type in ("int", "bigint", "float", "decimal"):
            return self.number(text)
        self.check_word(text)
        return text

    def check_text(self, text: str, is_bare: bool) -> None:
        shortest = self.limits.min_length or 0
        longest = self.limits.max_length or LENGTHS.get(self.type)
        if is_bare and text in ("{}", "[]"):
            self.refuse(f"{text} is only for json", f'write "{text}" for a text')
        if longest is not None and len(text) > longest:
            self.refuse(f"the default has {len(text)} characters, {self.node.name.text} holds {longest}")
        if len(text) < shortest:
            self.refuse(f"the default has {len(text)} characters, {self.node.name.text} needs {shortest}")
        if self.type == "email" and not _EMAIL.fullmatch(text):
            self.refuse("this is not an email address", "for example ann@example.com")
        if self.type == "url" and not _URL.fullmatch(text):
            self.refuse("this is not an http(s) address", "for example https://example.com")
        if self.type == "slug" and not _SLUG.fullmatch(text):
            self.refuse("a slug has small letters, digits and single hyphens", "for example my-first-post")
        if self.pattern and not self.pattern.matches(text):
            self.refuse("the default does not match the pattern")

    def check_word(self, text: str) -> None:
        if self.type == "enum" and text not in self.values:
            similar = {value.lower(): value for value in self.values}
            meant = similar.get(closest(text.lower(), similar) or "")
            hint = f'did you mean "{meant}"?' if meant else ""
            self.refuse(f"{shown(text)} is not one of the values {some(self.values)}", hint, fix=meant)
        if self.type == "bool" and text not in ("true", "false"):
            meant = "true" if text.lower() in words.YES else "false" if text.lower() in words.NO else None
            self.refuse("a bool is true or false", f'did you mean "={meant}"?' if meant else "", fix=meant)
        if self.type == "json" and text not in ("{}", "[]"):
            self.refuse("a json default is {} or []")
        if self.type == "uuid" and text != "uuid4" and not _is_uuid(text):
            self.refuse(f"{shown(text)} is not a uuid", "for example uuid4")
        if self.type in _MOMENTS and text != _MOMENT_WORDS.get(self.type):
            self.check_date_or_time(text)

    def number(self, text: str) -> str:
        if not _NUMBER.fullmatch(text):
            self.refuse(f"{shown(text)} is not a number")
        number = brackets.to_decimal(text)
        if self.type in brackets.INT_BITS:
            if "." in text:
                self.refuse(f"{self.type} takes whole numbers")
            if not brackets.fits_int(number, self.type):
                self.refuse(f"{shown(text)} does not fit in {self.type}")
        if self.type == "float" and not brackets.fits_float(number):
            self.refuse(f"{shown(text)} does not fit in float")
        if self.type == "decimal":
            digits, places = self.limits.precision
            if brackets.whole_digits(number) > digits - places:
                self.refuse(f"{shown(text)} has more than {digits - places} digits before the point")
            if brackets.fraction_digits(number) > places:
                self.refuse(f"{shown(text)} has more than {places} decimal places")
        low, high = self.limits.low, self.limits.high
        if (low is not None and number < low) or (high is not None and number > high):
            self.refuse(f"{shown(text)} is outside the range {range_text(low, high)}")
        return f"{number:f}"

    def check_date_or_time(self, text: str) -> None:
        if text in _MOMENT_WORDS.values() and self.type in _MOMENT_WORDS:
            self.refuse(f"{words.a(self.type)} default is {_MOMENT_WORDS[self.type]}", _MOMENTS[self.type])
        if self.type == "datetime" and _is_date_or_time("datetime", f"{text}Z"):
            self.refuse("a datetime needs a time zone", f'did you mean "={text}Z"?', fix=f"{text}Z")
        if not _is_date_or_time(self.type, text):
            self.refuse(f"{shown(text)} is not {words.a(self.type)}", _MOMENTS[self.type])
        if self.type == "datetime" and not _is_convertible(text):
            hint = "for what never happens, make it optional and leave it empty"
            self.refuse(f"{shown(text)} is not between the years 2 and 9998", hint)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_convertible(text: str) -> bool:
    """Tell whether a datetime is valid in every time zone: a driver that converts it could not read others back."""
    value = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return 2 <= value.year <= 9998 and 2 <= value.astimezone(datetime.timezone.utc).year <= 9998


def _is_date_or_time(type_name: str, text: str) -> bool:
    """Accept the same forms on every version of Python, whose `fromisoformat` keeps accepting more."""
    try:
        if type_name == "date":
            return bool(_DATE.fullmatch(text) and datetime.date.fromisoformat(text))
        if type_name == "time":
            return bool(_TIME.fullmatch(text)) and isinstance(datetime.time.fromisoformat(text), datetime.time)
        match = _DATETIME.fullmatch(text)
        if not match or not match["zone"]:
            return False
        return isinstance(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")), datetime.datetime)
    except ValueError:
        return False
