"""Imports are merged name by name, whatever their lines look like."""

from __future__ import annotations

import pytest

from entity_spec.evolve.imports import apart, complete, together
from entity_spec.evolve.merging import merge_text

LONG = "from app.schemas.base import Alfa, Beta, Date, DeletableListParameters, Input, Output, Search, Several, Str, UtcDatetime\n"
BROKEN = (
    "from app.schemas.base import (\n"
    "    Alfa,\n    Beta,\n    Date,\n    DeletableListParameters,\n    Input,\n    Output,\n    Own,\n"
    "    Search,\n    Several,\n    Str,\n    UtcDatetime,\n)\n"
)
SOURCES = {
    "sections": "from __future__ import annotations\n\nimport re\nfrom typing import Literal\n\nimport x as y\n\nfrom app import z\n",
    "long": BROKEN,
    "in a block": "if TYPE_CHECKING:\n    from app.a import A\n    from app.b import B\n\nx = 1\n",
    "in a function": "def f():\n    import re\n\n    from app import c, d as e\n\n    return re\n",
    "relative": "from . import a, b\nfrom .c import d, e\n",
    "with a comment": "from app import a, b  # both\n",
    "with another statement": "import a; import b\n",
    "nothing": "",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_imports_come_back_together(source: str) -> None:
    assert together(apart(source)) == source


def test_names_stand_apart() -> None:
    assert apart("import a, b\n\nfrom c import (\n    d,\n    e as f,\n)\n") == (
        "import a\nimport b\n\nfrom c import d\nfrom c import e as f\n"
    )


def test_a_comment_keeps_its_line() -> None:
    assert apart("from app import a, b  # both\n") == "from app import a, b  # both\n"


MERGES = {
    "other names": ("from m import b\n", "from m import a, b\n", "from m import b, c\n", "from m import a, b, c\n"),
    "one broken into lines": (LONG, BROKEN, LONG.replace("Alfa", "Alef"), BROKEN.replace("Alfa", "Alef")),
    "one added, one removed": ("from m import a, b\n", "from m import a, b, c\n", "from m import b\n", "from m import b, c\n"),
    "each instead of the same": ("from m import b\n", "from m import a\n", "from m import c\n", "from m import a, c\n"),
    "two modules": ("import re\n", "import re\n\nfrom app.a import A\n", "import re\n\nfrom sqlalchemy import B\n", "import re\n\nfrom sqlalchemy import B\n\nfrom app.a import A\n"),
    "a new block": ("x = 1\n", "import re\n\nx = 1\n", "import os\n\nx = 1\n", "import os\nimport re\n\nx = 1\n"),
    "used by the other side": (
        "from m import a\n\nx = a\n",
        "from m import a\n\nx = a\n\n\ndef own():\n    return a\n",
        "x = 1\n",
        "from m import a\n\nx = 1\n\n\ndef own():\n    return a\n",
    ),
    "used by the other side, beside others": (
        "from m import a, b\n\nx = a, b\n",
        "from m import a, b\n\nx = a, b\n\n\ndef own():\n    return a\n",
        "from m import b\n\nx = b\n",
        "from m import a, b\n\nx = b\n\n\ndef own():\n    return a\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MERGES.values(), ids=MERGES)
def test_imports_are_merged(case: tuple[str, str, str, str]) -> None:
    base, ours, theirs, both = case

    done = merge_text("app/x.py", base, ours, theirs)

    assert (done.text, done.conflicts) == (both, 0)


def test_imports_in_another_style_are_merged_as_lines() -> None:
    base = "from m import b\nfrom m import a\n\nx = 1\n"

    done = merge_text("app/x.py", base, base + "y = 2\n", base.replace("x = 1", "x = 0"))

    assert done.text == "from m import b\nfrom m import a\n\nx = 0\ny = 2\n"


def test_a_name_that_is_bound_needs_no_import() -> None:
    merged = "from m import b\n\n\ndef f(a):\n    return a\n"

    assert complete(merged, ["from m import a\n"]) == merged


def test_nothing_is_imported_from_modules_that_are_gone() -> None:
    assert complete("x = a, b\n", ["from m import a\nfrom n import b\n"], ["m"]) == "from n import b\n\nx = a, b\n"
