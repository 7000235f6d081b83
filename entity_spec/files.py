"""The forms of entities: text, JSON text, mappings and files; and a Spec as a mapping, YAML or JSON."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeGuard

import yaml

from entity_spec.errors import Problem, Source, SpecError, closest, shown
from entity_spec.language.lexer import Findings, is_too_long
from entity_spec.language.parser import Piece, Result, analyse_pieces, valid
from entity_spec.model import Entity, Spec, quoted
from entity_spec.words import word_set

MAX_BYTES = 1024 * 1024
SUFFIXES = (".yaml", ".yml", ".json", ".txt")
OPTIONS = ("_table", "_plural", "_softdelete", "_timestamps", "_api", "_was", "_unique", "_index", "_doc")

EntityMapping = dict[str, str | list[list[str]]]
SpecMapping = dict[str, str | EntityMapping]

_LIST = "a list is not possible here: Cookiecutter keeps only its first element; write one text, or a mapping"
_UNDER_CRUFT = (
    "a file cannot be used with cruft: an update would compare {} with itself; pass its text or its mapping instead"
)
_GROUPS = "expected a list of lists of field names, for example [[user, slug]]"
_WORD = re.compile(r"[A-Za-z0-9_]+")
_PLAIN_YAML = re.compile(r"[A-Za-z][\w(),.?=+/-]*( [\w(),.?=+/-]+)*")
_YAML_WORDS = word_set("false n no null off on true y yes")


def load(
    value: object,
    *,
    directories: Sequence[Path] = (),
    under_cruft: bool = False,
    soft_delete: bool | None = None,
    renames: bool = True,
) -> Spec:
    """Read the entities from a value that Cookiecutter passes. Raises SpecError with everything that is wrong.

    Text that starts with `@` names a file, which is looked for in the directories in order. Without `renames`, nothing
    can say `was=`.
    """
    result = examine(value, directories=directories, under_cruft=under_cruft, soft_delete=soft_delete, renames=renames)
    return valid(result)


def examine(
    value: object,
    *,
    directories: Sequence[Path] = (),
    under_cruft: bool = False,
    soft_delete: bool | None = None,
    renames: bool = True,
) -> Result:
    """Like `load`, but returns the problems, including the warnings about a valid value."""
    try:
        pieces = _pieces(value, directories, under_cruft)
    except SpecError as error:
        return Result(None, error.problems)
    return analyse_pieces(pieces, soft_delete=soft_delete, renames=renames)


def examine_text(text: str, name: str, *, soft_delete: bool | None = None) -> Result:
    """Examine what is in the file of this name."""
    try:
        pieces = _text_pieces(text, name)
    except SpecError as error:
        return Result(None, error.problems)
    return analyse_pieces(pieces, soft_delete=soft_delete)


# Values to pieces


def _pieces(value: object, directories: Sequence[Path], under_cruft: bool) -> list[Piece]:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("@"):
            name = text[1:].strip()
            if under_cruft:
                raise _error("E603", _UNDER_CRUFT.format(shown(name)))
            return _file_pieces(name, directories or [Path.cwd()])
        if re.match(r"\{(?![{%#])", text):
            return _json_pieces(value)
        return [Piece("document", Source(value))]
    if isinstance(value, Mapping):
        return _mapping_pieces(value)
    if isinstance(value, (list, tuple)):
        raise _error("E604", _LIST)
    raise _error("E605", f"entities: expected a text or a mapping, found {_found(value)}")


def _json_pieces(text: str) -> list[Piece]:
    found = Findings()
    if is_too_long(Source(text), found):
        raise SpecError(found.problems)
    return _mapping_pieces(_json(text))


def _json(text: str, prefix: str = "") -> object:
    def without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
        mapping: dict[str, object] = {}
        for key, value in pairs:
            if key in mapping:
                raise ValueError(f"{shown(key)} is there twice")
            mapping[key] = value
        return mapping

    try:
        value: object = json.loads(text, object_pairs_hook=without_repetition)
    except ValueError as error:
        raise _error("E607", f"{prefix}this is not valid JSON: {error}") from None
    except RecursionError:
        raise _error("E607", f"{prefix}this is not valid JSON: it is nested too deeply") from None
    return value


def _file_pieces(name: str, directories: Sequence[Path]) -> list[Piece]:
    path = _existing(name, directories)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _error("E602", f"{name} has more than 1 MiB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _error("E601", f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _error("E607", f"{name}: this is not UTF-8 text") from None
    return _text_pieces(text, name)


def _text_pieces(text: str, name: str) -> list[Piece]:
    suffix = Path(name).suffix.lower()
    if suffix == ".txt":
        # A file has lines, even if there is only one without a line end.
        return [Piece("document", Source(text if text.endswith("\n") else text + "\n", name))]
    value = _json(text, f"{name}: ") if suffix == ".json" else _yaml(text, name)
    return _mapping_pieces(value, f"{name}: ")


def _existing(name: str, directories: Sequence[Path]) -> Path:
    if Path(name).suffix.lower() not in SUFFIXES:
        raise _error("E608", f"{shown(name) or '@'}: a file ends in .yaml, .yml, .json or .txt")
    for directory in directories:
        path = directory / name
        if _is_file(path):
            return path
    tried = " or ".join(dict.fromkeys(map(str, directories)))
    there = [path.name for directory in directories for path in _listed(directory) if path.suffix.lower() in SUFFIXES]
    similar = closest(name, sorted(there))
    suggestion = f"; did you mean @{similar}?" if similar else ""
    raise _error("E601", f"there is no file {shown(name)} in {tried}{suggestion}")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # as for a name that is too long
        return False


def _listed(directory: Path) -> list[Path]:
    try:
        return list(directory.iterdir())
    except OSError:
        return []


class _YamlError(Exception):
    """Valid YAML that cannot be used here."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"{line + 1}: {message}")


