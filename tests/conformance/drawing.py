"""Random cases: whatever the language accepts, with a bias towards limits and towards names that could clash."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache, partial
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed as seeded, settings, strategies as st
from sqlalchemy.dialects.mysql.reserved_words import RESERVED_WORDS_MARIADB, RESERVED_WORDS_MYSQL
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

from entity_spec import names, words
from entity_spec.answers import CHOICES, NUMBERS
from entity_spec.errors import SpecError
from entity_spec.language.brackets import MAX_SHORTEST
from entity_spec.language.parser import parse
from entity_spec.model import Entity, Field, Group, Relation, SharedEnum, Spec
from tests.baking import TEMPLATE
from tests.conformance.case import DEFAULTS, Case
from tests.strategies import DOC_CHARACTERS

T = TypeVar("T")

# Names


@cache
def template_words() -> tuple[str, ...]:
    """Return every name in generated code: of modules, classes, functions, variables and arguments."""
    found: set[str] = set()
    for path in TEMPLATE.rglob("*.py*"):
        if path.suffix in (".py", ".jinja"):
            found |= {path.name.partition(".")[0], *re.findall(r"[A-Za-z_]\w+", path.read_text(encoding="utf-8"))}
    return _usable(found)


@cache
def foreign_words() -> tuple[str, ...]:
    """Return names that mean something to Python or to a database."""
    sql = {*RESERVED_WORDS, *RESERVED_WORDS_MYSQL, *RESERVED_WORDS_MARIADB, *SQLiteIdentifierPreparer.reserved_words}
    return _usable({*sql, *keyword.softkwlist, *dir(builtins), *sys.stdlib_module_names, *names.UNCOUNTABLE})


def _usable(found: set[str]) -> tuple[str, ...]:
    lower = {word for name in found if words.NAME.fullmatch(word := names.snake(name))}
    return tuple(sorted(word for word in lower if len(word) <= names.MAX_WRITTEN))


# Names that would reveal a mistake in comparing, cutting or joining names.
SIMILAR = (
    "item",
    "itam",
    "item_a",
    "item_b",
    "item1",
    "item11",
    "item_1",
    "item_item",
    "i",
    "x",
    "item_tag",
    "tag_item",
)
LONG = tuple(letter * length for letter in "ab" for length in (24, 27, 30))
USUAL = ("user", "post", "tag", "order", "category", "name", "title", "amount", "owner", "parent", "state", "email")

any_word = st.one_of(
    *(st.sampled_from(some) for some in (USUAL, SIMILAR, LONG)),
    st.deferred(lambda: st.sampled_from(template_words())),
    st.deferred(lambda: st.sampled_from(foreign_words())),
)
class_names = any_word.map(names.camel)

# Texts

HOSTILE_TEXTS = ('"', '"""', "'''", "\\", '\\"', "%s %(x)s", "{x}", "# noqa", "<b>&amp;</b>", "é ß 漢 😀", "a" * 300)
docs = st.one_of(
    st.just(""), st.just(""), st.sampled_from(HOSTILE_TEXTS), st.text(DOC_CHARACTERS | st.just(" "), max_size=20)
)
VALUES = (
    *(
        "draft",
        "paid",
        "None",
        "True",
        "true",
        "null",
        "nan",
        "no",
        "on",
        "name",
        "value",
        "values",
        "mro",
        "class",
        "v2",
    ),
    *("self", "str", "Enum", "import", "title", "upper", "split", "in_use", "InUse", "V" * 60, "w" * 60, "A", "b1"),
)

# Fields

