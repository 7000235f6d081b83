"""Whatever somebody types, nothing crashes or hangs, and carets are inside the text; what is printed can be read."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from entity_spec import files
from entity_spec.errors import Problem, SpecError
from entity_spec.language import checks, lexer
from entity_spec.language.parser import Result, analyse, parse
from entity_spec.model import Spec
from tests.strategies import broken_texts, mutated, specs

MUTATIONS = 4000
SECONDS_FOR_ONE = 2.0
"""Generous, since the machine may be busy: a text of the corpus takes milliseconds."""

CORPUS = yaml.safe_load((Path(__file__).parents[1] / "corpus.yaml").read_text(encoding="utf-8"))
TEXTS = [case["text"] for kind in ("valid", "warning", "invalid") for case in CORPUS[kind] if "text" in case]


def assert_sound(result: Result, text: str) -> None:
    if result.spec is not None:
        canonical = str(result.spec)
        assert parse(canonical) == result.spec
        assert str(parse(canonical)) == canonical
        return
    assert any(not problem.is_warning for problem in result.problems)
    assert SpecError(result.problems, result.corrected).report(width=80)
    for problem in result.problems:
        assert_inside(problem, text)
    if result.corrected is not None:
        assert str(parse(result.corrected)) == result.corrected


def assert_inside(problem: Problem, text: str) -> None:
    line = text.split("\n")[problem.line - 1]
    assert problem.column >= 1
    assert problem.length >= 1
    assert problem.column + problem.length - 1 <= len(line) + 1


def test_mutated_texts_are_read_or_refused() -> None:
    rng = random.Random(20240131)
    for _ in range(MUTATIONS):
        text = mutated(rng.choice(TEXTS), rng)
        started = time.perf_counter()
        assert_sound(analyse(text), text)
        assert time.perf_counter() - started < SECONDS_FOR_ONE, text


def test_mutated_entries_of_a_mapping_are_read_or_refused() -> None:
    rng = random.Random(20240201)
    valid = [files.to_mapping(files.load(case["text"])) for case in CORPUS["valid"]]
    for _ in range(MUTATIONS // 4):
        mapping = dict(rng.choice(valid))
        for name, content in mapping.items():
            if isinstance(content, dict) and rng.random() < 0.5:
                key = rng.choice(list(content))
                mapping[name] = {**content, mutated(key, rng): mutated(str(content[key]), rng)}
        result = files.examine(mapping)
        if result.spec is None:
            assert SpecError(result.problems, result.corrected).report(width=80)
        else:
            assert files.load(files.to_mapping(result.spec)) == result.spec


@settings(max_examples=200, deadline=None)
@given(specs())
def test_printing_and_reading_again_changes_nothing(spec: Spec) -> None:
    assert parse(str(spec)) == spec
    assert str(parse(str(spec))) == str(spec)


@settings(max_examples=200, deadline=None)
@given(broken_texts())
def test_broken_texts_are_read_or_refused(text: str) -> None:
    assert_sound(analyse(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        '"' * 100_000,
        "Aa(a:str" + "(" * 100_000,
        "Aa(a:int" + "," * 100_000 + ")",
        "Aa(a:enum(" + ",".join(f"v{number}" for number in range(20_000)) + "))",
        "Aa(a:int(0.." + "9" * 200_000 + "))",
        "Aa(" + "a" * 200_000 + ":int)",
        "Aa(a:Bb" + ".b" * 50_000 + ")",
        "Aa(a:int " + "x" * 200_000 + ")",
        "\n" * 200_000,
        "é" * 200_000,
        "{{" * 100_000,
        ";".join(f"Ent{n}(" + ",".join(f"f{k}:Xy{n}z{k}" for k in range(40)) + ")" for n in range(400)),
    ],
    ids=lambda text: text[:12],
)
def test_a_monstrous_text_is_answered_in_seconds(text: str) -> None:
    started = time.perf_counter()

    result = analyse(text)
    SpecError(result.problems, result.corrected).report()

    assert time.perf_counter() - started < 20


def test_five_hundred_entities_are_read_in_a_second() -> None:
    fields = "name:str(120) unique, price:decimal(10,2,0..), status:enum(draft,paid)=draft, placed:datetime=now"
    text = "; ".join(f"Item{n}({fields}, parent:Item{n - 1}?)" for n in range(1, 500)) + f"; Item0({fields})"
    started = time.process_time()

    spec = parse(text)

    assert len(spec.entities) == 500
    assert time.process_time() - started < 1


def test_a_long_chain_of_references_needs_no_recursion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_ENTITIES", 10_000)
    monkeypatch.setattr(lexer, "MAX_CHARACTERS", 10**7)
    chain = "; ".join(f"Item{n}(next:Item{n + 1})" for n in range(5000))

    spec = parse(f"{chain}; Item5000(a:int)")
    closed = analyse(f"{chain}; Item5000(next:Item0)")

    assert [entity.name for entity in spec.insert_order[:2]] == ["Item5000", "Item4999"]
    assert [problem.rule for problem in closed.problems] == ["E303"]
    assert closed.problems[0].message == (
        "Item0 -> Item1 -> Item2 -> Item3 -> Item4 -> Item5 -> ... -> Item4997 -> Item4998 -> Item4999 -> Item5000 -> Item0: "
        "each needs the next one first, so none could ever be created"
    )
