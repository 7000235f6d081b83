"""One table: what each scalar type is in the generated code.

Expressions are Python text in which `@module.Name` stands for an imported name (`code.Imports.expand`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise

from entity_spec.code import Imports, literal, number
from entity_spec.language import patterns
from entity_spec.model import Field

STR_LENGTH, TEXT_LENGTH = 255, 100_000
FILTER_LENGTH = 1000
"""How much text fits into a URL with every character percent-encoded."""
DIGITS, PLACES = 12, 2
DOUBLE_DIGITS = 15
JSON_INT = 2**53 - 1
"""JSON numbers tell whole numbers apart up to this one."""
INT_LIMITS = {"int": 2**31 - 1, "bigint": 2**63 - 1}

# More rows than any test makes.
ROWS = 1_000_000
PATTERN_SAMPLES = 55
FLOAT_STEPS = 1024
# A decimal with this many steps needs no smaller ones.
ENOUGH = 100


@dataclass(frozen=True)
class ScalarType:
    python: str
    """The annotation in models and in output schemas."""
    column: Callable[[Field], str]
    """The SQLAlchemy type in a model, "" if the annotation is enough."""
    migration: Callable[[Field], str]
    accepts: str
    """The annotation in input schemas, without the limits of the field itself."""
    sample: Callable[[Field], str]
    """A valid JSON value as a Python expression, in which `n` is a number that grows with each row."""
    limits: Callable[[Field], tuple[str, ...]] = lambda field: ()
    """The arguments of Pydantic's Field."""
    after: Callable[[Field], tuple[str, ...]] = lambda field: ()
    """What Pydantic does with a value within the limits, as further arguments of Annotated."""
    filter_limits: Callable[[Field], tuple[str, ...]] = lambda field: ()
    """The same for the filters of a list, which may ask for values that no row can have."""
    operators: tuple[str, ...] = ("eq",)
    """How a list can be filtered by such a column."""
    stored: Callable[[Field], str] = lambda field: field.default or ""
    """The default's text, as it would be stored if a client sent it."""
    default: Callable[[str], str] = literal
    """That text as a Python expression."""
    factories: tuple[tuple[str, str], ...] = ()
    """Defaults that are functions: text and function."""
    shows: Callable[[Field], str] = lambda field: ""
    """The annotation in output schemas, if `python` would be documented differently."""


TEXT, ORDERED = ("eq", "contains"), ("eq", "gte", "lte")


def max_length(field: Field) -> int:
    return field.max_length or (TEXT_LENGTH if field.type == "text" else STR_LENGTH)


def filter_operators(field: Field, scalar: ScalarType) -> tuple[str, ...]:
    """How a list can be filtered by the field. Not by the whole of a text that is too long for a URL."""
    too_long = (field.min_length or 0) > FILTER_LENGTH
    return tuple(operator for operator in scalar.operators if operator != "eq") if too_long else scalar.operators


def precision(field: Field) -> tuple[int, int]:
    """Return the number of digits, and how many of them are decimal places."""
    return (DIGITS, PLACES) if field.digits is None else (field.digits, field.places or 0)


def _text_limits(field: Field) -> tuple[str, ...]:
    limits = []
    if field.min_length:
        limits.append(f"min_length={field.min_length}")
    limits.append(f"max_length={max_length(field)}")
    if field.pattern is not None:
        portable = patterns.parse(field.pattern).portable
        limits += [f"pattern={literal(portable)}", f"examples=[{literal(choices(field)[0])}]"]
    return tuple(limits)


def _text_filter_limits(field: Field) -> tuple[str, ...]:
    return (f"max_length={min(max_length(field), FILTER_LENGTH)}",)


def _int_limits(field: Field) -> tuple[str, ...]:
    if field.low is None and field.high is None:
        return ()
    name = f"@app.schemas.base.{field.type.upper()}"
    low = f"ge={name}_MIN" if field.low is None else f"ge={field.low:f}"
    end = f"lt={name}_END" if field.type == "bigint" else f"le={name}_MAX"
    return low, end if field.high in (None, INT_LIMITS[field.type]) else f"le={field.high:f}"


def _precision(field: Field) -> tuple[str, ...]:
    digits, places = precision(field)
    # Pydantic counts the 0 before the point.
    return (f"max_digits={digits + (digits == places)}, decimal_places={places}",)


def _range(field: Field) -> tuple[str, ...]:
    """Return the limits of a decimal, as text, since a float would not be exact."""
    low, high = field.low, field.high
    digits, places = precision(field)
    if digits == places:
        below_one = Decimal("0." + "9" * places)
        low, high = (below_one.copy_negate() if low is None else low), (below_one if high is None else high)
    return tuple(f"{name}={_number(end)}" for name, end in (("ge", low), ("le", high)) if end is not None)


