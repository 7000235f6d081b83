"""The text of generated files, whatever they contain."""

from __future__ import annotations

import ast
import json
import re
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import PurePosixPath

from entity_spec.language.parser import parse
from entity_spec.model import Spec
from entity_spec.names import snake
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


def test_comments_and_docstrings_keep_to_the_length_of_lines(project: Project) -> None:
    written = texts(project)
    spec = parse(written["entities.txt"])
    long = {
        name: found
        for name, text in written.items()
        if re.match(r"(app|tests)/.*\.py$", name)
        if (found := [line for line in doc_lines(text, spec) if len(line) > 120])
    }

    assert long == {}


def doc_lines(code: str, spec: Spec) -> Iterator[str]:
    """Yield the lines of comments, and of docstrings without a description or a long name from the specification."""
    lines = code.splitlines()
    for token in tokenize.generate_tokens(StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            yield lines[token.start[0] - 1]
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text)), lineno=first, end_lineno=int(last)):
                if not any(own in text for own in own_texts(spec)):
                    yield from lines[first - 1 : last]
            case _:
                pass


def own_texts(spec: Spec) -> Iterator[str]:
    yield from (entity.doc for entity in spec.entities if entity.doc)
    yield from (enum.doc for enum in spec.enums if enum.doc)
    names = [name for entity in spec.entities for name in (snake(entity.name), entity.plural)]
    names += [relation.inverse or "" for entity in spec.entities for relation in entity.relations]
    yield from (name.replace("_", " ") for name in names if len(name) > 24)


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
