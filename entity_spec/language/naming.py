"""Derived names (of generated classes, tables, paths, keys and indexes), and doubtful names."""

from __future__ import annotations

from collections.abc import Iterator

from entity_spec import names, words
from entity_spec.errors import shown, some
from entity_spec.language.lexer import Findings, Span, Token
from entity_spec.language.tree import Document, FieldNode, Known
from entity_spec.model import Entity, Field, Relation


class NameChecker:
    def __init__(self, document: Document, known: dict[str, Known], found: Findings) -> None:
        self.document = document
        self.known = known
        self.found = found
        self.same_modules: set[str] = set()
        """Entities whose names give the same module as another's; their tables clash as well."""
        self.too_long: set[Span] = set()
        """What was reported as too long."""

    def check(self) -> None:
        self.check_lengths()
        self.check_classes()
        self.check_generated_classes()
        self.check_tables()
        self.check_database_names()
        self.warn()

    def check_lengths(self) -> None:
        """Check the length of names that are written and become names in code."""
        # Not reported again for the entity's own name if it was reported for a name derived from that.
        reported = {
            known.node.name
            for known in self.known.values()
            for name, at in self.database_names(known)
            if len(name) > names.MAX_NAME and at != known.node.name
        }
        written: list[Token] = [item.name for item in self.document.items if item.name not in reported]
        for node in self.document.entities:
            written += [value for option, (_, value) in node.options.items() if option == "plural"]
            for field in node.fields:
                written += [field.name, *([field.backref] if field.backref else [])]
        for token in written:
            self.check_length(token, token.text, names.MAX_WRITTEN)
            self.check_length(token, names.snake(token.text), names.MAX_MODULE)

    def check_length(self, token: Token, name: str, at_most: int) -> None:
        if len(name) > at_most and token not in self.too_long:
            message = f"the name {shown(name)} has {len(name)} characters (at most {at_most})"
            self.found.add("E509", message, "use a shorter name", at=token)
            self.too_long.add(token)

    def check_classes(self) -> None:
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
                refused = names.refused_class(name)
                if refused:
                    message = f"{name} cannot be used: {refused.reason}"
                    self.found.add(refused.rule, message, "rename the entity or the field", at=node.name)
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
                self.found.add(
                    reserved.rule, message, "use another name, with table=", at=option[1] if option else token
                )
            if entity.plural in names.SERVED_PATHS:
                self.found.add("E511", f"the address /{entity.plural} belongs to the framework", plural_hint, at=token)
            if known.name in self.same_modules:
                continue
            other = tables.get(entity.table)
            what = f"table {entity.table}"
            if not other and entity.plural in addresses:
                other, what = addresses[entity.plural], f"address /{entity.plural}"
            if other:
                hint = (
                    f"add plural= or table= to one of them, for example {known.name}(...) plural={entity.snake}_items"
                )
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
        for known in self.known.values():
            for name, at in self.database_names(known):
                if len(name) > names.MAX_NAME:
                    if at not in self.too_long:
                        message = f"the name {shown(name, 200)} has {len(name)} characters, PostgreSQL allows {names.MAX_NAME}"
                        self.found.add("E509", message, "use a shorter name, or table= with a shorter one", at=at)
                    self.too_long.add(at)
                elif name in named and not self.found.errors:
                    message = f"{name} would be the name of two indexes or keys"
                    self.found.add("E510", message, "rename one of the fields", at=at)
                named.add(name)

    def database_names(self, known: Known) -> Iterator[tuple[str, Span]]:
        """Yield the names of tables, columns, keys and indexes, each with what it is named after."""
        table = known.entity.table
        yield f"pk_{table}", known.node.name
        if known.entity.timestamps is not False:
            yield names.created_index(table), known.node.name
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

    def warn(self) -> None:
        """Warn of each kind of doubtful name once, however many there are; only references have hints of their own."""
        entities = list(self.known.values())
        self.warn_of_tests([known for known in entities if known.name.startswith("Test")])
        self.warn_of_plurals(
            [known for known in entities if names.looks_plural(known.entity.snake) and not known.entity.plural_option]
        )
        fields = [(known, member, node) for known in entities for member, node in known.fields]
        self.warn_of_secrets([(known, node) for known, member, node in fields if _shows_secret(known.entity, member)])
        for _, member, node in fields:
            self.warn_of_reference(member, node)

    def warn_of_tests(self, entities: list[Known]) -> None:
        if entities:
            message = f"pytest takes classes named Test... for tests: {some(known.name for known in entities)}"
            hint = "a name without Test in front avoids its warnings"
            self.found.add("W513", message, hint, at=entities[0].node.name)

    def warn_of_plurals(self, entities: list[Known]) -> None:
        if entities:
            look = "looks like a plural" if len(entities) == 1 else "look like plurals"
            message = f"{some(known.name for known in entities)} {look}; entity names are singular"
            hint = "the table name adds the plural by itself; give plural= if this is right"
            self.found.add("W514", message, hint, at=entities[0].node.name)

    def warn_of_secrets(self, fields: list[tuple[Known, FieldNode]]) -> None:
        if len(fields) == 1:
            message = f"{fields[0][1].name.text} would be stored as it is and shown by the API"
        else:
            listed = some(f"{known.name}.{node.name.text}" for known, node in fields)
            message = f"{listed} would be stored as they are and shown by the API"
        if fields:
            self.found.add("W515", message, "add writeonly, and store a hash", at=fields[0][1].name)

    def warn_of_reference(self, member: Field, node: FieldNode) -> None:
        stem = member.name.removesuffix("_id")
        entity = names.camel(stem)
        if stem == member.name or entity not in self.known or member.type not in ("int", "bigint", "uuid", "str"):
            return
        message = f"{member.name} looks like a reference to {entity}, but is only {words.a(member.type)}"
        hint = f'did you mean "{stem}:{entity}"? it makes the column {member.name} with a foreign key'
        self.found.add("W516", message, hint, at=node.name)


def _shows_secret(entity: Entity, member: Field) -> bool:
    return member.name in names.SECRETS and not member.writeonly and entity.api != "none"
