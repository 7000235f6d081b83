"""Python text: literals, sorted imports, and lines that break where a formatter would break them."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

WIDTH = 120
INDENT = "    "
OPENING, CLOSING = "([{", ")]}"

ALIASES = {"dt": "datetime", "sa": "sqlalchemy"}
_REFERENCE = re.compile(r"(?<![\w}])@(?P<module>dt|sa|enums|[a-z_]\w*(?:\.[a-z_]\w*)*)\.(?P<name>\w+)")
FIRST_PARTY = {"app", "tests"}
# What is assigned, or made by a lambda that is an argument.
_VALUE = re.compile(r"(\w+(?:: [^=]+)? = |\w+=lambda [\w, ]+: (?=.*\)\.\w+,))(.+?)(,?)")


def literal(text: str) -> str:
    """Return a Python string literal, quoted as by formatters: double quotes, unless single ones need fewer escapes."""
    escaped = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text.replace("\\", "\\\\"))
    if text.count('"') > text.count("'"):
        return "'" + escaped.replace("'", "\\'") + "'"
    return '"' + escaped.replace('"', '\\"') + '"'


def quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def optional(annotation: str, is_optional: bool) -> str:
    return f"{annotation} | None" if is_optional else annotation


def toml(text: str) -> str:
    """Return a TOML string; it has the same escapes as JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def docstring(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    escaped = re.sub(r'"{3,}|"+$', lambda match: match.group().replace('"', '\\"'), escaped)
    # Formatters put a space between a quote and those that open the docstring.
    gap = " " if escaped.startswith('"') else ""
    return f'"""{gap}{escaped}"""'


class Imports:
    """Collects the imports of one module.

    `taken` are the names that the module, or a class body in it, uses for something of the user's: an imported name
    that is among them gets a trailing underscore, in this module only.
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = frozenset(taken)
        self._modules: set[tuple[str, str]] = set()
        self._names: dict[str, set[tuple[str, str]]] = {}

    def name(self, module: str, name: str, local: str | None = None) -> str:
        """Import `name` from `module` and return its name here: `local`, if that is given."""
        local = local or (f"{name}_" if name in self._taken else name)
        self._names.setdefault(module, set()).add((name, local))
        return local

    def module(self, module: str, alias: str) -> str:
        """`import module as alias`."""
        self._modules.add((module, alias))
        return alias

    def expand(self, text: str) -> str:
        """Import each `@module.Name` in `text` and replace it by its name here."""
        return _REFERENCE.sub(lambda match: self._refer(match["module"], match["name"]), text)

    def _refer(self, module: str, name: str) -> str:
        if module in ALIASES:
            return f"{self.module(ALIASES[module], module)}.{name}"
        if module == "enums":
            return f"{self.name('app', 'enums')}.{name}"
        return self.name(module, name)

    def __str__(self) -> str:
        """Return the import lines in sections, with a line end after the last one."""
        sections: dict[int, list[str]] = {}
        for module, alias in sorted(self._modules):
            line = f"import {module}" if alias == module else f"import {module} as {alias}"
            sections.setdefault(_section(module), []).append(line)
        for module in sorted(self._names, key=lambda name: _natural(name.lower())):
            names = sorted(self._names[module], key=lambda pair: (member_key(pair[0]), pair[1]))
            members = ", ".join(name if name == local else f"{name} as {local}" for name, local in names)
            sections.setdefault(_section(module), []).append(f"from {module} import {members}")
        return "\n".join("".join(f"{line}\n" for line in sections[number]) for number in sorted(sections))


def _section(module: str) -> int:
    root = module.partition(".")[0]
    if root == "__future__":
        return -1
    return 0 if root in sys.stdlib_module_names else 2 if root in FIRST_PARTY else 1


def _natural(text: str) -> list[tuple[int, int | str]]:
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", text) if part]


def member_key(name: str) -> tuple[int, list[tuple[int, int | str]], str]:
    """Sort constants before classes before the rest, as isort sorts the members of one import."""
    return _kind(name), _natural(name.lower()), name


def exported_key(name: str) -> tuple[int, list[tuple[int, int | str]]]:
    """Do the same for `__all__`, where linters put capital letters first."""
    return _kind(name), _natural(name)


def _kind(name: str) -> int:
    return 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2


def exploded(head: str, items: Iterable[str], tail: str, depth: int = 0) -> str:
    """Return a call, a list or the like, one item per line."""
    indent = INDENT * depth
    return f"{head}\n" + "".join(f"{indent}{INDENT}{item},\n" for item in items) + f"{indent}{tail}"


def tuple_of(items: Iterable[str], depth: int = 0) -> str:
    """Return a tuple, one item per line; a single item stays on the line, where formatters put it."""
    items = list(items)
    if len(items) == 1:
        return f"({items[0]},)"
    return exploded("(", items, ")", depth) if items else "()"


def columns(text: str) -> int:
    """Return the width of a line as formatters see it: in some scripts, characters take two columns or none."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.category(char) in ("Mn", "Me") for char in text)


def wrap(source: str) -> str:
    """Break every line of Python code that is too long: one item per line, with a comma after the last one."""
    return "".join(_wrap_line(line) for line in source.splitlines(keepends=True))


def _wrap_line(line: str) -> str:
    text = line.rstrip("\n")
    if columns(text) <= WIDTH:
        return line
    body = text.lstrip()
    indent = text[: len(text) - len(body)]
    if body.startswith("from ") and "(" not in body:
        head, _, members = body.partition(" import ")
        body = f"{head} import ({members})"
    body = _bracketed(body, WIDTH - len(indent))
    groups = _bracket_groups(body)
    if not groups or body.startswith(("#", '"""')):
        return line
    within = [group for group in groups if len(indent) + group[0] < WIDTH] or groups
    start, end = within[0] if body.startswith("def ") else within[-1]
    inside, comma = body[start + 1 : end], ","
    items = _split(inside)
    if not items:
        return line
    # In a subscript, or around a value, a comma after the only item would make a tuple of it.
    if len(items) == 1 and not inside.endswith(",") and re.search(r"[\w)\]]\[$|[=:] \($", body[: start + 1]):
        comma = ""
    comprehension = _comprehension(inside)
    if comprehension:
        fits = columns(f"{indent}{INDENT}{inside}") <= WIDTH
        items, comma = [inside] if fits else comprehension, ""
    inner = "".join(_wrap_line(f"{indent}{INDENT}{item}{comma}\n") for item in items)
    return f"{indent}{body[: start + 1]}\n{inner}" + _wrap_line(f"{indent}{body[end:]}\n")


def _bracketed(body: str, width: int) -> str:
    """Add brackets to a value that has none, or whose own open too far to the right, or close before its end."""
    value, groups = _VALUE.fullmatch(body), _bracket_groups(body)
    start = groups[-1][0] if groups else len(body)
    if not value or (start < width and not value[3]):
        return body
    has_room = len(value[1]) < width and len(INDENT) + start - len(value[1]) < width
    return f"{value[1]}({value[2]}){value[3]}" if has_room else body


def _comprehension(inside: str) -> list[str]:
    """Split a comprehension into what is made and of what; return [] for anything else."""
    starts = [at for at, _, depth in _scan(inside) if depth == 0 and inside.startswith(" for ", at)]
    return [inside[: starts[0]], inside[starts[0] + 1 :]] if starts else []


def number(value: float) -> str:
    """Return a float as formatters write it."""
    return repr(value).replace("e+", "e")


def _scan(text: str) -> Iterable[tuple[int, str, int]]:
    """Yield position, character and bracket depth before it, for every character outside string literals."""
    depth = position = 0
    while position < len(text):
        char = text[position]
        if char in "\"'":
            match = re.compile(r"\\.|" + re.escape(char)).search
            found = match(text, position + 1)
            while found and found.group() != char:
                found = match(text, found.end())
            position = found.end() if found else len(text)
            continue
        # A bracket that was opened on another line is not closed here.
        depth = max(0, depth - (char in CLOSING))
        yield position, char, depth
        depth += char in OPENING
        position += 1


def _bracket_groups(text: str) -> list[tuple[int, int]]:
    groups, start = [], 0
    for position, char, depth in _scan(text):
        if depth == 0 and char in OPENING:
            start = position
        elif depth == 0 and char in CLOSING:
            groups.append((start, position))
    return groups


def _split(text: str) -> list[str]:
    cuts = [-1, *(position for position, char, depth in _scan(text) if depth == 0 and char == ","), len(text)]
    items = [text[left + 1 : right].strip() for left, right in pairwise(cuts)]
    return [item for item in items if item]
