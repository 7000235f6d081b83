"""What becomes of a column's values when its type or its rules change, and what rows must not hold then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from entity_spec import types
from entity_spec.code import literal
from entity_spec.databases import Database
from entity_spec.model import TEXT_TYPES, Field

TEXTS = (*TEXT_TYPES, "enum")
INTS = ("int", "bigint")
_WIDTHS = {"slug": 100, "email": 254, "url": 2000, "enum": 60}
_PATTERNS = {"slug": "^[a-z0-9]+(-[a-z0-9]+)*$", "email": "^[^@ ]+@[^@ ]+$", "url": "^https?://"}


@dataclass(frozen=True)
class Guard:
    """Rows that stop a migration before it changes anything."""

    condition: str
    """What is true of them, as an expression for `code.Imports.expand`."""
    problem: str
    """What the message says after "3 rows of orders"."""


def is_possible(old: Field, new: Field, database: Database) -> bool:
    """Tell whether values live on when a field gets another type."""
    forth, back = new.type, old.type
    return (
        forth == back
        or (back in TEXTS and forth in (*TEXTS, *INTS))
        or (back in INTS and forth in (*INTS, "decimal", "float", "str", "text"))
        # A copy of an SQLite table would take the text of a date for a number.
        or ((back, forth) == ("date", "datetime") and database.name != "sqlite")
    )


def cast(old: Field, new: Field) -> str:
    """Return PostgreSQL's expression for the new value, "" if it finds that itself."""
    if old.type in TEXTS and new.type in INTS:
        return f'"{new.name}"::{"bigint" if new.type == "bigint" else "integer"}'
    if (old.type, new.type) == ("date", "datetime"):
        return f"\"{new.name}\"::timestamp AT TIME ZONE 'UTC'"
    return ""


def guards(old: Field, new: Field, database: Database) -> Iterator[Guard]:
    """Yield what the values of `old` must not be, apart from NULL, so that they can become those of `new`."""
    column = f'@sa.column("{old.name}")'
    if old.type in TEXTS and new.type in TEXTS:
        yield from _text_guards(old, new, column, database)
    elif old.type in TEXTS and new.type in INTS:
        digits = {"int": 9, "bigint": 18}[new.type]
        yield Guard(f'~{column}.regexp_match("^-?[0-9]{{1,{digits}}}$")', f"have a {old.name} that is no number")
    elif old.type in INTS and new.type in TEXTS:
        text = f"@sa.cast({column}, @sa.String(20))"
        if types.max_length(new) < 20:
            yield Guard(f"{_length(text, database)} > {types.max_length(new)}", f"have a longer {old.name}")
    if new.type in (*INTS, "decimal", "float"):
        yield from _number_guards(old, new, column)


def _text_guards(old: Field, new: Field, column: str, database: Database) -> Iterator[Guard]:
    if new.type == "enum":
        if old.type != "enum" or set(old.values) - set(new.values):
            values = ", ".join(literal(value) for value in new.values)
            yield Guard(f"{column}.not_in([{values}])", f"have a {old.name} that is none of {', '.join(new.values)}")
        return
    if _width(new) < _width(old):
        yield Guard(
            f"{_length(column, database)} > {_width(new)}", f"have a {old.name} of more than {_width(new)} characters"
        )
    if (new.min_length or 0) > (old.min_length or 0):
        yield Guard(
            f"{_length(column, database)} < {new.min_length}",
            f"have a {old.name} of less than {new.min_length} characters",
        )
    if new.type in _PATTERNS and new.type != old.type:
        kind = {"slug": "slug", "email": "email address", "url": "URL"}[new.type]
        yield Guard(f'~{column}.regexp_match("{_PATTERNS[new.type]}")', f"have a {old.name} that is no {kind}")


def _width(field: Field) -> int:
    return _WIDTHS.get(field.type) or types.max_length(field)


def _length(text: str, database: Database) -> str:
    return f"@sa.func.{'char_length' if database.name == 'mysql' else 'length'}({text})"


def _number_guards(old: Field, new: Field, column: str) -> Iterator[Guard]:
    before, after = _range(old), _range(new)
    if old.type in TEXTS:
        # Those that fit into the type have been looked for.
        column, before, after = f"@sa.cast({column}, @sa.BigInteger())", (None, None), (new.low, new.high)
    if after[0] is not None and (before[0] is None or before[0] < after[0]):
        yield Guard(f"{column} < {_number(after[0])}", f"have a {old.name} below {after[0]:f}")
    if after[1] is not None and (before[1] is None or before[1] > after[1]):
        yield Guard(f"{column} > {_number(after[1])}", f"have a {old.name} above {after[1]:f}")
    if old.type == new.type == "decimal":
        places = types.precision(new)[1]
        if places < types.precision(old)[1]:
            yield Guard(
                f"@sa.func.round({column}, {places}) != {column}",
                f"have a {old.name} with more than {places} decimal places",
            )


def _range(field: Field) -> tuple[Decimal | None, Decimal | None]:
    """Return the smallest and the largest value that a field can hold, None where there is no end."""
    low, high = field.low, field.high
    if field.type in INTS:
        most = types.INT_LIMITS[field.type]
        return (Decimal(-most - 1) if low is None else low), (Decimal(most) if high is None else high)
    if field.type == "decimal":
        digits, places = types.precision(field)
        # From text, since arithmetic would round.
        least, largest = (Decimal(f"{sign}{10**digits - 1}E-{places}") for sign in "-+")
        return (least if low is None else max(low, least)), (largest if high is None else min(high, largest))
    return low, high


def _number(value: Decimal) -> str:
    """A number that every driver takes: it stands in the statement itself."""
    return f"{value:f}" if value == value.to_integral_value() else f'@sa.literal_column("{value:f}")'