LENGTHS = (None, 1, 2, 3, 9, 20, 60, 255, 256, 767, 768, 1000, 4000)
PATTERNS = (
    *("^[a-z]+$", "^[A-Z]{2}$", "[0-9]", "^(a|b)+$", "^$|x", "^.{3}$", r"^\d{3}-\d{4}$", r"\w", "^[^\"']*$", "^a?$"),
    *("^#[0-9a-f]{6}$", r"^\$\{[a-z]+\}$", "^v(1|2)$", r"^\+?[0-9 ]{4,}$", "é", r"\\", "/"),
)
BOUNDS = {
    "int": ("-2147483648", "-1000", "-1", "0", "1", "7", "2147483647"),
    "bigint": ("-9007199254740991", "-1", "0", "1", "4294967296", "9007199254740991"),
    "float": ("-9007199254740991", "-1", "-0.5", "0", "0.1", "0.000001", "1", "1.5", "9007199254740991"),
    "decimal": ("-99999999", "-1", "-0.5", "0", "0.01", "0.5", "1", "9", "9.99", "1000000", "9999999999.99"),
}
PRECISIONS = ((None, None), (1, 0), (1, 1), (5, 0), (5, 5), (10, 2), (12, 2), (30, 30), (38, 0), (38, 30), (38, 2))
# A default that does not fit the type is refused, and then left out.
ANY_DEFAULTS = {
    "str": (
        "Ann",
        "",
        " ",
        "a b",
        "Zürich",
        '"',
        "\\",
        "None",
        "null",
        "a",
        "aa",
        "AB",
        "0",
        "😀",
        "x" * 255,
        "%s",
        "'",
    ),
    "text": ("Ann", "", "a b", '"""', "\\", "None", "😀", "x" * 200),
    "slug": ("a", "a-b-1", "0"),
    "email": ("ann@example.com", "A.b+c@Example.org"),
    "url": ("https://example.com", "http://example.com/a?b=c#d", "https://example.com:8080"),
    "int": BOUNDS["int"],
    "bigint": ("-9223372036854775808", *BOUNDS["bigint"], "9007199254740993", "9223372036854775807"),
    "float": ("-1000000000000000000000", *BOUNDS["float"][1:-1], "100000000000000000000000"),
    "decimal": BOUNDS["decimal"],
    "bool": ("true", "false"),
    "date": ("today", "2024-02-29", "0001-01-01", "9999-12-31", "1000-01-01"),
    "time": ("00:00", "09:30", "23:59:59", "12:00:00.500"),
    "datetime": ("now", "2024-01-31T10:00:00+02:00", "1970-01-01T00:00:00Z", "9998-12-31T23:59:59Z"),
    "uuid": ("uuid4", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    "json": ("{}", "[]"),
}
sometimes = st.sampled_from((False, False, False, True))
few_values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=8, unique_by=str.lower).map(tuple)
many_values = st.just(tuple(f"v{number}" for number in range(100)))
# Hypothesis likes the first and the last one best.
enum_values = st.sampled_from([few_values] * 10 + [many_values] + [few_values] * 10).flatmap(lambda values: values)


@st.composite
def fields(draw: st.DrawFn, enums: tuple[SharedEnum, ...], kinds: Sequence[str] = words.TYPES) -> Field:
    kind = draw(st.sampled_from(kinds))
    field = Field(draw(any_word), kind)
    if kind == "enum":
        shared = draw(st.none() | st.sampled_from(enums)) if enums else None
        values = shared.values if shared else draw(enum_values)
        field = replace(field, values=values, enum=shared.name if shared else None)
    elif kind in ("str", "text"):
        shortest, longest = draw(_lengths(kind))
        field = replace(field, min_length=shortest, max_length=longest)
    elif kind in BOUNDS:
        low, high = draw(_range(BOUNDS[kind]))
        digits, places = draw(st.sampled_from(PRECISIONS)) if kind == "decimal" else (None, None)
        field = replace(field, low=low, high=high, digits=digits, places=places)
    defaults = field.values if kind == "enum" else ANY_DEFAULTS[kind]
    key = draw(st.sampled_from(("", "", "", "unique", "index")))
    hidden = draw(st.sampled_from(("", "", "", "", "readonly", "writeonly")))
    return replace(
        field,
        optional=draw(st.booleans()),
        default=draw(st.none() | st.sampled_from(defaults)),
        pattern=draw(st.none() | st.sampled_from(PATTERNS)) if kind == "str" else None,
        unique=key == "unique",
        index=key == "index",
        readonly=hidden == "readonly",
        writeonly=hidden == "writeonly",
        doc=draw(docs),
    )


