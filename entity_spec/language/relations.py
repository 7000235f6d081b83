"""References between entities: the names of their other sides, and rules that would make rows impossible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from entity_spec import names, words
from entity_spec.errors import Fix, shown
from entity_spec.language.lexer import Findings
from entity_spec.language.tree import FieldNode, Known
from entity_spec.model import Relation


class RelationChecker:
    def __init__(self, known: dict[str, Known], found: Findings, soft_delete: bool | None) -> None:
        self.known = known
        self.found = found
        self.soft_delete = soft_delete
        self.taken: dict[str, set[str]] = {name: set() for name in known}
        """The names of other sides that each entity has so far."""
        self.reported: set[frozenset[tuple[str, str]]] = set()
        """Pairs of relations that were found to be each other's other side."""

    def check(self) -> None:
        self.name_other_sides()
        self.check_cycles()
        for known in self.known.values():
            self.check_references(known)

    # Other sides

    def name_other_sides(self) -> None:
        for known in self.known.values():
            members = list(known.entity.members)
            for position, member in enumerate(members):
                if not isinstance(member, Relation):
                    continue
                inverse = self.other_side(known, member)
                if inverse:
                    self.check_other_side(known, member, inverse)
                    self.taken[member.target].add(inverse)
                members[position] = replace(member, inverse=inverse)
            known.entity = replace(known.entity, members=tuple(members))

    def other_side(self, known: Known, relation: Relation) -> str | None:
        if relation.backref:
            return None if relation.backref == "none" else relation.backref
        if relation.target == known.name:
            return "children" if relation.name == "parent" else f"{relation.name}_of"
        plain = known.entity.snake if relation.unique else known.entity.plural
        return f"{relation.name}_{plain}" if plain in self.taken[relation.target] else plain

    def check_other_side(self, known: Known, relation: Relation, inverse: str) -> None:
        node = known.nodes[relation.name]
        target = self.known[relation.target]
        refused = names.refused_field(inverse)
        if node.backref and (refused or not words.NAME.fullmatch(inverse)):
            message = f"backref={shown(inverse)} is not possible as a name"
            self.found.add("E304", message, "use a lower_case name that is not reserved", at=node.backref)
            return
        here, there = f"{known.name}.{relation.name}", f"{target.name}.{inverse}"
        rival_node = target.nodes.get(inverse)
        rival = next((member for member in target.entity.relations if member.name == inverse), None)
        if rival and rival_node and rival.target == known.name and rival_node is not node:
            pair = frozenset([(known.name, relation.name), (target.name, rival.name)])
            if pair not in self.reported:
                self.reported.add(pair)
                self.both_sides(known, relation, target, rival)
            return
        columns = {reference.column for reference in target.entity.references}
        if refused or rival_node or inverse in self.taken[target.name] | columns | target.node.unread:
            why = "a reserved name" if refused else "which exists already"
            hint = f"add backref= with another name, for example backref={relation.name}_{known.entity.plural}"
            self.found.add("E304", f"the other side of {here} would be {there}, {why}", hint, at=node.span)

    def both_sides(self, known: Known, relation: Relation, target: Known, rival: Relation) -> None:
        """Find two relations between the same two entities, one named like the other side of the other."""
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

    def comes_before(self, first: Known, second: Known) -> bool:
        return next(name for name in self.known if name in (first.name, second.name)) == first.name

    # References by themselves

    def check_references(self, known: Known) -> None:
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

    def check_soft_cascade(self, known: Known, relation: Relation, node: FieldNode) -> None:
        parent = self.known[relation.target].entity
        parent_is_soft = self.soft_delete if parent.softdelete is None else parent.softdelete
        child_is_soft = self.soft_delete if known.entity.softdelete is None else known.entity.softdelete
        if parent_is_soft is None or child_is_soft is None or parent_is_soft == child_is_soft:
            return
        soft, hard = (parent.name, known.name) if parent_is_soft else (known.name, parent.name)
        message = f"{known.name}.{relation.name} is cascade, but {soft} is soft-deleted and {hard} is not"
        hint = "give both the same softdelete=, or use restrict or setnull"
        self.found.add("E311", message, hint, at=node.switches["cascade"])

    # Cycles

    def check_cycles(self) -> None:
        """Search depth-first along required references, without recursion, and report each one that closes a cycle."""
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
        self.found.add("E302", message, hint, at=node.span, fix=_made_optional(node))

    def cycle(self, path: list[str], name: str, relation: Relation, node: FieldNode) -> None:
        around = [*path[path.index(relation.target) :], relation.target]
        if len(around) > 12:
            around = [*around[:6], "...", *around[-5:]]
        message = f"{' -> '.join(around)}: each needs the next one first, so none could ever be created"
        hint = f"make one of them optional, for example {name}({node.text}?)"
        self.found.add("E303", message, hint, at=node.span, fix=_made_optional(node))


def _made_optional(node: FieldNode) -> Fix:
    return Fix(node.type_end, node.type_end, "?")
