"""The cases of corpus.yaml, to the letter."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from entity_spec import files
from entity_spec.language.parser import Result
from entity_spec.model import Entity, Relation, Spec

CORPUS = Path(__file__).parents[1] / "corpus.yaml"


class BuiltText(TypedDict, total=False):
    repeat: str
    prefix: str
    numbered: str
    suffix: str
    times: int


class Case(TypedDict, total=False):
    id: str
    rule: str
    text: str
    text_built: BuiltText
    value: object
    under_cruft: bool
    canonical: str
    model: dict[str, dict[str, str | bool]]
    insert_order: list[str]
    column: int
    length: int
    message: str
    hint: str
    times: int
    also: list[str]
    corrected: str


CASES: dict[str, list[Case]] = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))


def cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", CASES[kind], ids=lambda case: str(case["id"]))


def text_of(case: Case) -> str:
    if "text" in case:
        return case["text"]
    built = case["text_built"]
    if "repeat" in built:
        return built["repeat"] * built["times"]
    numbered = [built["numbered"] % number for number in range(built["times"])]
    return "".join([built.get("prefix", ""), *numbered, built.get("suffix", "")])


def valid(text: object) -> Spec:
    result = files.examine(text)
    assert result.spec is not None, result.problems
    return result.spec


def brief(spec: Spec) -> dict[str, dict[str, str | bool]]:
    """Return the model as the corpus writes it."""
    return {entity.name: brief_entity(entity) for entity in spec.entities}


def brief_entity(entity: Entity) -> dict[str, str | bool]:
    lines: dict[str, str | bool] = {}
    for member in entity.members:
        kind = f" [{brief_relation(member)}]" if isinstance(member, Relation) else ""
        lines[member.name] = member.declaration + kind
    lines |= {f"{group.kind}({', '.join(group.members)})": True for group in entity.groups}
    options = {
        "table=": entity.table_option,
        "plural=": entity.plural_option,
        "softdelete=": entity.softdelete,
        "timestamps=": entity.timestamps,
        "api=": None if entity.api == "full" else entity.api,
        "was=": entity.was,
    }
    lines |= {name: value for name, value in options.items() if value is not None}
    return lines | {"table": entity.table}


def brief_relation(relation: Relation) -> str:
    kind = "n-n" if relation.many else "1-1" if relation.unique else "n-1"
    if relation.inverse is None:
        return f"{kind}, no inverse"
    rule = "" if relation.many else f"on delete {relation.rule}, "
    return f"{kind}, {rule}inverse {relation.target}.{relation.inverse}"


@cases("valid")
def test_a_valid_text_has_its_model(case: Case) -> None:
    spec = valid(case["text"])

    assert brief(spec) == case["model"]
    assert [entity.name for entity in spec.insert_order] == case["insert_order"]


@cases("valid")
def test_a_valid_text_has_one_spelling(case: Case) -> None:
    spec = valid(case["text"])

    assert str(spec) == case["canonical"]
    assert valid(case["canonical"]) == spec


@cases("valid")
def test_a_valid_text_is_the_same_as_mapping_json_and_yaml(case: Case, tmp_path: Path) -> None:
    spec = valid(case["text"])
    (tmp_path / "entities.yaml").write_text(files.to_yaml(spec), encoding="utf-8")

    assert valid(files.to_mapping(spec)) == spec
    assert valid(files.to_json(spec)) == spec
    assert files.load("@entities.yaml", directories=[tmp_path]) == spec


@cases("warning")
def test_a_doubtful_text_is_accepted_with_a_warning(case: Case) -> None:
    result = files.examine(case["text"])

    assert result.spec is not None
    assert_reported(result, case)


@cases("invalid")
def test_a_wrong_text_is_refused(case: Case) -> None:
    result = files.examine(text_of(case))

    assert result.spec is None
    assert result.corrected == case.get("corrected")
    assert_reported(result, case)


def assert_reported(result: Result, case: Case) -> None:
    rules = [case["rule"]] * case.get("times", 1) + case.get("also", [])
    assert sorted(problem.rule for problem in result.problems) == sorted(rules)
    problem = next(problem for problem in result.problems if problem.rule == case["rule"])
    assert problem.message == case["message"]
    assert problem.hint == case.get("hint", "")
    assert (problem.line, problem.column, problem.length) == (1, case["column"], case["length"])


@cases("invalid_carrier")
def test_a_wrong_carrier_is_refused(case: Case, tmp_path: Path) -> None:
    under_cruft = case.get("under_cruft", False)

    result = files.examine(case["value"], directories=[tmp_path], under_cruft=under_cruft)

    assert result.spec is None
    assert [problem.rule for problem in result.problems] == [case["rule"]]
    assert result.problems[0].message == case["message"].replace("<directory>", str(tmp_path))
