"""A syntax tree to a model: what the words mean, and whether they can work together on every database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from entity_spec import names, values, words
from entity_spec.errors import Fix, closest, shown, some
from entity_spec.lexer import Findings, Span, Token
from entity_spec.model import Entity, Field, Group, Relation, SharedEnum, Spec
from entity_spec.syntax import Document, EntityNode, EnumNode, FieldNode, GroupNode

MAX_ENTITIES, MAX_FIELDS, MAX_INDEXES = 500, 200, 60
MYSQL_ROW, MYSQL_INDEX = 65_535, 3072
MYSQL_CHARACTER = 4
MAX_INDEXED = MYSQL_INDEX // MYSQL_CHARACTER

_ENUM_COLUMN = 60
_BYTES = {"decimal": 18, "uuid": 32 * MYSQL_CHARACTER}
"""Of columns that are not texts, on MySQL; all others take at most 12."""
_ADDED_BYTES = 200
"""The key, the timestamps and what soft delete adds."""


@dataclass
class _Known:
    """An entity with its node, and the nodes of its members and groups."""

    node: EntityNode
    entity: Entity
    nodes: dict[str, FieldNode] = field(default_factory=dict)
    groups: list[tuple[Group, GroupNode]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.entity.name

    @property
    def fields(self) -> Iterator[tuple[Field, FieldNode]]:
        return ((member, self.nodes[member.name]) for member in self.entity.fields)

    @property
    def relations(self) -> Iterator[tuple[Relation, FieldNode]]:
        return ((member, self.nodes[member.name]) for member in self.entity.relations)


def check(document: Document, found: Findings, soft_delete: bool | None) -> Spec:
    """The model; it is worth something only where nothing wrong was found."""
    return _Checker(document, found, soft_delete).spec()


class _Checker:
    def __init__(self, document: Document, found: Findings, soft_delete: bool | None) -> None:
        self.document = document
        self.found = found
        self.soft_delete = soft_delete
        self.entity_names = {node.name.text for node in document.entities}
        self.enums: dict[str, SharedEnum] = {}
        self.known: dict[str, _Known] = {}
        self.same_modules: set[str] = set()

    def spec(self) -> Spec:
        self.check_classes()
        for enum in self.document.enums:
            self.enums.setdefault(enum.name.text, self.shared_enum(enum))
        for node in self.document.entities:
            known = self.entity(node)
            self.known.setdefault(known.name, known)
        self.name_other_sides()
        self.check_cycles()
        for known in self.known.values():
            self.check_references(known)
            self.check_groups(known)
            self.check_sizes(known)
        self.check_generated_classes()
        self.check_tables()
        self.check_database_names()
        for known in self.known.values():
            self.warn(known)
        return Spec(tuple(known.entity for known in self.known.values()), tuple(self.enums.values()))

    # Entities and shared enums by themselves

    def check_classes(self) -> None:
        entities = self.document.entities
        if len(entities) > MAX_ENTITIES:
            message = f"{len(entities)} entities are too many (at most {MAX_ENTITIES})"
            self.found.add("E701", message, "split the project", at=entities[MAX_ENTITIES].name)
        before: dict[str, str] = {}
        for item in self.document.items:
            name = item.name.text
            module = names.snake(name)
            first = before.get(module)
            if first == name:
                self.found.add("E201", f"{name} is defined twice", "rename one of them", at=item.name)
            elif first:
                self.same_modules.add(name)
                message = f"{name} and {first} give the same module name {module}"
                self.found.add("E201", message, "rename one of them", at=item.name)
            before.setdefault(module, name)
            refused = names.refused_class(name)
            if refused:
                hint = f"add a word, for example {'Shop' if refused.rule == 'E501' else 'App'}{name}"
                self.found.add(refused.rule, f"{name} cannot be used: {refused.reason}", hint, at=item.name)

    def shared_enum(self, node: EnumNode) -> SharedEnum:
        spelled = values.enum_values(node.name, node.arguments, self.found)
        return SharedEnum(node.name.text, spelled, node.doc.text if node.doc else "")

    def entity(self, node: EntityNode) -> _Known:
        name = node.name.text
        if not node.fields and not node.unread:
            self.found.add("E111", f"{name} has no fields", "for example User(name:str)", at=node.name)
        if len(node.fields) > MAX_FIELDS:
            message = f"{name} has {len(node.fields)} fields (at most {MAX_FIELDS})"
            self.found.add("E702", message, "split it", at=node.name)
        members: dict[str, Field | Relation] = {}
        nodes: dict[str, FieldNode] = {}
        for field_node in node.fields:
            field_name = field_node.name.text
            if field_name in nodes:
                message = f"{name} has two fields named {field_name}"
                self.found.add("E202", message, "rename one of them", at=field_node.name)
                continue
            nodes[field_name] = field_node
            self.check_field_name(field_node.name, name)
            member = self.member(field_node)
            if member:
                members[field_name] = member
        options = {option: value.text for option, (_, value) in node.options.items()}
        groups = [(Group(group.kind.text, tuple(token.text for token in group.members)), group) for group in node.groups]
        entity = Entity(
            name,
            tuple(members.values()),
            tuple(group for group, _ in groups),
            table_option=options.get("table"),
            plural_option=options.get("plural"),
            softdelete=_switch(options.get("softdelete")),
            timestamps=_switch(options.get("timestamps")),
            api=options.get("api", "full"),
            doc=node.doc.text if node.doc else "",
        )
        return _Known(node, entity, nodes, groups)

    def check_field_name(self, token: Token, entity: str) -> None:
        name = token.text
        if name in names.ADDED_COLUMNS:
            message = f"{name} is added to every entity ({names.ADDED_COLUMNS[name]})"
            self.found.add("E502", message, "leave it out", at=token)
            return
        refused = names.refused_field(name)
        if refused:
            better = f"{names.snake(entity)}_{name}"
            message = f"{name} cannot be used: {refused.reason}"
            self.found.add(refused.rule, message, f'did you mean "{better}"?', at=token, fix=better)

    # Fields and references by themselves

    def member(self, node: FieldNode) -> Field | Relation | None:
        name = node.type.text
        if name in words.TYPES:
            self.check_modifiers(node, name)
            return values.field(node, self.found)
        if name in self.enums and name not in self.entity_names:
            self.check_modifiers(node, "enum")
            if node.many:
                message, hint = f"there is no list type: {name}[]", "use json for a list of values, or an entity of its own"
                self.found.add("E203", message, hint, at=node.type_span)
            return values.field(node, self.found, self.enums[name].values)
        if name in self.entity_names:
            return self.relation(node)
        if name not in self.document.unread:
            self.unknown_type(node)
        return None

    def unknown_type(self, node: FieldNode) -> None:
        name = node.type.text
        plain = name.lower().rpartition(".")[2]
        known = words.foreign_type(plain) or (plain if plain in words.TYPES else None)
        message = f'unknown type "{shown(name)}"'
        if node.is_reference and known:
            self.found.add("E203", message, f'did you mean "{known}"?', at=node.type, fix=known)
        elif node.is_reference and plain in words.NO_TYPES and not self.similar_entity(name):
            self.found.add("E203", message, words.NO_TYPES[plain], at=node.type)
        elif node.is_reference:
            self.unknown_entity(node)
        elif names.camel(name) in self.entity_names | self.enums.keys():
            known = names.camel(name)
            self.found.add("E203", message, f'did you mean "{known}"?', at=node.type, fix=known)
        elif plain in words.NO_TYPES:
            self.found.add("E203", message, words.NO_TYPES[plain], at=node.type)
        else:
            similar = closest(plain, [*words.TYPES, *words.FOREIGN_TYPES]) or ""
            known = known or words.FOREIGN_TYPES.get(similar, similar) or None
            suggestion = f'did you mean "{known}"? ' if known else ""
            hint = f"{suggestion}types: {' '.join(words.TYPES)}, or an entity's name"
            self.found.add("E203", message, hint, at=node.type, fix=known)

    def unknown_entity(self, node: FieldNode) -> None:
        name = node.type.text
        meant = self.similar_entity(name)
        if meant:
            hint = f'did you mean "{meant}"?'
        else:
            hint = f"add it: {shown(name)}(name:str); the entities are {some(self.in_order())}"
        self.found.add("E204", f"there is no entity {shown(name)}", hint, at=node.type, fix=meant)

    def similar_entity(self, name: str) -> str | None:
        """The entity that was meant, perhaps by its plural."""
        candidates = [*self.in_order(), *self.enums]
        by_plural = {names.plural(names.snake(entity)): entity for entity in candidates}
        return by_plural.get(names.snake(name)) or closest(name, candidates)

    def in_order(self) -> list[str]:
        return list(dict.fromkeys(node.name.text for node in self.document.entities))

    def check_modifiers(self, node: FieldNode, type_name: str) -> None:
        """Of a field that is no reference."""
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
            self.found.add("E205", message, f"write only {target}", at=node.arguments.span)
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
            doc=node.doc.text if node.doc else "",
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

    # The other side of references

    def name_other_sides(self) -> None:
        taken: dict[str, set[str]] = {name: set() for name in self.known}
        reported: set[frozenset[tuple[str, str]]] = set()
        for known in self.known.values():
            members = list(known.entity.members)
            for position, member in enumerate(members):
                if not isinstance(member, Relation):
                    continue
                inverse = self.other_side(known, member, taken[member.target])
                if inverse:
                    self.check_other_side(known, member, inverse, taken[member.target], reported)
                    taken[member.target].add(inverse)
                members[position] = replace(member, inverse=inverse)
            known.entity = replace(known.entity, members=tuple(members))

    def other_side(self, known: _Known, relation: Relation, taken: set[str]) -> str | None:
        if relation.backref:
            return None if relation.backref == "none" else relation.backref
        if relation.target == known.name:
            return "children" if relation.name == "parent" else f"{relation.name}_of"
        plain = known.entity.snake if relation.unique else known.entity.plural
        return f"{relation.name}_{plain}" if plain in taken else plain

    def check_other_side(
        self,
        known: _Known,
        relation: Relation,
        inverse: str,
        taken: set[str],
        reported: set[frozenset[tuple[str, str]]],
    ) -> None:
        node = known.nodes[relation.name]
        target = self.known[relation.target]
        refused = names.refused_field(inverse) or inverse in names.ADDED_COLUMNS
        if node.backref and (refused or not words.NAME.fullmatch(inverse)):
            message = f"backref={shown(inverse)} is not possible as a name"
            self.found.add("E304", message, "use a lower_case name that is not reserved", at=node.backref)
            return
        here, there = f"{known.name}.{relation.name}", f"{target.name}.{inverse}"
        rival_node = target.nodes.get(inverse)
        rival = next((member for member in target.entity.relations if member.name == inverse), None)
        if rival and rival_node and rival.target == known.name and rival_node is not node:
            pair = frozenset([(known.name, relation.name), (target.name, rival.name)])
            if pair not in reported:
                reported.add(pair)
                self.both_sides(known, relation, target, rival)
            return
        columns = {reference.column for reference in target.entity.references}
        if refused or rival_node or inverse in taken | columns | target.node.unread:
            why = "a reserved name" if refused else "which exists already"
            hint = f"add backref= with another name, for example backref={relation.name}_{known.entity.plural}"
            self.found.add("E304", f"the other side of {here} would be {there}, {why}", hint, at=node.span)

    def both_sides(self, known: _Known, relation: Relation, target: _Known, rival: Relation) -> None:
        """Two relations between the same two entities, where one has the name of the other's other side."""
        if relation.many and rival.many and self.comes_before(target, known):
            known, relation, target, rival = target, rival, known, relation
        here, there = f"{known.name}.{relation.name}", f"{target.name}.{rival.name}"
        node, rival_node = known.nodes[relation.name], target.nodes[rival.name]
        if relation.many and rival.many:
            hint = (
                f"one side is enough: {known.name}({node.text}) already gives {target.name} its list; "
                "for two separate relations add backref= to each"
            )
            message = f"{here} and {there} are declared on both sides"
            self.found.add("E305", message, hint, at=rival_node.span)
        elif rival.many:
            message = (
                f"{target.name}.{rival_node.text} is a many-to-many, "
                f"but {here} already gives {target.name} the list {rival.name}"
            )
            self.found.add("E305", message, f"remove {rival.name} from {target.name}", at=rival_node.span)
        else:
            message = f"{there} is also the other side of {here}"
            hint = f"rename one of them, or add backref=none to {here}"
            self.found.add("E304", message, hint, at=rival_node.span)

    def comes_before(self, first: _Known, second: _Known) -> bool:
        return next(name for name in self.known if name in (first.name, second.name)) == first.name

    # References

    def check_references(self, known: _Known) -> None:
        for relation, node in known.relations:
            name = relation.name
            if relation.many:
                continue
            if name.endswith("_id"):
                better = name.removesuffix("_id")
                message = f"{name} would become the column {relation.column}"
                hint = f'did you mean "{better}"? the column is then named {name}'
                self.found.add("E306", message, hint, at=node.name, fix=better)
            clash = known.nodes.get(relation.column)
            if clash:
                message = f"{known.name}.{name} already makes the column {relation.column}"
                self.found.add("E306", message, f"remove {relation.column}", at=clash.name)
            if relation.on_delete == "cascade":
                self.check_soft_cascade(known, relation, node)

    def check_soft_cascade(self, known: _Known, relation: Relation, node: FieldNode) -> None:
        parent = self.known[relation.target].entity
        parent_is_soft = self.soft_delete if parent.softdelete is None else parent.softdelete
        child_is_soft = self.soft_delete if known.entity.softdelete is None else known.entity.softdelete
        if parent_is_soft is None or child_is_soft is None or parent_is_soft == child_is_soft:
            return
        soft, hard = (parent.name, known.name) if parent_is_soft else (known.name, parent.name)
        message = f"{known.name}.{relation.name} is cascade, but {soft} is soft-deleted and {hard} is not"
        hint = "give both the same softdelete=, or use restrict or setnull"
        self.found.add("E311", message, hint, at=node.switches["cascade"])

    def check_cycles(self) -> None:
        """Depth first along required references, without recursion; each that closes a cycle is reported."""
        finished: set[str] = set()
        for root in self.known:
            if root in finished:
                continue
            path: dict[str, Iterator[tuple[Relation, FieldNode]]] = {}
            following: str | None = root
            while following or path:
                if following:
                    path[following] = self.required_references(following)
                name = next(reversed(path))
                relation, node = next(path[name], (None, None))
                following = None
                if relation is None or node is None:
                    path.popitem()
                    finished.add(name)
                elif relation.target == name:
                    self.self_reference(name, node)
                elif relation.target in path:
                    self.cycle([*path], name, relation, node)
                elif relation.target not in finished:
                    following = relation.target

    def required_references(self, name: str) -> Iterator[tuple[Relation, FieldNode]]:
        return (pair for pair in self.known[name].relations if not pair[0].many and not pair[0].optional)

    def self_reference(self, name: str, node: FieldNode) -> None:
        message = f"{name}.{node.name.text} needs another {name} first, so none could ever be created"
        hint = f'did you mean "{node.text}?" (optional)'
        self.found.add("E302", message, hint, at=node.span, fix=_optional(node))

    def cycle(self, path: list[str], name: str, relation: Relation, node: FieldNode) -> None:
        around = [*path[path.index(relation.target) :], relation.target]
        if len(around) > 12:
            around = [*around[:6], "...", *around[-5:]]
        message = f"{' -> '.join(around)}: each needs the next one first, so none could ever be created"
        hint = f"make one of them optional, for example {name}({node.text}?)"
        self.found.add("E303", message, hint, at=node.span, fix=_optional(node))

    # Groups

    def check_groups(self, known: _Known) -> None:
        before: set[tuple[str, tuple[str, ...]]] = set()
        for group, node in known.groups:
            if len(group.members) < 2:
                self.short_group(group, node)
                continue
            key = (group.kind, tuple(sorted(group.members)) if group.kind == "unique" else group.members)
            if key in before:
                self.found.add("E407", f"this {group.kind}(...) is there twice", "remove one", at=node.span)
                continue
            before.add(key)
            size = self.check_group_members(known, node)
            if size > MYSQL_INDEX:
                message = f"this index may take {size} bytes, MySQL allows {MYSQL_INDEX}"
                self.found.add("E406", message, "make the texts shorter", at=node.span)

    def short_group(self, group: Group, node: GroupNode) -> None:
        kind = group.kind
        hint = f"for one field write {group.members[0]}:... {kind}" if group.members else f"for example {kind}(user, slug)"
        self.found.add("E403", f"{kind}(...) needs two fields or more", hint, at=node.span)

    def check_group_members(self, known: _Known, node: GroupNode) -> int:
        """The bytes that the index may take."""
        members = {member.name: member for member in known.entity.members}
        size = 0
        before: set[str] = set()
        for token in node.members:
            name = token.text
            member = members.get(name)
            if name in before:
                self.found.add("E402", f"a field is there twice in {node.kind.text}(...)", "remove one", at=token)
            elif name not in known.nodes and name not in known.node.unread:
                self.no_such_field(known, token)
            elif isinstance(member, Relation) and member.many:
                message = f"{name} is a many-to-many and has no column in {known.name}"
                self.found.add("E404", message, "remove it", at=token)
            elif isinstance(member, Field) and member.type in ("text", "json"):
                hint = f"use str(255) for {name}" if member.type == "text" else "remove it"
                self.found.add("E405", f"MySQL cannot index {name}: it is {member.type}", hint, at=token)
            elif member:
                size += _bytes(member)
            before.add(name)
        return size

    def no_such_field(self, known: _Known, token: Token) -> None:
        name = token.text
        columns = {reference.column: reference.name for reference in known.entity.references}
        meant = columns.get(name) or closest(name, known.nodes)
        hint = f'did you mean "{meant}"?' if meant else f"its fields are {some(known.nodes)}"
        self.found.add("E401", f"{known.name} has no field {shown(name)}", hint, at=token, fix=meant)

    # Sizes

    def check_sizes(self, known: _Known) -> None:
        entity = known.entity
        for member, node in known.fields:
            key = node.switches.get("unique") or node.switches.get("index")
            length = _length(member)
            if key and length and length > MAX_INDEXED:
                message = f"{length} characters are too many for a MySQL index (at most {MAX_INDEXED})"
                self.found.add("E406", message, "make the texts shorter", at=key)
        keyed = [member for member in entity.fields if member.unique or member.index]
        indexes = len(keyed) + len(entity.references) + len(entity.groups)
        if indexes > MAX_INDEXES:
            message = f"{known.name} has {indexes} indexes (at most {MAX_INDEXES}; MySQL stops at 64)"
            self.found.add("E703", message, "remove some of them", at=known.node.name)
        texts = MYSQL_CHARACTER * sum(_length(member) or 0 for member in entity.fields)
        columns = [member for member in entity.members if not isinstance(member, Relation) or not member.many]
        row = _ADDED_BYTES + sum(_bytes(member) + 2 for member in columns)
        if row > MYSQL_ROW:
            size = texts if texts > MYSQL_ROW else row
            message = f"the texts of {known.name} may take {size:,} bytes, MySQL holds {MYSQL_ROW:,} in a row"
            self.found.add("E206", message, "make some of them text", at=known.node.name)

    # Derived names

    def check_generated_classes(self) -> None:
        declared = {item.name.text: item.name for item in reversed(self.document.items)}
        generated: dict[str, str] = {}
        for known in self.known.values():
            for suffix, schema in names.SCHEMAS.items():
                generated[known.name + suffix] = f"the {schema} schema of {known.name}"
        for known in self.known.values():
            for member, node in known.fields:
                if member.type != "enum" or member.enum:
                    continue
                name = known.name + names.camel(member.name)
                if name in generated:
                    self.second_class(name, generated[name], node.name)
                else:
                    generated[name] = f"the enum class of {known.name}.{member.name}"
        for name, token in declared.items():
            if name in generated:
                self.second_class(name, generated[name], token)

    def second_class(self, name: str, other: str, at: Token) -> None:
        message = f"{name} is also the name of {other}"
        self.found.add("E507", message, "rename the entity or the field", at=at)

    def check_tables(self) -> None:
        tables: dict[str, str] = {"alembic_version": "Alembic"}
        addresses: dict[str, str] = {}
        for known in self.known.values():
            entity, token = known.entity, known.node.name
            plural_hint = f"add plural=, for example {known.name}(...) plural={entity.snake}_items"
            refused = names.refused_plural(entity.plural)
            if refused:
                message = f"{known.name} cannot be used: {refused.reason}"
                self.found.add(refused.rule, message, plural_hint, at=token)
            reserved = names.refused_table(entity.table)
            if reserved:
                option = known.node.options.get("table") or known.node.options.get("plural")
                message = f"{entity.table} cannot be used: {reserved.reason}"
                self.found.add(reserved.rule, message, "use another name, with table=", at=option[1] if option else token)
            if entity.plural in names.SERVED_PATHS:
                self.found.add("E511", f"the address /{entity.plural} belongs to the framework", plural_hint, at=token)
            if known.name in self.same_modules:
                continue
            other = tables.get(entity.table)
            what = f"table {entity.table}"
            if not other and entity.plural in addresses:
                other, what = addresses[entity.plural], f"address /{entity.plural}"
            if other:
                hint = f"add plural= or table= to one of them, for example {known.name}(...) plural={entity.snake}_items"
                self.found.add("E510", f"{known.name} and {other} both give the {what}", hint, at=token)
            tables.setdefault(entity.table, known.name)
            addresses.setdefault(entity.plural, known.name)
        self.check_join_tables(tables)

    def check_join_tables(self, tables: dict[str, str]) -> None:
        for known in self.known.values():
            for relation, node in known.relations:
                if not relation.many:
                    continue
                table = f"{known.entity.snake}_{relation.name}"
                here = f"{known.name}.{relation.name}"
                other = tables.setdefault(table, here)
                if "." in other and other != here:
                    message = f"the join table {table} of {here} is also the join table of {other}"
                    self.found.add("E310", message, "rename one of them", at=node.name)
                elif other != here:
                    message = f"the join table {table} of {here} is also the table of {other}"
                    hint = f"use {other} as the join: remove {relation.name}, or rename it"
                    self.found.add("E310", message, hint, at=node.name)

    def check_database_names(self) -> None:
        named: set[str] = set()
        too_long: set[Span] = set()
        for known in self.known.values():
            for name, at in self.database_names(known):
                if len(name) > names.MAX_NAME:
                    if at not in too_long:
                        message = f"the name {shown(name, 200)} has {len(name)} characters, PostgreSQL allows {names.MAX_NAME}"
                        self.found.add("E509", message, "use a shorter name, or table= with a shorter one", at=at)
                    too_long.add(at)
                elif name in named and not self.found.errors:
                    message = f"{name} would be the name of two indexes or keys"
                    self.found.add("E510", message, "rename one of the fields", at=at)
                named.add(name)

    def database_names(self, known: _Known) -> Iterator[tuple[str, Span]]:
        """The names of tables, columns, keys and indexes, each with what gives it its name."""
        table = known.entity.table
        yield f"pk_{table}", known.node.name
        columns: dict[str, str] = {}
        for member in known.entity.members:
            at = known.nodes[member.name].name
            if isinstance(member, Relation) and member.many:
                yield from self.join_names(known.entity, member, at)
                continue
            column = columns[member.name] = member.column if isinstance(member, Relation) else member.name
            if isinstance(member, Relation):
                yield f"fk_{table}_{column}", at
            if member.unique:
                yield f"uq_{table}_{column}", at
            elif isinstance(member, Relation) or member.index:
                yield f"ix_{table}_{column}", at
            if len(column) > names.MAX_NAME:
                yield column, at
        for group, node in known.groups:
            if len(group.members) > 1 and all(name in columns for name in group.members):
                prefix = "uq" if group.kind == "unique" else "ix"
                yield "_".join([prefix, table, *(columns[name] for name in group.members)]), node.span

    def join_names(self, entity: Entity, relation: Relation, at: Span) -> Iterator[tuple[str, Span]]:
        table = f"{entity.snake}_{relation.name}"
        other = self.known[relation.target].entity.snake
        yield f"pk_{table}", at
        yield f"fk_{table}_{entity.snake}_id", at
        yield f"fk_{table}_{'other_' * (relation.target == entity.name)}{other}_id", at

    # Warnings

    def warn(self, known: _Known) -> None:
        entity, at = known.entity, known.node.name
        if entity.name.startswith("Test"):
            message = f"pytest takes classes named Test... for tests: {entity.name}"
            self.found.add("W513", message, "a name without Test in front avoids its warnings", at=at)
        if names.looks_plural(entity.snake) and not entity.plural_option:
            hint = "the table name adds the plural by itself; give plural= if this is right"
            self.found.add("W514", f"{entity.name} looks like a plural; entity names are singular", hint, at=at)
        for member, node in known.fields:
            if member.name in names.SECRETS and not member.writeonly:
                message = f"{member.name} would be stored as it is and shown by the API"
                self.found.add("W515", message, "add writeonly, and store a hash", at=node.name)
            self.warn_of_reference(member, node)

    def warn_of_reference(self, member: Field, node: FieldNode) -> None:
        stem = member.name.removesuffix("_id")
        entity = names.camel(stem)
        if stem == member.name or entity not in self.known or member.type not in ("int", "bigint", "uuid", "str"):
            return
        message = f"{member.name} looks like a reference to {entity}, but is only {words.a(member.type)}"
        hint = f'did you mean "{stem}:{entity}"? it makes the column {member.name} with a foreign key'
        self.found.add("W516", message, hint, at=node.name)


def _switch(value: str | None) -> bool | None:
    return None if value is None else value == "on"


def _optional(node: FieldNode) -> Fix:
    return Fix(node.type_end, node.type_end, "?")


def _length(member: Field) -> int | None:
    """The characters of a VARCHAR, None for other columns."""
    if member.type == "enum":
        return _ENUM_COLUMN
    return (member.max_length if member.type == "str" else None) or values.LENGTHS.get(member.type)


def _bytes(member: Field | Relation) -> int:
    """What a column may take on MySQL."""
    if isinstance(member, Relation):
        return _BYTES["uuid"]
    length = _length(member)
    return MYSQL_CHARACTER * length if length else _BYTES.get(member.type, 8)
