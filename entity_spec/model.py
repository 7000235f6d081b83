"""What the user asked for, as immutable values. The parser makes them; everything else only reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from entity_spec import names

TEXT_TYPES = ("str", "text", "slug", "email", "url")

_BARE = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9_+.:/@-]*")
_NO_VALUE = ("None", "null")
"""Without quotes, these words mean that there is no default."""


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def range_text(low: Decimal | int | None, high: Decimal | int | None) -> str:
    """`0..10`, `0..` or `..10`."""
    return "..".join(
        "" if limit is None else format(limit, "f" if isinstance(limit, Decimal) else "d") for limit in (low, high)
    )


@dataclass(frozen=True)
class Field:
    """A column of its own: `name:type(arguments)?=default modifiers "doc"`."""

    name: str
    type: str
    """One of the scalar types, or "enum"."""
    optional: bool = False
    default: str | None = None
    """The default's text without quotes, such as `now`, `true`, `{}`, `9.99` or `Ann`; None if there is none."""
    min_length: int | None = None
    max_length: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    digits: int | None = None
    places: int | None = None
    values: tuple[str, ...] = ()
    """The values of an enum, shared or not."""
    enum: str | None = None
    """The name of a shared enum, None for one that is written in place."""
    unique: bool = False
    index: bool = False
    readonly: bool = False
    writeonly: bool = False
    pattern: str | None = None
    doc: str = ""
    was: str | None = None
    """What it was called before; `evolve` renames it."""

    @property
    def type_text(self) -> str:
        """The type as written: `decimal(10,2,0..)`, `enum(a,b)`, or a shared enum's name."""
        if self.enum:
            return self.enum
        arguments = list(self.values)
        if self.digits is not None:
            arguments += [str(self.digits), str(self.places)]
        if self.min_length is not None:
            arguments.append(range_text(self.min_length, self.max_length))
        elif self.max_length is not None:
            arguments.append(str(self.max_length))
        if self.low is not None or self.high is not None:
            arguments.append(range_text(self.low, self.high))
        return f"{self.type}({','.join(arguments)})" if arguments else self.type

    @property
    def default_text(self) -> str:
        if self.default is None:
            return ""
        if self.type in TEXT_TYPES and (not _BARE.fullmatch(self.default) or self.default in _NO_VALUE):
            return "=" + quoted(self.default)
        return "=" + self.default

    @property
    def declaration(self) -> str:
        """What comes after the name and its colon."""
        switches = {"unique": self.unique, "index": self.index, "readonly": self.readonly, "writeonly": self.writeonly}
        flags = [name for name, on in switches.items() if on]
        pattern = [] if self.pattern is None else ["pattern=/" + self.pattern.replace("/", "\\/") + "/"]
        head = self.type_text + "?" * self.optional + self.default_text
        return " ".join([head, *flags, *pattern, *_was(self.was), *_doc(self.doc)])

    def __str__(self) -> str:
        return f"{self.name}:{self.declaration}"


@dataclass(frozen=True)
class Relation:
    """A reference (`user:User`), a one-to-one (`user:User unique`) or a many-to-many (`tags:Tag[]`)."""

    name: str
    target: str
    many: bool = False
    optional: bool = False
    unique: bool = False
    on_delete: str | None = None
    """cascade, restrict or setnull if the text says so; `rule` is what applies."""
    backref: str | None = None
    """As written: a name, "none", or None if the text says nothing; `inverse` is what applies."""
    inverse: str | None = None
    """The name of the other side, None if there is none. Set by the parser, which sees all entities."""
    doc: str = ""
    was: str | None = None
    """What it was called before; `evolve` renames it."""

    @property
    def rule(self) -> str:
        return self.on_delete or ("setnull" if self.optional else "restrict")

    @property
    def column(self) -> str:
        return f"{self.name}_id"

    @property
    def declaration(self) -> str:
        """What comes after the name and its colon."""
        words = [self.target + "[]" * self.many + "?" * self.optional]
        if self.unique:
            words.append("unique")
        if self.on_delete:
            words.append(self.on_delete)
        if self.backref:
            words.append(f"backref={self.backref}")
        return " ".join([*words, *_was(self.was), *_doc(self.doc)])

    def __str__(self) -> str:
        return f"{self.name}:{self.declaration}"


@dataclass(frozen=True)
class Group:
    """`unique(a, b)` or `index(a, b)`; the members are names of fields and references, not of columns."""

    kind: str
    members: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}({', '.join(self.members)})"


@dataclass(frozen=True)
class SharedEnum:
    name: str
    values: tuple[str, ...]
    doc: str = ""

    @property
    def declaration(self) -> str:
        return " ".join([f"enum({', '.join(self.values)})", *_doc(self.doc)])

    def __str__(self) -> str:
        return " ".join([f"enum {self.name}({', '.join(self.values)})", *_doc(self.doc)])


