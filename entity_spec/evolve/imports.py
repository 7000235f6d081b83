"""Imports with one name a line, so that they are merged name by name, and as a formatter sorts and breaks them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from io import StringIO

from entity_spec.code import Imports, wrap

LINE = re.compile(r"( *)(?:from ([\w.]+) import (\w+|\*)|import ([\w.]+))(?: as (\w+))?\n")
Statement = ast.Import | ast.ImportFrom


def apart(source: str) -> str:
    """Write each name that is imported on a line of its own. Errors: SyntaxError."""
    lines = StringIO(source).readlines()
    found = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom))
    for node in sorted(found, key=lambda node: node.lineno, reverse=True):
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        text = "".join(lines[start:end])
        # What has a comment, or other statements beside it, stays as it is.
        if "#" not in text and ";" not in text and not lines[start][: node.col_offset].strip():
            lines[start:end] = _statements(node) or lines[start:end]
    return "".join(lines)


def _statements(node: Statement) -> list[str]:
    indent = " " * node.col_offset
    if isinstance(node, ast.Import):
        return [f"{indent}import {ast.unparse(alias)}\n" for alias in node.names]
    if node.level:
        return []
    return [f"{indent}from {node.module} import {ast.unparse(alias)}\n" for alias in node.names]


def together(source: str) -> str:
    """Put what `apart` has made back together."""
    return "".join(_blocks(StringIO(source).readlines()))


def _blocks(lines: list[str]) -> Iterator[str]:
    """Yield imports that follow one another as one text, and every other line."""
    at = 0
    while at < len(lines):
        first = LINE.fullmatch(lines[at])
        if not first:
            yield lines[at]
            at += 1
            continue
        imports, end = Imports(), at
        for number in range(at, len(lines)):
            match = LINE.fullmatch(lines[number])
            if match and match[1] == first[1]:
                _add(imports, match)
                end = number + 1
            elif lines[number].strip():
                break
        yield wrap("".join(f"{first[1]}{line}" if line.strip() else line for line in str(imports).splitlines(True)))
        at = end


def _add(imports: Imports, match: re.Match[str]) -> None:
    _, module, name, plain, alias = match.groups()
    if module:
        imports.name(module, name, alias or name)
    else:
        imports.module(plain, alias or plain)


def complete(merged: str, sides: Iterable[str], gone: Collection[str] = ()) -> str:
    """Add the imports that a side had, and the other one did not need or has removed, where a name is still used.

    All texts have one name a line. Nothing can be imported from modules that are `gone`.
    """
    tree = ast.parse(merged)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    bound = set(_bound(tree))
    missing: dict[str, str] = {}
    for side in sides:
        for match in map(LINE.fullmatch, StringIO(side)):
            if not match or match[1] or match[2] in gone:
                continue
            name = match[5] or match[3] or match[4]
            if name in used - bound:
                missing.setdefault(name, match[0])
    if not missing:
        return merged
    lines = StringIO(merged).readlines()
    there = next((number for number, line in enumerate(lines) if LINE.fullmatch(line)), None)
    if there is None:
        there = (tree.body[0].end_lineno or 0) if ast.get_docstring(tree) else 0
        lines.insert(there, "\n")
    return "".join([*lines[:there], *missing.values(), *lines[there:]])


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
