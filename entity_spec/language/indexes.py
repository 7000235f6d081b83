"""Groups, and the limits of MySQL for an index and for a row."""

from __future__ import annotations

from entity_spec.errors import closest, shown, some
from entity_spec.language.lexer import Findings, Token
from entity_spec.language.tree import GroupNode, Known
from entity_spec.language.values import LENGTHS
from entity_spec.model import Field, Group, Relation

MAX_INDEXES = 60
MYSQL_ROW, MYSQL_INDEX, MYSQL_CHARACTER, MYSQL_LIVE = 65_535, 3072, 4, 1
"""In bytes; the last is that of the column in every unique index that keeps deleted rows out of it."""

_ENUM_COLUMN = 60
_BYTES = {"decimal": 18, "uuid": 32 * MYSQL_CHARACTER}
"""For columns that are not text; all others take at most 8 in an index, and 12 in a row."""
_ADDED_BYTES = 200
"""The key, the timestamps and what soft delete adds."""


def check_groups(known: Known, found: Findings) -> None:
    before: set[tuple[str, tuple[str, ...]]] = set()
    for group, node in known.groups:
        if len(group.members) < 2:
            _report_short_group(group, node, found)
            continue
        key = (group.kind, tuple(sorted(group.members)) if group.kind == "unique" else group.members)
        if key in before:
            found.add("E407", f"this {group.kind}(...) is there twice", "remove one", at=node.span)
            continue
        before.add(key)
        size = _check_group_members(known, node, found) + (MYSQL_LIVE if group.kind == "unique" else 0)
        if size > MYSQL_INDEX:
            message = f"this index may take {size} bytes, MySQL allows {MYSQL_INDEX}"
            found.add("E406", message, "make the texts shorter", at=node.span)


def _report_short_group(group: Group, node: GroupNode, found: Findings) -> None:
    kind = group.kind
    hint = f"for one field write {group.members[0]}:... {kind}" if group.members else f"for example {kind}(user, slug)"
    found.add("E403", f"{kind}(...) needs two fields or more", hint, at=node.span)


def _check_group_members(known: Known, node: GroupNode, found: Findings) -> int:
    """Return the number of bytes that the index may take."""
    members = {member.name: member for member in known.entity.members}
    size = 0
    before: set[str] = set()
    for token in node.members:
        name = token.text
        member = members.get(name)
        if name in before:
            found.add("E402", f"a field is there twice in {node.kind.text}(...)", "remove one", at=token)
        elif name not in known.nodes and name not in known.node.unread:
            _report_no_such_field(known, token, found)
        elif isinstance(member, Relation) and member.many:
            message = f"{name} is a many-to-many and has no column in {known.name}"
            found.add("E404", message, "remove it", at=token)
        elif isinstance(member, Field) and member.type in ("text", "json"):
            hint = f"use str(255) for {name}" if member.type == "text" else "remove it"
            found.add("E405", f"MySQL cannot index {name}: it is {member.type}", hint, at=token)
        elif member:
            size += _bytes(member)
        before.add(name)
    return size


def _report_no_such_field(known: Known, token: Token, found: Findings) -> None:
    name = token.text
    columns = {reference.column: reference.name for reference in known.entity.references}
    meant = columns.get(name) or closest(name, known.nodes)
    hint = f'did you mean "{meant}"?' if meant else f"its fields are {some(known.nodes)}"
    found.add("E401", f"{known.name} has no field {shown(name)}", hint, at=token, fix=meant)


def check_sizes(known: Known, found: Findings) -> None:
    entity = known.entity
    for member, node in known.fields:
        unique = node.switches.get("unique")
        key = unique or node.switches.get("index")
        length = _length(member)
        most = (MYSQL_INDEX - (MYSQL_LIVE if unique else 0)) // MYSQL_CHARACTER
        if key and length and length > most:
            message = f"{length} characters are too many for a MySQL index (at most {most})"
            found.add("E406", message, "make the texts shorter", at=key)
    keyed = [member for member in entity.fields if member.unique or member.index]
    indexes = len(keyed) + len(entity.references) + len(entity.groups)
    if indexes > MAX_INDEXES:
        message = f"{known.name} has {indexes} indexes (at most {MAX_INDEXES}; MySQL stops at 64)"
        found.add("E703", message, "remove some of them", at=known.node.name)
    texts = MYSQL_CHARACTER * sum(_length(member) or 0 for member in entity.fields)
    columns = [member for member in entity.members if not isinstance(member, Relation) or not member.many]
    row = _ADDED_BYTES + sum(_bytes(member) + 4 for member in columns)
    if row > MYSQL_ROW:
        size = texts if texts > MYSQL_ROW else row
        message = f"the texts of {known.name} may take {size:,} bytes, MySQL holds {MYSQL_ROW:,} in a row"
        found.add("E206", message, "make some of them text", at=known.node.name)


def _length(member: Field) -> int | None:
    """Return the length of a VARCHAR, None for other columns."""
    if member.type == "enum":
        return _ENUM_COLUMN
    return (member.max_length if member.type == "str" else None) or LENGTHS.get(member.type)


def _bytes(member: Field | Relation) -> int:
    """Return the number of bytes that a column may take on MySQL."""
    if isinstance(member, Relation):
        return _BYTES["uuid"]
    length = _length(member)
    return MYSQL_CHARACTER * length if length else _BYTES.get(member.type, 8)
