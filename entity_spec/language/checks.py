"""From the syntax tree to the model: what the words mean, and whether they work together on every database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from entity_spec import names, words
from entity_spec.errors import closest, shown, some
from entity_spec.language import brackets, values
from entity_spec.language.indexes import check_groups, check_sizes
from entity_spec.language.lexer import Findings, Token
from entity_spec.language.naming import NameChecker
from entity_spec.language.relations import RelationChecker
from entity_spec.language.renames import check_renames
from entity_spec.language.tree import Document, EntityNode, EnumNode, FieldNode, Known, description
from entity_spec.model import Entity, Field, Group, Relation, SharedEnum, Spec

MAX_ENTITIES, MAX_FIELDS = 500, 200


def check(document: Document, found: Findings, soft_delete: bool | None) -> Spec:
    """Return the model, which is only usable if no error was found."""
    entities = document.entities
    if len(entities) > MAX_ENTITIES:
        message = f"{len(entities)} entities are too many (at most {MAX_ENTITIES})"
        found.add("E701", message, "split the project", at=entities[MAX_ENTITIES].name)
    builder = _Builder(document, found, soft_delete)
    known = builder.known
    RelationChecker(known, found, soft_delete).check()
    for one in known.values():
        check_groups(one, found)
        check_sizes(one, found)
    NameChecker(document, known, found).check()
    check_renames(document, found)
    return Spec(tuple(one.entity for one in known.values()), tuple(builder.enums.values()))


class _Builder:
    """Entities one by one, with their fields and references."""

    def __init__(self, document: Document, found: Findings, soft_delete: bool | None) -> None:
        self.document = document
        self.found = found
        self.soft_delete = soft_delete
        self.entity_names = dict.fromkeys(node.name.text for node in document.entities)
        self.enums: dict[str, SharedEnum] = {}
        for enum in document.enums:
            self.enums.setdefault(enum.name.text, self.shared_enum(enum))
        self.known: dict[str, Known] = {}
        for node in document.entities:
            known = self.entity(node)
            self.known.setdefault(known.name, known)

    # Entities and shared enums

    def shared_enum(self, node: EnumNode) -> SharedEnum:
        spelled = brackets.read_enum(node.name, node.arguments, self.found)
        return SharedEnum(node.name.text, spelled, description(node.doc))

    def entity(self, node: EntityNode) -> Known:
        name = node.name.text
        if not node.fields and not node.unread:
            self.found.add("E111", f"{name} has no fields", "for example User(name:str)", at=node.name)
        if len(node.fields) > MAX_FIELDS:
            message = f"{name} has {len(node.fields)} fields (at most {MAX_FIELDS})"
            self.found.add("E702", message, "split it", at=node.name)
        options = {option: value.text for option, (_, value) in node.options.items()}
        members: dict[str, Field | Relation] = {}
        nodes: dict[str, FieldNode] = {}
        for field_node in node.fields:
            field_name = field_node.name.text
            if field_name in nodes:
                message = f"{name} has two fields named {field_name}"
                self.found.add("E202", message, "rename one of them", at=field_node.name)
                continue
            nodes[field_name] = field_node
            self.check_field_name(field_node.name, name, options)
            member = self.member(field_node)
            if member:
                members[field_name] = member
        groups = (Group(group.kind.text, tuple(token.text for token in group.members)) for group in node.groups)
        entity = Entity(
            name,
            tuple(members.values()),
            tuple(groups),
            table_option=options.get("table"),
            plural_option=options.get("plural"),
            softdelete=_switch(options.get("softdelete")),
            timestamps=_switch(options.get("timestamps")),
            api=options.get("api", "full"),
            doc=description(node.doc),
            was=options.get("was"),
        )
        return Known(node, entity, nodes)

    def check_field_name(self, token: Token, entity: str, options: Mapping[str, str]) -> None:
        name = token.text
        added = self.added(name, options)
        if added:
            self.found.add("E502", f"{name} is added to every entity {added}", "leave it out", at=token)
            return
        refused = names.refused_field(name)
        if refused:
            better = f"{names.snake(entity)}_{name}"
            message = f"{name} cannot be used: {refused.reason}"
            self.found.add(refused.rule, message, f'did you mean "{better}"?', at=token, fix=better)

    def added(self, name: str, options: Mapping[str, str]) -> str:
        """Say why every entity like the one with these options has such a column anyway; "" if this one has not."""
        if name == names.KEY_COLUMN:
            return "(the primary key)"
        if name in names.TIMESTAMPS and options.get("timestamps") != "off":
            return "(a timestamp)"
        softdelete = _switch(options.get("softdelete"))
        if name in names.SOFT_DELETE and (self.soft_delete if softdelete is None else softdelete) is not False:
            return "with soft delete"
        return ""

    # Fields and references by themselves

    def member(self, node: FieldNode) -> Field | Relation | None:
        name = node.type.text
        if name in words.TYPES:
            self.check_modifiers(node, name)
            return values.read_field(node, self.found)
        if name in self.enums and name not in self.entity_names:
            self.check_modifiers(node, "enum")
            if node.many:
                hint = "use json for a list of values, or an entity of its own"
                self.found.add("E203", f"there is no list type: {name}[]", hint, at=node.type_span)
            return values.read_field(node, self.found, self.enums[name].values)
        if name in self.entity_names:
            return self.relation(node)
        if name not in self.document.unread:
            self.unknown_type(node)
        return None

    def unknown_type(self, node: FieldNode) -> None:
        name = node.type.text
        plain = name.lower().rpartition(".")[2]
        known = words.FOREIGN_TYPES.get(plain, plain if plain in words.TYPES else None)
        entity = self.spellings.get(names.snake(name))
        is_entity = entity or plain in words.ALSO_ENTITIES or not (known or plain in words.NO_TYPES)
        if node.is_reference and is_entity:
            self.unknown_entity(node, entity or closest(name, [*self.entity_names, *self.enums]))
            return
        if not (entity or known or plain in words.NO_TYPES):
            similar = closest(plain, [*words.TYPES, *words.FOREIGN_TYPES]) or ""
            known = words.FOREIGN_TYPES.get(similar, similar) or None
        meant = entity or (known if plain not in words.NO_TYPES else None)
        hint = f'did you mean "{meant}"? ' if meant else words.NO_TYPES.get(plain, "")
        if not (entity or node.is_reference or plain in words.NO_TYPES):
            hint += f"types: {' '.join(words.TYPES)}, or an entity's name"
        self.found.add("E203", f'unknown type "{shown(name)}"', hint.rstrip(), at=node.type, fix=meant)

    def unknown_entity(self, node: FieldNode, meant: str | None) -> None:
        name = shown(node.type.text)
        add = f"add it: {name}(name:str); the entities are {some(self.entity_names)}"
        hint = f'did you mean "{meant}"?' if meant else add
        self.found.add("E204", f"there is no entity {name}", hint, at=node.type, fix=meant)

    @cached_property
    def spellings(self) -> dict[str, str]:
        """Index the entities and shared enums by their names in lower case, and by their plurals."""
        candidates = [*self.entity_names, *self.enums]
        by_plural = {names.plural(names.snake(name)): name for name in candidates}
        return by_plural | {names.snake(name): name for name in candidates}

    def check_modifiers(self, node: FieldNode, type_name: str) -> None:
        """Check a field that is not a reference."""
        name = node.name.text
        wrong = f"{name} is {words.a(type_name)}"
        for word in words.ON_DELETE:
            if word in node.switches:
                self.found.add("E119", f"{word} is only for references", wrong, at=node.switches[word])
        if node.backref:
            self.found.add("E119", "backref is only for references", wrong, at=node.backref)
        if node.pattern and type_name != "str":
            self.found.add("E119", "pattern is only for str", wrong, at=node.pattern)
        self.check_keys(node, type_name)
        readonly, writeonly = node.switches.get("readonly"), node.switches.get("writeonly")
        if readonly and writeonly:
            later = max(readonly, writeonly, key=lambda token: token.start)
            self.found.add("E119", "readonly and writeonly exclude each other", "keep one", at=later)
        elif readonly and not node.optional and not node.default:
            message = f"{name} is required but nobody may set it"
            self.found.add("E119", message, "give it a default or make it optional", at=readonly)

    def check_keys(self, node: FieldNode, type_name: str) -> None:
        unique, index = node.switches.get("unique"), node.switches.get("index")
        use = f"use str(255) for {node.name.text}" if type_name == "text" else "leave it out"
        if unique and type_name == "bool":
            self.found.add("E119", "a unique bool allows only two rows", "remove unique", at=unique)
        if unique and type_name in ("text", "json"):
            self.found.add("E405", f"MySQL cannot make a unique index on {type_name}", use, at=unique)
        if index and type_name in ("text", "json"):
            message = f"MySQL cannot index {node.name.text}: it is {type_name}"
            self.found.add("E405", message, use, at=index)
        if index and unique:
            self.found.add("E119", "a unique field is already indexed", "remove index", at=index)

    def relation(self, node: FieldNode) -> Relation:
        name, target = node.name.text, node.type.text
        if node.arguments:
            message = f"a reference takes no arguments: {target}"
            at = node.type.to(node.arguments.span)
            self.found.add("E205", message, f"write only {target}", at=at, fix=target)
        if node.pattern:
            self.found.add("E119", "pattern is only for str", f"{name} is a reference", at=node.pattern)
        for word in ("readonly", "writeonly"):
            if word in node.switches:
                hint = f"remove {word}"
                self.found.add("E119", f"{word} is not for references", hint, at=node.switches[word])
        checks = self.check_many if node.many else self.check_reference
        checks(node)
        return Relation(
            name,
            target,
            many=node.many,
            optional=node.optional is not None,
            unique="unique" in node.switches,
            on_delete=next((word for word in words.ON_DELETE if word in node.switches), None),
            backref=node.backref.text if node.backref else None,
            doc=description(node.doc),
            was=node.former_name,
        )

    def check_many(self, node: FieldNode) -> None:
        for word in ("unique", "index", *words.ON_DELETE):
            if word in node.switches:
                message = f"{word} is not for many-to-many"
                self.found.add("E309", message, f"remove {word}", at=node.switches[word])
        if node.default:
            self.found.add("E309", "a many-to-many has no default", "remove the default", at=node.default)

    def check_reference(self, node: FieldNode) -> None:
        name, target = node.name.text, node.type.text
        if node.default:
            hint = f"remove it, or make {name} optional: {name}:{target}?"
            self.found.add("E208", "a reference has no default", hint, at=node.default)
        if "index" in node.switches:
            self.found.add("E119", "a reference is already indexed", "remove index", at=node.switches["index"])
        if "setnull" in node.switches and not node.optional:
            message = f"{name} is required, so it cannot become empty when its {target} is deleted"
            hint = f'did you mean "{name}:{target}? setnull", or cascade, or restrict?'
            self.found.add("E301", message, hint, at=node.switches["setnull"])


def _switch(value: str | None) -> bool | None:
    return None if value is None else value == "on"
