"""Two changes of a text: what is put together, and what is a conflict."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from entity_spec.evolve.lines import Merged, mark, merge

CLASS = "class Item(Base):\n    x: Mapped[str]\n"
LIST = "names = [\n    a,\n    c,\n]\n"
FUNCTIONS = "def one():\n    return 1\n\n\ndef two():\n    return 2\n"

# What there was, what its owner has made of it, what the template makes of it, and the two together.
TOGETHER = {
    "a method and a relation": (
        CLASS,
        CLASS + "\n    def own(self):\n        return 1\n",
        CLASS + "\n    boxes: Mapped[list]\n",
        CLASS + "\n    boxes: Mapped[list]\n\n    def own(self):\n        return 1\n",
    ),
    "two columns": (CLASS, CLASS + "    own: int\n", CLASS + "    y: int\n", CLASS + "    y: int\n    own: int\n"),
    "a column and a relation": (
        CLASS,
        CLASS + "    own: int\n",
        CLASS + "\n    boxes: Mapped[list]\n",
        CLASS + "    own: int\n\n    boxes: Mapped[list]\n",
    ),
    "a column with a method, and a relation": (
        CLASS,
        CLASS + "    own: int\n\n    def own(self):\n        return 1\n",
        CLASS + "\n    boxes: Mapped[list]\n",
        CLASS + "    own: int\n\n    boxes: Mapped[list]\n\n    def own(self):\n        return 1\n",
    ),
    "a column and a class": (
        CLASS,
        CLASS + "    own: int\n",
        CLASS + "\n\nclass Box(Base):\n    y: int\n",
        CLASS + "    own: int\n\n\nclass Box(Base):\n    y: int\n",
    ),
    "a column, and a column with a class": (
        CLASS,
        CLASS + "    own: int\n",
        CLASS + "    z: int\n\n\nclass Box(Base):\n    y: int\n",
        CLASS + "    z: int\n    own: int\n\n\nclass Box(Base):\n    y: int\n",
    ),
    "a column, and another type of the one before": (
        CLASS,
        CLASS + "    own: int\n",
        CLASS.replace("str", "int"),
        CLASS.replace("str", "int") + "    own: int\n",
    ),
    "a column, and none before": (
        CLASS,
        CLASS + "    own: int\n",
        "class Item(Base):\n",
        "class Item(Base):\n    own: int\n",
    ),
    "neighbours": ("a\nb\n", "a\nB\n", "A\nb\n", "A\nB\n"),
    "the same": ("a\nb\n", "a\nB\n", "a\nB\n", "a\nB\n"),
    "the same addition": (
        LIST,
        LIST.replace("    c", "    b,\n    c"),
        LIST.replace("    c", "    b,\n    c"),
        LIST.replace("    c", "    b,\n    c"),
    ),
    "an addition, and the same with more": ("a\n", "a\nb\nc\n", "a\nb\n", "a\nb\nc\n"),
    "items of a list": (
        LIST,
        LIST.replace("    c", "    own,\n    c"),
        LIST.replace("    c", "    b,\n    c"),
        LIST.replace("    c", "    b,\n    own,\n    c"),
    ),
    "a decorator, and a function before it": (
        FUNCTIONS,
        FUNCTIONS.replace("def two", "def own():\n    return 0\n\n\ndef two"),
        FUNCTIONS.replace("def two", "@cached\ndef two"),
        FUNCTIONS.replace("def two", "def own():\n    return 0\n\n\n@cached\ndef two"),
    ),
    "functions at the end": (
        FUNCTIONS,
        FUNCTIONS + "\n\ndef own():\n    return 2\n",
        FUNCTIONS + "\n\ndef new():\n    return 2\n",
        FUNCTIONS + "\n\ndef new():\n    return 2\n\n\ndef own():\n    return 2\n",
    ),
    "an argument, and a statement": (
        FUNCTIONS,
        FUNCTIONS.replace("    return 1", "    log()\n    return 1"),
        FUNCTIONS.replace("one()", "one(db)"),
        FUNCTIONS.replace("one()", "one(db)").replace("    return 1", "    log()\n    return 1"),
    ),
    "no end of the last line": ("a\nb", "a\nb\nc", "A\nb", "A\nb\nc"),
    "an end of the last line": ("a\nb", "a\nb\nc", "a\nb\n", "a\nb\nc\n"),
    "additions to what has no end": ("a", "a\nb", "a\nc", "a\nc\nb"),
    "nothing": ("", "", "", ""),
    "a rule of Markdown": ("a\n", "a\n=======\n", "a\nb\n", "a\nb\n=======\n"),
}


@pytest.mark.parametrize("case", TOGETHER.values(), ids=TOGETHER)
def test_two_changes_come_together(case: tuple[str, str, str, str]) -> None:
    base, ours, theirs, both = case

    assert merge(base, ours, theirs) == Merged(both)


CONFLICTS = {
    "a decorator of a function that goes": (
        FUNCTIONS,
        FUNCTIONS.replace("def one", "@cached\ndef one"),
        "def two():\n    return 2\n",
        "<<<<<<< yours\n@cached\ndef one():\n    return 1\n\n\n=======\n>>>>>>> template\ndef two():\n    return 2\n",
    ),
    "one line": (
        "a\nb\nc\n",
        "a\nB\nc\n",
        "a\nß\nc\n",
        "a\n<<<<<<< yours\nB\n=======\nß\n>>>>>>> template\nc\n",
    ),
    "one line beside others": (
        "a\nb\nc\n",
        "a\nB\nc\nd\n",
        "a\nß\nc\n",
        "a\n<<<<<<< yours\nB\n=======\nß\n>>>>>>> template\nc\nd\n",
    ),
    "changed and removed": (
        "a\nb\nc\n",
        "a\nB\nc\n",
        "a\nc\n",
        "a\n<<<<<<< yours\nB\n=======\n>>>>>>> template\nc\n",
    ),
    "a statement in a function that goes": (
        FUNCTIONS,
        FUNCTIONS + "    log()\n",
        FUNCTIONS.removesuffix("\n\ndef two():\n    return 2\n"),
        FUNCTIONS.removesuffix("\n\ndef two():\n    return 2\n")
        + "<<<<<<< yours\n\n\ndef two():\n    return 2\n    log()\n=======\n>>>>>>> template\n",
    ),
}


@pytest.mark.parametrize("case", CONFLICTS.values(), ids=CONFLICTS)
def test_changes_of_the_same_lines_conflict(case: tuple[str, str, str, str]) -> None:
    base, ours, theirs, both = case

    assert merge(base, ours, theirs) == Merged(both, 1)


def test_items_do_not_conflict() -> None:
    done = merge("a\nb\n", "a\nown\n", "a\nnew\n", is_item=re.compile(r"\w+\n").fullmatch)

    assert done == Merged("a\nnew\nown\n")


def test_markers_are_those_of_git() -> None:
    assert mark("a\n", "b\n", "c\n") == Merged("<<<<<<< yours\nb\n=======\nc\n>>>>>>> template\n", 1)


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "    a\n", "    b\n", "\n"]), max_size=8).map("".join)


@given(TEXTS, TEXTS)
def test_a_change_of_one_side_is_taken(base: str, changed: str) -> None:
    assert merge(base, changed, base) == merge(base, base, changed) == merge(base, changed, changed) == Merged(changed)


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_is_lost(base: str, ours: str, theirs: str) -> None:
    """Each line of the result is of somebody, and what one side adds is there."""
    done = merge(base, ours, theirs)

    lines = done.text.splitlines()
    for side in (ours, theirs):
        for line in ("a", "b", "    a", "    b"):
            added = side.splitlines().count(line) - base.splitlines().count(line)
            assert lines.count(line) >= min(added, 1)
    assert done.conflicts == done.text.count("<<<<<<< yours\n")
