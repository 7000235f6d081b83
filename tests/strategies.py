"""Strategies for Hypothesis: valid specs, and texts that somebody has mistyped."""

from __future__ import annotations

import random
from decimal import Decimal

from hypothesis import strategies as st

from entity_spec.model import Entity, Field, Group, Relation, SharedEnum, Spec
from entity_spec.parser import parse

# Words that collide with nothing: no reserved name, no plural, no other word's other side.
NOUNS = "Author Book City Dragon Engine Farmer Garden Harbor Island Jacket Kettle Lantern".split()
COLORS = "Amber Blue Coral".split()
NAMES = "alpha beta gamma delta epsilon zeta eta theta iota kappa rank limit order".split()
RELATIONS = "maker owner keeper origin".split()
LISTS = "parts extras".split()
VALUES = ("draft", "Active", "v2", "in_use", "none", "class")

DOC_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="{")
docs = st.one_of(st.just(""), st.text(DOC_CHARACTERS | st.just(" "), min_size=1, max_size=20))
enum_values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=4, unique=True).map(tuple)


@st.composite
def fields(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...] = ()) -> Field:
    """A valid field, which has a default only where it is not unique."""
    kinds = [_text, _str, _number, _decimal, _enum, _plain] + [_shared_enum] * bool(enums)
    field = draw(draw(st.sampled_from(kinds))(name, enums))
    readonly = field.default is not None and draw(st.booleans())
    return _with(
        field,
        optional=draw(st.booleans()),
        readonly=readonly,
        writeonly=not readonly and draw(st.booleans()),
        doc=draw(docs),
    )


def _with(field: Field, **changes: object) -> Field:
    values = {name: getattr(field, name) for name in Field.__dataclass_fields__}
    return Field(**{**values, **changes})


@st.composite
def _keys(draw: st.DrawFn, default: str | None) -> dict[str, bool]:
    unique = default is None and draw(st.booleans())
    return {"unique": unique, "index": not unique and draw(st.booleans())}


