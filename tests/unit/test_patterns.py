"""Patterns: what is refused, what matches, and valid and distinct samples."""

from __future__ import annotations

import re
import time
from typing import Annotated

import pytest

from entity_spec.language import patterns

TYPICAL = [
    r"^[A-Z0-9-]+$",
    r"^[A-Z]{2}$",
    r"^\+[0-9 ]+$",
    r"^\d{3}-\d{4}$",
    r"^[a-z]+(-[a-z]+)*$",
    r"^[^@]+@[^@]+\.[a-z]{2,}$",
    r"^#[0-9a-fA-F]{6}$",
    r"^(?:25[0-5]|2[0-4]\d|1\d\d|\d{1,2})$",
    r"^\w+\s\w+$",
    r"^[A-Z]{2}\d{2}[A-Z0-9]{1,30}$",
    r"^(?P<major>\d+)\.(?P<minor>\d+)$",
    r"^v?\d+$",
    r"[0-9]",
    r"^[\w.-]+$",
    r"^[äöü]+$",
    r"^/[a-z/]*$",
    r"^\S.*\S$",
    r"^(a|bb|ccc)+$",
]


@pytest.mark.parametrize("text", TYPICAL)
def test_samples_match_and_are_distinct(text: str) -> None:
    pattern = patterns.parse(text)

    samples = [pattern.sample(number, 0, 40) for number in range(30)]

    assert len(set(samples)) == 30
    assert all(sample is not None and re.search(text, sample) for sample in samples)


# What engines disagree about: digits, letters, spaces and line ends outside ASCII.
ODD_TEXTS = [*"٣é\x0b\x1c\x85\xa0\u2028\ufeff\r\n😀K", "12٣-4567", "a\xa0b", "é b", "a\rb"]


@pytest.mark.parametrize("text", TYPICAL)
def test_pydantics_engine_agrees(text: str) -> None:
    pydantic = pytest.importorskip("pydantic")
    pattern = patterns.parse(text)
    validator = pydantic.TypeAdapter(Annotated[str, pydantic.Field(pattern=pattern.portable)])

    def accepts(value: str | None) -> bool:
        try:
            return bool(validator.validate_python(value) == value)
        except pydantic.ValidationError:
            return False

    assert all(accepts(pattern.sample(number, 0, 40)) for number in range(5))
    assert [accepts(value) for value in ODD_TEXTS] == [pattern.matches(value) for value in ODD_TEXTS]


@pytest.mark.parametrize(
    ("text", "portable"),
    [
        (r"^\d{3}-\d{4}$", "^[0-9]{3}-[0-9]{4}$"),
        (r"^\w+\s\w+$", r"^[A-Za-z0-9_]+[\t-\r ][A-Za-z0-9_]+$"),
        (r"\D\W\S", r"[^0-9][^0-9A-Z_a-z][^\t-\r ]"),
        (r"[\w.-]*", "[A-Za-z0-9_.-]*"),
        (r"[^\d\s]", r"[^0-9\t-\r ]"),
        (r"[^\W_]", "[0-9A-Za-z]"),
        (r"[\W_]", "[^0-9A-Za-z]"),
        (r"[\s\S]+", r"[\s\S]+"),
        ("^.+$", r"^[^\n\r]+$"),
        (r"^(?P<major>\d+)(?:\.\d+)?$", r"^([0-9]+)(?:\.[0-9]+)?$"),
        (r"\Aa", "^a"),
        ("^[]x-]$", r"^[\]x-]$"),
        ("^[^]x]$", r"^[^\]x]$"),
        ("a]", r"a\]"),
        (r"\@\-\_\ \.\/", r"@-_ \./"),
        (r"[\@\-\&&\~]", r"[@\-\x26&\x7e]"),
        (r"\t[\n]", r"\t[\n]"),
        ("^(a|b){2,3}?c*|[a-c-e^]?$", "^(a|b){2,3}?c*|[a-c-e^]?$"),
        ("^[äöü]+$", "^[äöü]+$"),
    ],
)
def test_a_pattern_is_written_as_everybody_understands_it(text: str, portable: str) -> None:
    assert patterns.parse(text).portable == portable


