"""Every example in docs/entities.md does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from entity_spec import files, words
from entity_spec.errors import SpecError
from entity_spec.language import brackets, checks, indexes, lexer
from entity_spec.language.parser import analyse, parse

PAGE = (Path(__file__).parents[2] / "docs" / "entities.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```([a-z-]+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
OTHERS = "; User(a:int); Team(a:int); Tag(a:int)"


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def cells(title: str, column: int) -> list[str]:
    """Return the code in a column of a section's table."""
    rows = [
        line.strip("| ").split(" | ") for line in section(title).splitlines() if line.startswith("| `") or "| `" in line
    ]
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row[column])]


def test_every_kind_of_block_is_tested() -> None:
    assert {kind for kind, _ in BLOCKS} == {"entities", "entities-refused", "output", "yaml"}


@pytest.mark.parametrize("text", blocks("entities"))
def test_examples_are_valid_and_without_warnings(text: str) -> None:
    result = analyse(text)

    assert result.spec is not None
    assert result.problems == ()


@pytest.mark.parametrize(("text", "output"), list(zip(blocks("entities-refused"), blocks("output"), strict=True)))
def test_refused_examples_print_the_output(text: str, output: str) -> None:
    with pytest.raises(SpecError) as error:
        parse(text.strip())

    assert f"{error.value}\n" == output


@pytest.mark.parametrize("text", blocks("yaml"))
def test_yaml_examples_are_valid(text: str, tmp_path: Path) -> None:
    (tmp_path / "entities.yaml").write_text(text, encoding="utf-8")

    assert files.load("@entities.yaml", directories=[tmp_path]).entities


def test_the_json_example_is_valid() -> None:
    [text] = re.findall(r"`entities='(.*?)'`", PAGE)

    assert str(files.load(text)) == "User(name:str)"


@pytest.mark.parametrize("type_text", cells("Types", 0))
def test_types_can_be_written_as_the_table_says(type_text: str) -> None:
    assert parse(f"Thing(one:{type_text}){OTHERS}")


def test_the_table_of_types_is_complete() -> None:
    assert set(words.TYPES) <= {re.split(r"\W", text)[0] for text in cells("Types", 0)}


@pytest.mark.parametrize("example", cells("Modifiers", 1))
def test_modifiers_can_be_written_as_the_table_says(example: str) -> None:
    assert parse(f"Thing({example}){OTHERS}")


def test_the_table_of_modifiers_is_complete() -> None:
    assert [text.rstrip("=") for text in cells("Modifiers", 0)] == [
        "?",
        "",
        *words.MODIFIERS[:4],
        "pattern",
        *words.ON_DELETE,
        "backref",
        "was",
        '"..."',
    ]


def test_relations_have_the_other_side_that_the_table_says() -> None:
    rows = zip(
        cells("Relations", 1),
        [row for row in section("Relations").splitlines() if row.startswith("| ")][2:],
        strict=True,
    )
    for example, row in rows:
        spec = parse(example + OTHERS)
        expected = re.findall(r"`([^`]+)`", row.split(" | ")[2])
        found = [f"{each.target}.{each.inverse}" for entity in spec.entities for each in entity.relations]
        assert found == expected, example


def test_the_table_of_options_is_complete() -> None:
    named = [text.rstrip("=") for text in cells("Options of an entity", 0)]

    assert tuple(named) == words.OPTIONS


def test_the_limits_are_those_of_the_program() -> None:
    characters = f"{lexer.MAX_CHARACTERS:,}".replace(",", " ")

    assert (
        section("Limits")
        .lstrip()
        .startswith(
            f"{checks.MAX_ENTITIES} entities, {checks.MAX_FIELDS} fields in one, {indexes.MAX_INDEXES} indexes in one, "
            f"{brackets.MAX_ENUM_VALUES} values in an enum, {characters} characters on the command line, 1 MiB in a file."
        )
    )
    assert files.MAX_BYTES == 1024 * 1024
