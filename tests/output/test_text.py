"""The text of generated files, whatever they contain."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from tests.baking import Completed, contents, succeed
from tests.output.conftest import Project


def texts(project: Project) -> dict[str, str]:
    return {name: data.decode("utf-8") for name, data in contents(project.path).items()}


def test_every_file_is_clean_text(project: Project) -> None:
    unclean = {
        name: found
        for name, text in texts(project).items()
        if (found := re.findall(r"\A\n|[ \t]+\n|\r|\n\n\Z|[^\n]\Z|\A \Z", text))
    }

    assert unclean == {}


def test_nothing_is_left_unrendered(project: Project) -> None:
    # Workflows have their own expressions, `${{ ... }}`. Python's braces in f-strings are not followed by a space.
    leftovers = {
        name: found
        for name, text in texts(project).items()
        if (found := re.findall(r"(?<!\$)\{\{ |\{%|\{#|%\}|\[entit\w+]|cookiecutter[.\[]", text))
    }

    assert leftovers == {}


def test_no_name_of_a_file_is_left_unrendered(project: Project) -> None:
    assert [name for name in contents(project.path) if re.search(r"[\[\]{}]|\.jinja$|^\.new-project$", name)] == []


def test_only_packages_have_empty_files(project: Project) -> None:
    empty = {name for name, text in texts(project).items() if not text}

    assert {PurePosixPath(name).name for name in empty} <= {"__init__.py"}


def test_the_readme_lists_every_route(project: Project, imported: Completed) -> None:
    paths = json.loads(succeed(imported))["paths"]
    served = {
        path: {method.upper() for method in operations}
        for path, operations in paths.items()
        if path.startswith("/api/")
    }

    readme = (project.path / "README.md").read_text(encoding="utf-8")
    listed = {path: set(methods.split(", ")) for path, methods in re.findall(r"\| `(/api/\S+)` \| (.*) \|", readme)}

    assert listed == served
