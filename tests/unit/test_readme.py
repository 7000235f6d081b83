"""What the README says is true."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from entity_spec.errors import SpecError
from entity_spec.language.parser import parse

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_first_entities_are_valid() -> None:
    line = re.search(r"Entities: (.*)", README)

    assert line
    assert len(parse(line[1]).entities) == 2


def test_the_message_is_the_one_that_is_printed() -> None:
    block = re.search(r"\n\n((?:    .*\n|\n)*    error(?:    .*\n|.*\n    .*\n|\n)*?)\nInstead", README)
    assert block
    shown = textwrap.dedent(block[1]).strip("\n")

    with pytest.raises(SpecError) as raised:
        parse(shown.splitlines()[1].strip())

    assert str(raised.value) == shown


@pytest.mark.parametrize("path", re.findall(r"\]\(([\w./]+)\)", README))
def test_what_it_links_to_is_there(path: str) -> None:
    assert (Path(__file__).parents[2] / path).exists()