def _number(value: Decimal) -> str:
    return f"{value:f}" if value == value.to_integral_value() else f'@decimal.Decimal("{value:f}")'


def _decimal_default(text: str) -> str:
    return f'@decimal.Decimal("{text}")' if "." in text else f"@decimal.Decimal({text})"


def is_small_decimal(field: Field) -> bool:
    """Whether it has so many places that Python writes a zero with an exponent."""
    return field.type == "decimal" and precision(field)[1] > 6


def _shown_decimal(field: Field) -> str:
    return f"@app.schemas.{'small_decimals.ShownSmallDecimal' if is_small_decimal(field) else 'decimals.ShownDecimal'}"


def _float_range(field: Field) -> tuple[str, ...]:
    ends = (("ge", field.low), ("le", field.high))
    limits = [f"{name}={number(float(end))}" for name, end in ends if end is not None]
    return ("allow_inf_nan=False", *limits) if limits else ()


def _text_sample(field: Field) -> str:
    """Return `f"Name {n}"`, or just a number if the field is short; padded if it must be long."""
    if len(choices(field)) == 1:
        return literal(choices(field)[0])
    if choices(field):
        return f"{field.name.upper()}_CHOICES[n % {len(choices(field))}]"
    least, most = field.min_length or 0, max_length(field)
    label = field.name.replace("_", " ").capitalize()
    if len(label) + 9 <= most:
        text = f'f"{label} {{n}}"'
    else:
        digits = min(most, 8)
        text = f'f"{{n % {10**digits}:0{digits}}}"'
    return f'{text}.ljust({least}, "x")' if least else text


def _int_sample(field: Field) -> str:
    low, high = _int_ends(field)
    return _counted(low, high) if high > low else str(low)


def _int_ends(field: Field) -> tuple[int, int]:
    least, most = 1 if field.type == "int" else 10_000_000_000, INT_LIMITS[field.type]
    high = most if field.high is None else int(field.high)
    return max(-most - 1, min(least, high - ROWS + 1)) if field.low is None else int(field.low), high


def _decimal_sample(field: Field) -> str:
    """Return a sample with all decimal places, as the database returns it."""
    _, places = precision(field)
    low, high, counted = _decimal_steps(field)
    if low == high:
        return f'"{Decimal(f"{low}E-{counted}"):.{places}f}"'
    if not counted:
        return f'f"{{{_counted(low, high)}}}{"." + "0" * places if places else ""}"'
    return f'f"{{@decimal.Decimal({_counted(low, high)}).scaleb(-{counted}):.{places}f}}"'