@dataclass(frozen=True)
class Entity:
    name: str
    members: tuple[Field | Relation, ...]
    groups: tuple[Group, ...] = ()
    table_option: str | None = None
    plural_option: str | None = None
    softdelete: bool | None = None
    """None means the project's answer. The same goes for `timestamps`."""
    timestamps: bool | None = None
    api: str = "full"
    doc: str = ""
    was: str | None = None
    """What it was called before; `evolve` renames it."""

    @cached_property
    def snake(self) -> str:
        return names.snake(self.name)

    @cached_property
    def plural(self) -> str:
        return self.plural_option or names.plural(self.snake)

    @property
    def table(self) -> str:
        return self.table_option or self.plural

    @property
    def settled(self) -> Entity:
        return replace(self, was=None, members=tuple(replace(member, was=None) for member in self.members))

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(member for member in self.members if isinstance(member, Field))

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        return tuple(member for member in self.members if isinstance(member, Relation))

    @cached_property
    def references(self) -> tuple[Relation, ...]:
        """The relations that have a column here: many-to-one and one-to-one."""
        return tuple(relation for relation in self.relations if not relation.many)

    @property
    def options(self) -> dict[str, str]:
        """The options as written, without those that say nothing."""
        switches = {"softdelete": self.softdelete, "timestamps": self.timestamps}
        options = {"table": self.table_option, "plural": self.plural_option}
        options |= {name: None if value is None else "on" if value else "off" for name, value in switches.items()}
        options |= {"api": None if self.api == "full" else self.api, "was": self.was}
        return {name: value for name, value in options.items() if value}

    def __str__(self) -> str:
        body = ", ".join(map(str, (*self.members, *self.groups)))
        options = [f"{name}={value}" for name, value in self.options.items()]
        return " ".join([f"{self.name}({body})", *options, *_doc(self.doc)])


@dataclass(frozen=True)
class Spec:
    entities: tuple[Entity, ...] = ()
    enums: tuple[SharedEnum, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Entity]:
        return {entity.name: entity for entity in self.entities}

    @cached_property
    def inverses(self) -> dict[str, tuple[tuple[Entity, Relation], ...]]:
        """For each entity, the relations that point at it and have another side, in the order of the text."""
        found: dict[str, list[tuple[Entity, Relation]]] = {entity.name: [] for entity in self.entities}
        for entity in self.entities:
            for relation in entity.relations:
                if relation.inverse:
                    found[relation.target].append((entity, relation))
        return {name: tuple(relations) for name, relations in found.items()}

    @cached_property
    def insert_order(self) -> tuple[Entity, ...]:
        """Parents before children, by required references; otherwise the order of the text."""
        ordered: dict[str, Entity] = {}
        started: set[str] = set()
        for root in self.entities:
            waiting = [root]
            while waiting:
                entity = waiting[-1]
                parents = () if entity.name in started else self._parents(entity)
                started.add(entity.name)
                unseen = [parent for parent in parents if parent.name not in started]
                if unseen:
                    waiting.extend(reversed(unseen))
                else:
                    ordered.setdefault(entity.name, waiting.pop())
        return tuple(ordered.values())

    @cached_property
    def table_order(self) -> tuple[Entity, ...]:
        """Each table after all tables that it refers to, or if there is a cycle, after those that it requires."""
        waiting = {entity.name: {ref.target for ref in entity.references} - {entity.name} for entity in self.entities}
        ordered: list[str] = []
        ready = [name for name, targets in waiting.items() if not targets]
        while ready:
            ordered += ready
            for name in ready:
                del waiting[name]
            placed = set(ordered)
            ready = [name for name, targets in waiting.items() if targets <= placed]
        ordered += [entity.name for entity in self.insert_order if entity.name in waiting]
        return tuple(self.by_name[name] for name in ordered)

    def _parents(self, entity: Entity) -> list[Entity]:
        return [self.by_name[reference.target] for reference in entity.references if not reference.optional]

    @property
    def settled(self) -> Spec:
        """The same, when what was renamed has its new name everywhere."""
        return replace(self, entities=tuple(entity.settled for entity in self.entities))

    @property
    def lines(self) -> tuple[str, ...]:
        """The canonical items, shared enums first."""
        return tuple(map(str, (*self.enums, *self.entities)))

    def __str__(self) -> str:
        """The canonical text."""
        return "; ".join(self.lines) or "none"


def _was(name: str | None) -> list[str]:
    return [f"was={name}"] if name else []


def _doc(text: str) -> list[str]:
    return [quoted(text)] if text else []