@st.composite
def _text(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    length = draw(st.none() | st.integers(10, 5000))
    return Field(name, "text", max_length=length)


@st.composite
def _str(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    longest = draw(st.integers(10, 200))
    shortest = draw(st.none() | st.integers(1, 10))
    pattern = draw(st.none() | st.sampled_from(["^[a-z]+$", "^[A-Z0-9/-]+$", "[0-9]", "^(a|b)+$"]))
    default = (
        None
        if pattern or shortest
        else draw(st.none() | st.sampled_from(["Ann", "a b", "Zürich", 'say "hi"', "\\", "None"]))
    )
    return Field(
        name, "str", default=default, min_length=shortest, max_length=longest, pattern=pattern, **draw(_keys(default))
    )


@st.composite
def _number(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    kind = draw(st.sampled_from(["int", "bigint", "float"]))
    low = draw(st.none() | st.integers(-1000, 1000).map(Decimal))
    high = draw(st.none() | st.integers(1001, 10**6).map(Decimal))
    default = draw(st.none() | st.sampled_from(["1000", "1001"])) if low is None and high is None else None
    return Field(name, kind, default=default, low=low, high=high, **draw(_keys(default)))


@st.composite
def _decimal(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    digits, places = draw(st.sampled_from([(None, None), (10, 2), (38, 30), (5, 0)]))
    low = draw(st.none() | st.sampled_from([Decimal(0), Decimal(-5), Decimal(1)]))
    default = draw(st.none() | st.just("9"))
    return Field(name, "decimal", default=default, low=low, digits=digits, places=places, **draw(_keys(default)))


@st.composite
def _enum(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    values = draw(enum_values)
    default = draw(st.none() | st.sampled_from(values))
    return Field(name, "enum", default=default, values=values, **draw(_keys(default)))


@st.composite
def _shared_enum(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    enum = draw(st.sampled_from(enums))
    default = draw(st.none() | st.sampled_from(enum.values))
    return Field(name, "enum", default=default, values=enum.values, enum=enum.name, **draw(_keys(default)))


@st.composite
def _plain(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    kind, default = draw(
        st.sampled_from(
            [
                ("bool", None),
                ("bool", "false"),
                ("date", "today"),
                ("date", "2024-02-29"),
                ("time", "09:30"),
                ("datetime", "now"),
                ("datetime", "2024-01-31T10:00:00+02:00"),
                ("uuid", None),
                ("uuid", "uuid4"),
                ("json", "{}"),
                ("json", "[]"),
                ("email", None),
                ("email", "ann@example.com"),
                ("url", "https://example.com/a?b=c"),
                ("slug", "a-b-1"),
            ]
        )
    )
    return Field(name, kind, default=default)


@st.composite
def relations(draw: st.DrawFn, name: str, targets: list[str]) -> Relation:
    optional = draw(st.booleans())
    on_delete = draw(st.sampled_from([None, "cascade", "restrict", "setnull" if optional else None]))
    return Relation(
        name,
        draw(st.sampled_from(targets)),
        optional=optional,
        unique=draw(st.booleans()),
        on_delete=on_delete,
        # Whether a derived name is free depends on all entities, so most relations here have one of their own.
        backref=draw(st.just("none")),
        doc=draw(docs),
    )


@st.composite
def entities(draw: st.DrawFn, name: str, targets: list[str], enums: tuple[SharedEnum, ...]) -> Entity:
    """An entity whose references go to the targets only, so that there is no cycle."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True))
    members: list[Field | Relation] = [draw(fields(each, enums)) for each in names]
    if targets:
        members += [draw(relations(each, targets)) for each in draw(_some(RELATIONS))]
        members += [
            Relation(each, draw(st.sampled_from(targets)), many=True, backref=f"{each}_of_{name.lower()}")
            for each in draw(_some(LISTS))
        ]
    columns = [
        member.name
        for member in members
        if not (isinstance(member, Relation) and member.many)
        and getattr(member, "type", "") not in ("text", "json", "url")
    ]
    groups = _groups(columns) if draw(st.booleans()) else ()
    return Entity(
        name,
        tuple(members),
        groups,
        table_option=draw(st.sampled_from([None, f"t_{name.lower()}"])),
        plural_option=draw(st.sampled_from([None, f"all_{name.lower()}"])),
        softdelete=draw(st.sampled_from([None, None, True, False])) if not members else None,
        timestamps=draw(st.sampled_from([None, True, False])),
        api=draw(st.sampled_from(["full", "full", "read", "none"])),
        doc=draw(docs),
    )


def _some(words: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), max_size=2, unique=True)


def _groups(columns: list[str]) -> tuple[Group, ...]:
    if len(columns) < 2:
        return ()
    first, second = columns[:2]
    return Group("unique", (first, second)), Group("index", (second, first))


@st.composite
def specs(draw: st.DrawFn, most: int = 5) -> Spec:
    """A valid spec as the parser gives it, with the names of other sides."""
    enums = tuple(SharedEnum(name, draw(enum_values), draw(docs)) for name in draw(_some(COLORS)))
    names = draw(st.lists(st.sampled_from(NOUNS), max_size=most, unique=True))
    made = [draw(entities(name, names[:position], enums)) for position, name in enumerate(names)]
    return parse(str(Spec(tuple(made), enums)))


TOKENS = (
    '( ) , ; : = ? .. . [] [ ] " / | # \n \t - _ {} {{ unique index cascade setnull backref=x pattern=/a/ =1 =now str int(0..9) '
    "enum(a,b) User Tag[] none str( decimal(1 é “ \x00 \\ 9 -1 ' ! @ @x.yaml default on_delete Decimal table=x softdelete=off"
).split(" ") + [" ", ""]


def mutated(text: str, rng: random.Random) -> str:
    """The text with one to four small accidents: pieces lost, doubled, swapped, or something typed in between."""
    for _ in range(rng.randint(1, 4)):
        start = rng.randint(0, len(text))
        end = min(len(text), start + rng.choice([0, 1, 1, 2, 5, 20]))
        middle = text[start:end]
        other = rng.randint(0, len(text))
        replacement = rng.choice(
            ["", middle * 2, middle[::-1], rng.choice(TOKENS), text[other : other + rng.randint(1, 12)]]
        )
        text = text[:start] + replacement + text[end:]
    return text


@st.composite
def broken_texts(draw: st.DrawFn) -> str:
    text = str(draw(specs()))
    return mutated(text, random.Random(draw(st.integers(0, 2**32))))