def _decimal_steps(field: Field) -> tuple[int, int, int]:
    """Return both ends in steps, and the decimal places of a step: no more than it takes to have many steps."""
    digits, places = precision(field)
    largest = 10**digits - 1
    high = largest if field.high is None else min(_scaled(field.high, places), largest)
    low = min(0, high - 10**places) if field.low is None else _scaled(field.low, places)
    low = max(low, -largest)
    for counted in range(places + 1):
        step = 10 ** (places - counted)
        first, last = -(-low // step), high // step
        if last - first >= ENOUGH:
            return first, last, counted
    return low, high, places


def _scaled(number: Decimal, places: int) -> int:
    """Scale without the context of `decimal`, which would round."""
    return int(Fraction(number) * 10**places)


def _counted(low: int, high: int) -> str:
    """Return an expression that keeps `n` between low and high, starting at low."""
    span = high - low + 1
    number = "n" if span >= ROWS else f"n % {span}"
    if number == "n" and low in (0, 1):
        return number
    return f"{low} + {number}" if low else number


def _float_sample(field: Field) -> str:
    if (field.low, field.high) == (None, None):
        return "n + 0.5"
    low, span = _float_span(field)
    return f"{number(low)} + (n % {FLOAT_STEPS}) / {FLOAT_STEPS} * {number(span)}" if span else number(low)


def _float_span(field: Field) -> tuple[float, float]:
    ends = [float(end) for end in (field.low, field.high) if end is not None]
    # With one end only, the other is as far from it as that is from 0, so that the steps are not lost in rounding.
    low = ends[0] - max(1.0, abs(ends[0])) if field.low is None else ends[0]
    high = ends[0] + max(1.0, abs(ends[0])) if field.high is None else ends[-1]
    return low, high - low


def _date_or_time(make: Callable[[str], dt.date | dt.time]) -> Callable[[str], str]:
    """Return a date, time or datetime as the call that makes it; datetimes in UTC."""

    def default(text: str) -> str:
        value = make(text.replace("Z", "+00:00"))
        if isinstance(value, dt.datetime):
            value = value.astimezone(dt.timezone.utc)
        return repr(value).replace("datetime.timezone.utc", "@dt.UTC").replace("datetime.", "@dt.", 1)

    return default


def _always(text: str) -> Callable[[Field], str]:
    return lambda field: text


TYPES = {
    "str": ScalarType(
        python="str",
        column=lambda field: f"@sqlalchemy.String({max_length(field)})",
        migration=lambda field: f"@sa.String({max_length(field)})",
        accepts="@app.schemas.base.Str",
        limits=_text_limits,
        filter_limits=_text_filter_limits,
        operators=TEXT,
        sample=_text_sample,
    ),
    "text": ScalarType(
        python="str",
        column=_always("@sqlalchemy.Text()"),
        migration=_always("@sa.Text()"),
        accepts="@app.schemas.base.Str",
        limits=_text_limits,
        filter_limits=_text_filter_limits,
        operators=TEXT,
        sample=_text_sample,
    ),
    "slug": ScalarType(
        python="str",
        column=_always("@sqlalchemy.String(100)"),
        migration=_always("@sa.String(100)"),
        accepts="@app.schemas.base.Slug",
        operators=TEXT,
        sample=_always('f"slug-{n}"'),
    ),
    "email": ScalarType(
        python="str",
        column=_always("@sqlalchemy.String(254)"),
        migration=_always("@sa.String(254)"),
        accepts="@app.schemas.base.Email",
        operators=TEXT,
        shows=_always("@app.schemas.base.ShownEmail"),
        stored=lambda field: (field.default or "").lower(),
        sample=_always('f"user{n}@example.com"'),
    ),
    "url": ScalarType(
        python="str",
        column=_always("@sqlalchemy.String(2000)"),
        migration=_always("@sa.String(2000)"),
        accepts="@app.schemas.base.Url",
        operators=TEXT,
        shows=_always("@app.schemas.base.ShownUrl"),
        sample=_always('f"https://example.com/{n}"'),
    ),
    "int": ScalarType(
        python="int",
        column=_always(""),
        migration=_always("@sa.Integer()"),
        accepts="@app.schemas.base.Int",
        limits=_int_limits,
        operators=ORDERED,
        sample=_int_sample,
        default=str,
    ),
    "bigint": ScalarType(
        python="int",
        column=_always("@sqlalchemy.BigInteger()"),
        migration=_always("@sa.BigInteger()"),
        accepts="@app.schemas.base.BigInt",
        limits=_int_limits,
        operators=ORDERED,
        sample=_int_sample,
        default=str,
    ),
    "float": ScalarType(
        python="float",
        column=_always(""),
        migration=_always("@sa.Double()"),
        accepts="@app.schemas.base.Float",
        limits=_float_range,
        after=lambda field: ("@app.schemas.base.UnsignedZero",) if _float_range(field) else (),
        operators=ORDERED,
        sample=_float_sample,
        default=lambda text: number(float(text) or 0.0),
    ),
    "decimal": ScalarType(
        python="@decimal.Decimal",
        column=lambda field: "@sqlalchemy.Numeric({}, {})".format(*precision(field)),
        migration=lambda field: "@sa.Numeric({}, {})".format(*precision(field)),
        accepts="@app.schemas.decimals.DecimalNumber",
        shows=_shown_decimal,
        limits=lambda field: (*_precision(field), *_range(field)),
        filter_limits=_precision,
        operators=ORDERED,
        sample=_decimal_sample,
        stored=lambda field: f"{Decimal(field.default or 0):.{precision(field)[1]}f}",
        default=_decimal_default,
        after=lambda field: (f"@app.schemas.decimals.with_places({precision(field)[1]})",),
    ),
    "bool": ScalarType(
        python="bool",
        column=_always(""),
        migration=_always("@sa.Boolean()"),
        accepts="bool",
        sample=_always("n % 2 == 1"),
        default=str.capitalize,
    ),
    "date": ScalarType(
        python="@dt.date",
        column=_always(""),
        migration=_always("@sa.Date()"),
        accepts="@app.schemas.base.Date",
        operators=ORDERED,
        sample=_always('f"{@dt.date(2024, 1, 1) + @dt.timedelta(days=n)}"'),
        default=_date_or_time(dt.date.fromisoformat),
        factories=(("today", "@app.values.utc_today"),),
    ),
    "time": ScalarType(
        python="@dt.time",
        column=_always(""),
        migration=_always("@sa.Time()"),
        accepts="@app.schemas.base.Time",
        operators=ORDERED,
        shows=_always("@app.schemas.base.Time"),
        sample=_always('f"{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}"'),
        default=_date_or_time(dt.time.fromisoformat),
    ),
    "datetime": ScalarType(
        python="@dt.datetime",
        column=_always(""),
        migration=_always("@sa.DateTime(timezone=True)"),
        accepts="@app.schemas.base.UtcDatetime",
        operators=ORDERED,
        sample=_always('f"{@dt.datetime(2024, 1, 1) + @dt.timedelta(seconds=n):%Y-%m-%dT%H:%M:%SZ}"'),
        default=_date_or_time(dt.datetime.fromisoformat),
        factories=(("now", "@app.values.utc_now"),),
    ),
    "uuid": ScalarType(
        python="@uuid.UUID",
        column=_always(""),
        migration=_always("@sa.Uuid()"),
        accepts="@app.schemas.base.Uuid",
        sample=_always("str(@uuid.UUID(int=n))"),
        default=lambda text: f"@uuid.UUID({literal(text)})",
        factories=(("uuid4", "@uuid.uuid4"),),
    ),
    "json": ScalarType(
        python="@app.values.JsonDocument",
        column=_always("@app.db.column_types.Json(none_as_null=True)"),
        migration=_always("@json"),
        accepts="@app.schemas.base.JsonData",
        operators=(),
        shows=_always("@app.schemas.base.ShownJson"),
        sample=_always('{"key": n}'),
        factories=(("{}", "dict"), ("[]", "list")),
    ),
}

# A bigint that JSON numbers may not keep.
_BIGINT = TYPES["bigint"]
LONG_BIGINT = replace(
    _BIGINT,
    accepts="@app.schemas.bigints.LongInt",
    sample=lambda field: _text_of(_BIGINT.sample(field)),
    after=lambda field: ("@app.schemas.bigints.PlainInteger()",) if _int_limits(field) else (),
    shows=_always("@app.schemas.bigints.ShownLongInt"),
)


def _text_of(number: str) -> str:
    return f'f"{{{number}}}"' if "n" in number else f'"{number}"'


def is_long(field: Field) -> bool:
    low, high = field.low, field.high
    return field.type == "bigint" and (low is None or high is None or max(-low, high) > JSON_INT)


# A decimal with more digits than the database keeps.
_DECIMAL = TYPES["decimal"]
ROUNDED_DECIMAL = replace(
    _DECIMAL,
    column=lambda field: "@app.db.column_types.RoundedNumeric({}, {})".format(*precision(field)),
    stored=lambda field: _rounded(_DECIMAL.stored(field)),
    after=lambda field: ("@pydantic.AfterValidator(@app.values.as_double)", *_DECIMAL.after(field)),
)


def _rounded(text: str) -> str:
    number = Context(prec=DOUBLE_DIGITS).create_decimal(text)
    return f"{number:.{len(text.partition('.')[2])}f}"


def choices(field: Field) -> tuple[str, ...]:
    """Return different values for a field whose values cannot be counted up, () for all others."""
    if field.type == "enum":
        return field.values
    if field.pattern is None:
        return ()
    pattern = patterns.parse(field.pattern)
    samples = (pattern.sample(number, field.min_length or 0, max_length(field)) for number in range(PATTERN_SAMPLES))
    return tuple(dict.fromkeys(sample for sample in samples if sample is not None))


def capacity(field: Field) -> int:
    """Return how many different values the samples of a field can have, at most ROWS."""
    if choices(field):
        return len(choices(field))
    if field.type in ("int", "bigint"):
        low, high = _int_ends(field)
        return min(ROWS, high - low + 1)
    if field.type == "decimal":
        low, high, _ = _decimal_steps(field)
        return min(ROWS, high - low + 1)
    if field.type == "float" and (field.low, field.high) != (None, None):
        start, span = _float_span(field)
        values = [start + step / FLOAT_STEPS * span for step in range(FLOAT_STEPS)]
        return next((n for n, (value, after) in enumerate(pairwise(values), 1) if value == after), FLOAT_STEPS)
    if field.type == "str":
        return min(ROWS, int(10 ** min(max_length(field), 8)))
    return {"bool": 2, "time": 86_400}.get(field.type, ROWS)


def default(scalar: ScalarType, field: Field, imports: Imports) -> str:
    """Return a field's default as an expression, or the function that makes it."""
    factory = dict(scalar.factories).get(field.default or "")
    if factory:
        return imports.expand(factory)
    text = scalar.stored(field)
    # Text of the user's is not searched for names to import.
    return literal(text) if scalar.default is literal else imports.expand(scalar.default(text))


def enum_type(class_name: str) -> ScalarType:
    """Return an enum's type; `class_name` is its class in app/enums.py."""
    return ScalarType(
        python=f"@enums.{class_name} | str",
        column=_always(f"@app.db.column_types.EnumText(@enums.{class_name})"),
        migration=_always("@sa.String(60)"),
        accepts=f"@enums.{class_name}",
        operators=("eq", "in"),
        shows=_always(f"@enums.{class_name} | @app.schemas.base.NewerValue"),
        sample=_text_sample,
        default=lambda text: f"@enums.{class_name}.{text.upper()}",
    )