@st.composite
def _lengths(draw: st.DrawFn, kind: str) -> tuple[int | None, int | None]:
    longest = draw(st.sampled_from(LENGTHS if kind == "str" else (None, 1, 10, 5000, 100_000, 4_000_000)))
    shortest = draw(st.sampled_from((None, None, 1, 2, 10, longest and min(longest, MAX_SHORTEST))))
    return shortest, longest


@st.composite
def _range(draw: st.DrawFn, bounds: tuple[str, ...]) -> tuple[Decimal | None, Decimal | None]:
    low, high = sorted(draw(st.tuples(*[st.integers(0, len(bounds) - 1)] * 2)))
    keep = draw(st.sampled_from(("", "", "low", "high", "both", "both")))
    return (
        Decimal(bounds[low]) if keep in ("low", "both") else None,
        Decimal(bounds[high]) if keep in ("high", "both") else None,
    )


# Entities


@st.composite
def relations(draw: st.DrawFn, targets: list[str]) -> Relation:
    many = draw(st.sampled_from((False, False, True)))
    return Relation(
        draw(any_word),
        draw(st.sampled_from(targets)),
        many=many,
        optional=not many and draw(st.booleans()),
        unique=not many and draw(sometimes),
        on_delete=None if many else draw(st.sampled_from((None, "cascade", "cascade", "restrict", "setnull"))),
        backref=draw(st.one_of(st.none(), st.none(), st.just("none"), any_word)),
        doc=draw(docs),
    )


@st.composite
def entities(draw: st.DrawFn, name: str, targets: list[str], enums: tuple[SharedEnum, ...]) -> Entity:
    members: list[Field | Relation] = draw(st.lists(fields(enums), min_size=1, max_size=4))
    members += draw(st.lists(relations(targets), max_size=4))
    named = [member.name for member in members]
    grouped = st.lists(st.sampled_from(named), min_size=2, max_size=3, unique=True).map(tuple)
    kinds = draw(st.lists(st.sampled_from(("unique", "index")), max_size=2)) if len(set(named)) > 1 else []
    return Entity(
        name,
        tuple(draw(st.permutations(members))),
        tuple(Group(kind, draw(grouped)) for kind in kinds),
        table_option=draw(st.none() | any_word | st.just("t" * 60)) if draw(sometimes) else None,
        plural_option=draw(st.just(names.snake(name)) | any_word) if draw(sometimes) else None,
        softdelete=draw(st.sampled_from((None, None, True, False))),
        timestamps=draw(st.sampled_from((None, None, True, False))),
        api=draw(st.sampled_from(("full", "full", "full", "read", "none"))),
        doc=draw(docs),
    )


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """Draw a spec, not all of which need be accepted."""
    enum_names = draw(st.lists(class_names, max_size=2, unique=True))
    enums = tuple(SharedEnum(name, draw(enum_values), draw(docs)) for name in enum_names)
    size = draw(st.sampled_from((1, 1, 1, 2, 2, 2, 0, 3, 3, 3, 5, 8, 2, 2, 1, 1, 2, 2, 3, 3)))
    found = draw(st.lists(class_names, min_size=size, max_size=size, unique=True))
    return Spec(tuple(draw(entities(name, found, enums)) for name in found), enums)


# Cases

PROJECT_NAMES = ("My Service", 'Ünï & Co\'s "Best"', "100% \\ service", "x", "None", "a: b # c", "n" * 100)


