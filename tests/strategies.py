"""Strategies for Hypothesis: valid specs, and texts with typing errors."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from entity_spec.language.parser import parse
from entity_spec.model import Entity, Field, Group, Relation, SharedEnum, Spec
from entity_spec.words import word_set

# Words that cannot clash: no reserved names, no plurals, no other sides of other words.
NOUNS = sorted(word_set("Author Book City Dragon Engine Farmer Garden Harbor Island Jacket Kettle Lantern"))
COLORS = ["Amber", "Blue", "Coral"]
NAMES = sorted(word_set("alpha beta gamma delta epsilon zeta eta theta iota kappa rank limit order"))
NAMES.append("as_long_as_a_name_in_a_text_is")
RELATIONS = ["maker", "owner", "keeper", "origin"]
LISTS = ["parts", "extras"]
VALUES = ("draft", "Active", "v2", "in_use", "none", "class")

DOC_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="{")
docs = st.one_of(st.just(""), st.text(DOC_CHARACTERS | st.just(" "), max_size=20).map(str.strip))
enum_values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=4, unique=True).map(tuple)


@st.composite
def fields(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...] = ()) -> Field:
    """Draw a valid field, which only has a default if it is not unique."""
    kinds = [_text, _str, _number, _decimal, _enum, _plain] + [_shared_enum] * bool(enums)
    field = draw(draw(st.sampled_from(kinds))(name, enums))
    readonly = field.default is not None and draw(st.booleans())
    keyed = field.type not in ("text", "json", "bool", "url")
    unique = keyed and field.default is None and draw(st.booleans())
    return replace(
        field,
        optional=draw(st.booleans()),
        unique=unique,
        index=keyed and not unique and draw(st.booleans()),
        readonly=readonly,
        writeonly=not readonly and draw(st.booleans()),
        doc=draw(docs),
        was=draw(former(name)),
    )


def former(name: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, None, f"old_{name}"[:30]])


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
    return Field(name, "str", default=default, min_length=shortest, max_length=longest, pattern=pattern)


@st.composite
def _number(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    kind = draw(st.sampled_from(["int", "bigint", "float"]))
    low = draw(st.none() | st.integers(-1000, 1000).map(Decimal))
    high = draw(st.none() | st.integers(1001, 10**6).map(Decimal))
    default = draw(st.none() | st.sampled_from(["1000", "1001"])) if low is None and high is None else None
    return Field(name, kind, default=default, low=low, high=high)


@st.composite
def _decimal(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    digits, places = draw(st.sampled_from([(None, None), (10, 2), (38, 30), (5, 0)]))
    low = draw(st.none() | st.sampled_from([Decimal(0), Decimal(-5), Decimal(1)]))
    default = draw(st.none() | st.just("9"))
    return Field(name, "decimal", default=default, low=low, digits=digits, places=places)


@st.composite
def _enum(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    values = draw(enum_values)
    default = draw(st.none() | st.sampled_from(values))
    return Field(name, "enum", default=default, values=values)


@st.composite
def _shared_enum(draw: st.DrawFn, name: str, enums: tuple[SharedEnum, ...]) -> Field:
    enum = draw(st.sampled_from(enums))
    default = draw(st.none() | st.sampled_from(enum.values))
    return Field(name, "enum", default=default, values=enum.values, enum=enum.name)


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
def relations(draw: st.DrawFn, name: str, targets: list[str], owner: str) -> Relation:
    many = name in LISTS
    optional = not many and draw(st.booleans())
    return Relation(
        name,
        draw(st.sampled_from(targets)),
        many=many,
        optional=optional,
        unique=not many and draw(st.booleans()),
        on_delete=None
        if many
        else draw(st.sampled_from([None, "cascade", "restrict", "setnull" if optional else None])),
        backref=draw(st.sampled_from([None, None, "none", f"{name}_in_{owner.lower()}"])),
        doc=draw(docs),
        was=draw(former(name)),
    )


@st.composite
def entities(draw: st.DrawFn, name: str, targets: list[str], enums: tuple[SharedEnum, ...]) -> Entity:
    """Draw an entity that refers only to the targets, so that there is no cycle."""
    members: list[Field | Relation] = [draw(fields(each, enums)) for each in draw(some(NAMES, least=1, most=6))]
    if targets:
        members += [draw(relations(each, targets, name)) for each in draw(some(RELATIONS + LISTS, most=4))]
    return Entity(
        name,
        tuple(draw(st.permutations(members))),
        groups(members) if draw(st.booleans()) else (),
        table_option=draw(st.sampled_from([None, f"t_{name.lower()}"])),
        plural_option=draw(st.sampled_from([None, f"all_{name.lower()}"])),
        timestamps=draw(st.sampled_from([None, True, False])),
        api=draw(st.sampled_from(["full", "full", "read", "none"])),
        doc=draw(docs),
        was=draw(st.sampled_from([None, None, f"Old{name}"])),
    )


def groups(members: list[Field | Relation]) -> tuple[Group, ...]:
    """Return a unique group and an index over the first two members that can be in one."""
    columns = [
        member.name
        for member in members
        if (not member.many if isinstance(member, Relation) else member.type not in ("text", "json", "url"))
    ]
    if len(columns) < 2:
        return ()
    first, second = columns[:2]
    return Group("unique", (first, second)), Group("index", (second, first))


def some(words: list[str], *, least: int = 0, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=least, max_size=most, unique=True)


@st.composite
def specs(draw: st.DrawFn, most: int = 5) -> Spec:
    """Draw a valid spec as the parser returns it, with the names of other sides."""
    enums = tuple(SharedEnum(name, draw(enum_values), draw(docs)) for name in draw(some(COLORS, most=2)))
    names = draw(some(NOUNS, most=most))
    softdelete = draw(st.sampled_from([None, True, False]))
    made = [draw(entities(name, names[:position], enums)) for position, name in enumerate(names)]
    return parse(str(Spec(tuple(replace(entity, softdelete=softdelete) for entity in made), enums)))


TOKENS = [
    *"(),;:=?.[]/|#-_'!@\\91é",
    *("..", "[]", "{}"),
    *(
        "unique",
        "index",
        "cascade",
        "setnull",
        "default",
        "on_delete",
        "none",
        "str",
        "enum(a,b)",
        "int(0..9)",
        "Decimal",
    ),
    *(
        "=1",
        "=now",
        "backref=x",
        "pattern=/a/",
        "was=alpha",
        "was=Book",
        "table=x",
        "softdelete=off",
        "User",
        "Tag[]",
        "str(",
        "decimal(1",
        "@x.yaml",
    ),
    *('"', "\n", "\t", "\r", "\x00", "\u201c", "{{", " ", ""),
]


def mutated(text: str, rng: random.Random) -> str:
    """Damage the text in one to four places: pieces are lost, doubled or swapped, or something is inserted."""
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