@pytest.mark.parametrize(
    ("text", "number", "shortest", "longest", "expected"),
    [
        ("^[A-Z]{5}$", 0, 0, 255, "AAAAA"),
        ("^[A-Z]{5}$", 27, 0, 255, "BBAAA"),
        ("^[A-Z]{5}$", 0, 0, 4, None),
        ("^[A-Z]{5}$", 0, 6, 9, None),
        ("^a+$", 0, 4, 9, "aaaa"),
        ("^a*b{2,}$", 0, 5, 5, "aaabb"),
        ("[0-9]", 0, 3, 9, "0aa"),
        ("a^", 0, 0, 9, None),
        ("", 0, 0, 9, ""),
        ("^$", 0, 1, 9, None),
    ],
)
def test_a_sample_has_the_length(text: str, number: int, shortest: int, longest: int, expected: str | None) -> None:
    assert patterns.parse(text).sample(number, shortest, longest) == expected


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("^[a-c]+$", "abc", True),
        ("^[a-c]+$", "abd", False),
        ("b", "abc", True),
        ("^(ab|c){2,3}$", "abcab", True),
        ("^(ab|c){2,3}$", "ab", False),
        ("^(ab|c){2,3}$", "abababab", False),
        ("^a?b$", "b", True),
        (r"^\D+$", "ab1", False),
        (r"^\D+$", "ab٣", True),
        (r"^\d$", "٣", False),
        (r"^\w$", "é", False),
        (r"^[^\W_]$", "_", False),
        (r"^\s$", "\x0b", True),
        (r"^\s$", "\xa0", False),
        (r"^[\s\S]$", "\n", True),
        ("^.$", "\r", False),
        ("^[^a]$", "b", True),
        ("^.$", "\n", False),
        ("^[]x-]$", "]", True),
        ("^[]x-]$", "-", True),
        ("^(a?){1000}$", "aaa", True),
        ("", "anything", True),
    ],
)
def test_matches(text: str, value: str, expected: bool) -> None:
    assert patterns.parse(text).matches(value) is expected


def test_no_sample_takes_long() -> None:
    started = time.perf_counter()

    assert patterns.parse(r"^[0-9 ]+$9 ]+$").sample(0, 0, 4000) is None
    assert len(patterns.parse("^A+$").sample(10**6, 0, 4000) or "") > 100

    assert time.perf_counter() - started < 5


def test_no_pattern_takes_long() -> None:
    pattern = patterns.parse("^" + "(" * 9 + "a+" + ")+" * 9 + "$")

    assert not pattern.matches("a" * 100 + "b")


@pytest.mark.parametrize(
    "text",
    ["(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", r"(a)\1", "(?P<x>a)(?P=x)", "(?>a)", "(a)?(?(1)b|c)", "a++", "a{2}+"],
)
def test_what_rust_cannot_do_is_refused(text: str) -> None:
    with pytest.raises(patterns.PatternError, match=r"does not work in Pydantic's patterns$"):
        patterns.parse(text)


@pytest.mark.parametrize("text", [r"[(?=]", r"\(?=a", r"[+]\++", r"[*]+", r"[)+]+"])
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert patterns.parse(text).sample(0, 0, 9) is not None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (r"\bfoo", r"\b"),
        (r"foo\B", r"\B"),
        (r"a\Z", r"\Z"),
        ("(?i)a", "(?i)"),
        ("a(?s:.)", "(?s"),
        ("[[:alpha:]]", "[ in [...]"),
        ("[a-z&&b]", "&& in [...]"),
        ("[a~~b]", "~~ in [...]"),
    ],
)
def test_what_means_something_else_to_clients_is_refused(text: str, what: str) -> None:
    with pytest.raises(patterns.PatternError) as error:
        patterns.parse(text)

    assert str(error.value) == f"{what} means something else to clients, which read patterns as JavaScript's"


@pytest.mark.parametrize("text", ["a{,3}", r"\<", r"a|[^\s\S]", r"[\b]", "(" * 12 + "a" + ")" * 12])
def test_what_cannot_be_served_is_refused(text: str) -> None:
    with pytest.raises(patterns.PatternError, match=r"^no example value could be made for this pattern$"):
        patterns.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a-", "unterminated character set"),
        ("(", "missing ), unterminated subpattern"),
        ("a**", "multiple repeat"),
        (r"\p{L}", r"bad escape \p"),
        ("[z-a]", "bad character range z-a"),
        ("a{99999999999999999999}", "it is too large"),
        ("a" * 1001, "it is too large"),
    ],
)
def test_a_broken_pattern_is_refused(text: str, message: str) -> None:
    with pytest.raises(patterns.PatternError) as error:
        patterns.parse(text)

    assert str(error.value) == f"this is not a valid pattern: {message}"