@st.composite
def answers(draw: st.DrawFn, only: tuple[str, ...]) -> dict[str, str]:
    database = draw(st.sampled_from(only))
    given = {name: draw(st.sampled_from(choices)) for name, choices in CHOICES.items()} | {"database": database}
    if database != "postgresql":
        given["pgbouncer"] = "no"
    given = {name: answer for name, answer in given.items() if answer != DEFAULTS[name]}
    if draw(sometimes):
        given["project_name"] = draw(st.sampled_from(PROJECT_NAMES))
        given["description"] = draw(st.sampled_from(HOSTILE_TEXTS))
    if draw(sometimes):
        given |= {name: str(draw(st.sampled_from(range_))) for name, range_ in NUMBERS.items()}
    return given


@st.composite
def cases(draw: st.DrawFn, only: tuple[str, ...]) -> Case:
    spec, given_answers = draw(specs()), draw(answers(only))
    soft_delete = given_answers.get("soft_delete", DEFAULTS["soft_delete"]) == "yes"
    return Case(str(accepted_part(spec, soft_delete)), given_answers)


def case(seed: int, only: tuple[str, ...]) -> Case:
    """Draw a case, always the same for a seed."""
    return drawn(cases(only), seed)


def drawn(strategy: st.SearchStrategy[T], seed: int) -> T:
    found: list[T] = []

    # The first example is always the simplest one, and those after the second resemble the ones before.
    @seeded(seed)
    @settings(
        max_examples=2, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def draw(value: T) -> None:
        found.append(value)

    draw()
    return found[-1]


def accepted_part(spec: Spec, soft_delete: bool) -> Spec:
    """Return as much of it as the language accepts, put together piece by piece."""

    def first_accepted(old: Spec, *tried: Spec) -> Spec:
        return next((new for new in tried if is_accepted(new, soft_delete)), old)

    made = Spec()
    for enum in spec.enums:
        made = first_accepted(made, replace(made, enums=(*made.enums, enum)))
    for entity in spec.entities:
        bare = [Entity(entity.name, (field,)) for each in entity.fields for field in variants(each)]
        made = first_accepted(made, *(replace(made, entities=(*made.entities, each)) for each in bare))
    wanted = {entity.name: entity for entity in spec.entities}
    for number, name in enumerate([entity.name for entity in made.entities]):
        for piece in _pieces(wanted[name]):
            before, old, after = made.entities[:number], made.entities[number], made.entities[number + 1 :]
            made = first_accepted(made, *(replace(made, entities=(*before, new, *after)) for new in piece(old)))
    return made


def is_accepted(spec: Spec, soft_delete: bool) -> bool:
    try:
        parse(str(spec), soft_delete=soft_delete)
    except SpecError:
        return False
    return True


def _pieces(wanted: Entity) -> Iterator[Callable[[Entity], list[Entity]]]:
    """Yield ways to add one thing to an entity, each in several forms, the best one first."""
    for member in wanted.members:
        yield partial(_with_member, member)
    for group in wanted.groups:
        yield partial(_with_group, group)
    for option in ("table_option", "plural_option", "softdelete", "timestamps", "api", "doc"):
        yield partial(_with_option, option, wanted)


def _with_member(member: Field | Relation, entity: Entity) -> list[Entity]:
    if member.name in [other.name for other in entity.members]:
        return []
    return [replace(entity, members=(*entity.members, variant)) for variant in variants(member)]


def _with_group(group: Group, entity: Entity) -> list[Entity]:
    return [replace(entity, groups=(*entity.groups, group))]


def _with_option(option: str, wanted: Entity, entity: Entity) -> list[Entity]:
    return [replace(entity, **{option: getattr(wanted, option)})]


def variants(member: Field | Relation) -> list[Field] | list[Relation]:
    """Return what may be accepted if the member itself is not."""
    if isinstance(member, Relation):
        loose = replace(member, optional=not member.many, on_delete=None)
        return [member, loose, replace(loose, backref=f"{member.name[:20]}_back"), replace(loose, backref="none")]
    bare = replace(member, default=None, readonly=False)
    plain = replace(bare, unique=False, index=False)
    return [member, bare, plain, replace(plain, pattern=None), Field(member.name, "str")]