def _yaml(text: str, name: str) -> object:
    try:
        _refuse_aliases(text)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
        return {} if node is None else _plain(node)
    except _YamlError as problem:
        raise _error("E607", f"{name}:{problem}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise _error("E607", f"{name}{place}: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _error("E607", f"{name}:{line}: {error.reason}") from None
    except RecursionError:
        raise _error("E607", f"{name}: it is nested too deeply") from None


def _refuse_aliases(text: str) -> None:
    """Refuse aliases, which could make a small file huge."""
    if "*" not in text:
        return
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent) and event.start_mark:
            raise _YamlError(event.start_mark.line, "aliases are not possible here")


def _plain(node: yaml.Node) -> object:
    """Turn YAML into texts, lists and dictionaries."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    mapping: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        if key in mapping:
            raise _YamlError(key_node.start_mark.line, f"{shown(key)} is there twice")
        mapping[key] = _plain(value_node)
    return mapping


# Mappings to pieces


def _mapping_pieces(value: object, prefix: str = "") -> list[Piece]:
    """Return the pieces of all entities; raises SpecError if the mapping does not have the right form."""
    if not isinstance(value, Mapping):
        raise _error("E605", f"{prefix}expected a mapping of entities, found {_found(value)}")
    problems: list[Problem] = []
    pieces: list[Piece] = []
    for name, content in value.items():
        path = f"{prefix}{name}"
        if not isinstance(name, str):
            problems.append(Problem("E605", f"{path}: expected an entity's name, found {_found(name)}"))
        elif isinstance(content, str) and content.lstrip().startswith("enum"):
            pieces.append(Piece("enum", Source(f"{name}: {content.strip()}", path, entry=True)))
        elif isinstance(content, Mapping):
            pieces.append(Piece("entity", Source(name, path, entry=True)))
            pieces += _entity_pieces(path, content, problems)
        else:
            problems.append(Problem("E605", f"{path}: expected a mapping of fields, found {_found(content)}"))
    if problems:
        raise SpecError(problems)
    return pieces


def _entity_pieces(path: str, content: Mapping[object, object], problems: list[Problem]) -> Iterator[Piece]:
    for key, value in content.items():
        label = f"{path}.{key}"
        if not isinstance(key, str):
            problems.append(Problem("E605", f"{label}: expected a field's name, found {_found(key)}"))
        elif key in ("_unique", "_index"):
            if _is_groups(value):
                for members in value:
                    text = f"{key[1:]}({', '.join(members)})"
                    yield Piece("member", Source(text, label, entry=True))
            else:
                problems.append(Problem("E606", f"{label}: {_GROUPS}"))
        elif key.startswith("_") and key in OPTIONS:
            yield from _option_pieces(key, value, label, problems)
        elif key.startswith("_"):
            problems.append(Problem("E606", f"{label}: unknown option; options: {' '.join(OPTIONS)}"))
        elif isinstance(value, str):
            yield Piece("member", Source(f"{key}: {value.strip()}", label, entry=True))
        else:
            problems.append(Problem("E605", f"{label}: expected text such as str(120), found {_found(value)}"))


def _option_pieces(key: str, value: object, label: str, problems: list[Problem]) -> Iterator[Piece]:
    if isinstance(value, bool) and key in ("_softdelete", "_timestamps"):
        value = "on" if value else "off"
    if not isinstance(value, str):
        problems.append(Problem("E605", f"{label}: expected text, found {_found(value)}"))
    elif key != "_doc":
        yield Piece("option", Source(f"{key[1:]}={value}", label, entry=True))
    elif len(value.splitlines()) > 1:
        problems.append(Problem("E605", f"{label}: expected one line of text, found {len(value.splitlines())}"))
    else:
        yield Piece("option", Source(quoted(value.rstrip("\r\n")), label, entry=True))


def _is_groups(value: object) -> TypeGuard[list[list[str]]]:
    return isinstance(value, list) and all(
        isinstance(members, list) and all(isinstance(name, str) and _WORD.fullmatch(name) for name in members)
        for members in value
    )


def _found(value: object) -> str:
    if value is None:
        return "NoneType"
    if value == "":
        return "nothing"
    return f"{reprlib.repr(value)} ({type(value).__name__})"


def _error(rule: str, message: str) -> SpecError:
    return SpecError([Problem(rule, message)])


# A Spec as a mapping


def to_mapping(spec: Spec) -> SpecMapping:
    mapping: SpecMapping = {enum.name: enum.declaration for enum in spec.enums}
    for entity in spec.entities:
        mapping[entity.name] = _entity_mapping(entity)
    return mapping


def _entity_mapping(entity: Entity) -> EntityMapping:
    mapping: EntityMapping = {member.name: member.declaration for member in entity.members}
    for kind in ("unique", "index"):
        groups = [list(group.members) for group in entity.groups if group.kind == kind]
        if groups:
            mapping[f"_{kind}"] = groups
    for option, value in entity.options.items():
        mapping[f"_{option}"] = value
    if entity.doc:
        mapping["_doc"] = entity.doc
    return mapping


def to_json(spec: Spec, *, indent: int | None = None) -> str:
    return json.dumps(to_mapping(spec), ensure_ascii=False, indent=indent)


def to_yaml(spec: Spec) -> str:
    return "".join(f"{line}\n" for line in _yaml_lines(to_mapping(spec))) or "{}\n"


def _yaml_lines(mapping: SpecMapping) -> Iterator[str]:
    for name, content in mapping.items():
        if isinstance(content, str):
            yield f"{name}: {_yaml_scalar(content)}"
            continue
        yield f"{name}:"
        for key, value in content.items():
            if isinstance(value, str):
                yield f"  {key}: {_yaml_scalar(value)}"
            else:
                groups = (f"[{', '.join(members)}]" for members in value)
                yield f"  {key}: [{', '.join(groups)}]"


def _yaml_scalar(text: str) -> str:
    if _PLAIN_YAML.fullmatch(text) and text not in _YAML_WORDS:
        return text
    return "'" + text.replace("'", "''") + "'"
