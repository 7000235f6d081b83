"""From tokens to a syntax tree, by recursive descent. After an error, reading goes on at the next member or item."""

from __future__ import annotations

from dataclasses import replace

from entity_spec import words
from entity_spec.errors import Source, closest, shown
from entity_spec.language.cursor import ITEM_ENDS, UnreadError
from entity_spec.language.fields import FieldReader
from entity_spec.language.lexer import Findings, Token
from entity_spec.language.tree import Document, EntityNode, EnumNode, GroupNode
from entity_spec.names import camel, snake


class Reader(FieldReader):
    """Reads one source into the document."""

    def __init__(self, source: Source, found: Findings, document: Document) -> None:
        super().__init__(source, found)
        self.document = document

    # Whole sources

    def read_document(self) -> None:
        written = [token for token in self.tokens if token.kind not in ITEM_ENDS]
        if len(written) == 1 and written[0].text.lower() == "none":
            if written[0].text != "none":
                message = f"expected an entity, found {written[0].found}"
                self.found.add("E110", message, 'did you mean "none"?', at=written[0], fix="none")
            return
        while True:
            self.skip(";", ",", "newline")
            if self.token.kind == "end":
                return
            self.item()

    def read_entity(self) -> EntityNode:
        """Read a mapping's key that names an entity."""
        name = self.take()
        if name.kind != "word" or self.token.kind != "end":
            at = name if name.kind != "word" else self.token
            self.found.add("E110", f"expected an entity, found {at.found}", "for example User", at=at)
        node = EntityNode(self.class_name(name))
        self.document.items.append(node)
        return node

    def read_member(self, entity: EntityNode) -> None:
        """Read a mapping's field or group."""
        self.member(entity)
        self.expect_end(entity)

    def read_option(self, entity: EntityNode) -> None:
        """Read a mapping's option or description."""
        self.options(entity)
        self.expect_end(entity)

    def read_enum(self) -> None:
        """Read a mapping's shared enum, `Name: enum(a, b)`."""
        name = self.take()
        self.accept(":")
        word = self.token
        if word.kind != "word" or word.text != "enum":
            hint = f"for example {name.text}: enum(draft, published)"
            self.found.add("E110", f"expected the fields of an entity or enum(...), found {word.found}", hint, at=word)
            self.document.unread.add(name.text)
            return
        self.take()
        self.shared_enum(name, word)
        if self.token.kind != "end":
            self.found.add("E120", f"unexpected {self.token.found} after enum(...)", at=self.token)

    def expect_end(self, entity: EntityNode) -> None:
        if self.token.kind != "end" and not self.open_end:
            message = f"expected the end of this entry of {entity.name.text}, found {self.token.found}"
            self.found.add("E110", message, "an entry holds one field", at=self.token)

    # Items

    def item(self) -> None:
        word = self.token
        if word.kind == ")":
            self.found.add("E113", "there is no open ( for this )", "remove it", at=self.take())
        elif self.starts_enum:
            self.take()
            self.shared_enum(self.take(), word)
        elif word.kind == "word" and self.following.kind == "(" and not self.starts_group and word.text != "enum":
            self.entity()
        else:
            self.no_item(word)
            self.skip_item()

    def no_item(self, word: Token) -> None:
        name, following = word.text, self.following.kind
        if word.kind == "word" and following == ":" and not words.ENTITY.fullmatch(name):
            message = f"{name}: is a field, but it is not inside an entity"
            self.found.add("E111", message, "for example User(name:str)", at=word)
        elif word.kind == "word" and following == "=" and name in words.OPTIONS:
            message = f"the option {name} must follow an entity"
            self.found.add("E121", message, f"for example User(name:str) {name}=...", at=word)
        elif word.kind == "word" and following == "=":
            self.unknown_option(word)
        elif words.ENTITY.fullmatch(name) and word.kind == "word":
            self.found.add("E111", f"expected ( after {name}", "an entity lists its fields: User(name:str)", at=word)
            self.document.unread.add(name)
        else:
            is_enum = word.kind == "word" and name == "enum"
            hint = "for example enum Status(draft, published)" if is_enum else "for example User(name:str, email:email)"
            self.found.add("E110", f"expected an entity, found {word.found}", hint, at=word)

    def entity(self) -> None:
        node = EntityNode(self.class_name(self.take()))
        name = node.name.text
        self.document.items.append(node)
        bracket = self.take()
        self.open_end = False
        while True:
            self.skip(",", "newline")
            if self.token.kind == ";" and self.following.kind in ("word", ")"):
                self.semicolon()
            if self.token.kind in (")", ";", "end") or self.starts_entity:
                break
            self.member(node)
        if not self.accept(")"):
            node.unread.add("")  # there may have been more
            if not self.open_end:
                hint = "add ) after its last field"
                self.found.add("E112", f"this ( of {name} is never closed", hint, at=bracket)
            return
        self.options(node)

    def semicolon(self) -> None:
        """Report a semicolon inside an entity as a slip, if what follows can only belong to the entity."""
        semicolon = self.take()
        if self.starts_field or self.token.kind == ")":
            self.found.add("E110", "fields are separated by commas", 'did you mean ","?', at=semicolon, fix=",")
        else:
            self.position -= 1

    def shared_enum(self, name: Token, enum: Token) -> None:
        name = self.class_name(name)
        if self.token.kind != "(":
            hint = f"for example enum {name.text}(draft, published)"
            self.found.add("E111", f"expected ( after {name.text}", hint, at=name)
            self.document.unread.add(name.text)
            self.skip_item()
            return
        try:
            node = EnumNode(name, self.arguments(enum, is_enum=True))
        except UnreadError:
            self.document.unread.add(name.text)
            return
        node.doc = self.accept("string")
        self.document.items.append(node)

    def class_name(self, name: Token) -> Token:
        """Read the name; return it in CamelCase even if it is written differently."""
        if words.ENTITY.fullmatch(name.text):
            return name
        better = camel(name.text)
        fits = bool(words.ENTITY.fullmatch(better))
        hint = f'did you mean "{better}"?' if fits else "it starts with a capital letter"
        message = f"an entity name is CamelCase: {shown(name.text)}"
        self.found.add("E122", message, hint, at=name, fix=better if fits else None)
        return replace(name, text=better) if fits else name

    # Members

    def member(self, entity: EntityNode) -> None:
        word = self.token
        following = self.following.kind
        try:
            if word.kind != "word":
                self.found.add("E110", f"expected a field, found {word.found}", "for example name:str(120)", at=word)
                raise UnreadError
            if following == "(":
                self.group(entity)
            else:
                entity.fields.append(self.field())
        except UnreadError:
            entity.unread |= {word.text, snake(word.text)}
            if not self.open_end:
                self.skip_member()

    def group(self, entity: EntityNode) -> None:
        kind = self.take()
        if kind.text not in ("unique", "index"):
            hint = "did you mean unique(a, b) or index(a, b)?"
            self.found.add("E114", f"{shown(kind.text)}(...) is not a field", hint, at=kind)
            raise UnreadError
        self.take()
        members: list[Token] = []
        understood = True
        while not (close := self.accept(")")):
            self.check_closed(kind)
            token = self.take()
            if token.kind == "word":
                members.append(self.field_name(token))
            elif token.kind not in (",", "newline"):
                message = f"expected a field name in {kind.text}(...), found {token.found}"
                self.found.add("E110", message, f"for example {kind.text}(user, slug)", at=token)
                understood = False
        if understood:
            entity.groups.append(GroupNode(kind, members, kind.to(close)))
        if self.token.text == "was" and self.following.kind == "=":
            self.misplaced_was(kind)
        if self.starts_field or self.starts_group:
            self.missing_comma()

    def misplaced_was(self, kind: Token) -> None:
        word = self.take()
        self.take()
        self.value()
        hint = "remove it: groups follow the fields that they name"
        self.found.add("E117", f"was is not for {kind.text}(...)", hint, at=word.to(self.last), fix="")

    # Options

    def options(self, node: EntityNode) -> None:
        unexpected = False
        while True:
            token = self.token
            is_word = token.kind == "word"
            if token.kind in ITEM_ENDS or (is_word and self.starts_item):
                return
            if token.kind == ")":
                self.found.add("E113", "there is no open ( for this )", "remove it", at=self.take())
            elif token.kind == "string":
                if node.doc:
                    self.found.add("E118", f"{node.name.text} has two descriptions", "remove one", at=token)
                node.doc = self.take()
            elif is_word and self.following.kind == "=":
                self.option(node)
            elif is_word and token.text in words.OPTIONS:
                self.found.add("E121", f"{token.text} needs a value", _option_example(token.text), at=self.take())
            else:
                if not unexpected:
                    hint = f"options here are {words.OPTIONS_LIST}"
                    self.found.add("E120", f"unexpected {token.found} after {node.name.text}(...)", hint, at=token)
                unexpected = True
                self.take()
                if self.token.kind == "(":
                    self.skip_brackets()

    @property
    def starts_item(self) -> bool:
        """Tell whether a word starts something new, and so is not an option."""
        word, following = self.token.text, self.following.kind
        if following == "(":
            return not self.starts_group
        return following == ":" or self.starts_enum or (following != "=" and word[:1].isupper())

    def option(self, node: EntityNode) -> None:
        word = self.take()
        equals = self.take()
        name = word.text
        if name not in words.OPTIONS:
            self.unknown_option(word)
            self.value()
            return
        if name in node.options:
            self.found.add("E118", f"{name} is written twice", "remove one", at=word)
        value = self.value()
        if value is None:
            self.found.add("E121", f"{name} needs a value", _option_example(name), at=word.to(equals))
        elif self.check_option(name, value):
            node.options[name] = (word, value)

    def unknown_option(self, word: Token) -> None:
        known = closest(word.text, [*words.OPTIONS, *words.FOREIGN_OPTIONS])
        option = words.FOREIGN_OPTIONS.get(known, known) if known else None
        suggestion = f'did you mean "{option}"? ' if option else ""
        message = f'unknown option "{shown(word.text)}"'
        self.found.add("E120", message, f"{suggestion}options: {words.OPTIONS_LIST}", at=word, fix=option)

    def check_option(self, name: str, value: Token) -> bool:
        text = value.text
        if name in ("table", "plural"):
            if words.NAME.fullmatch(text):
                return True
            better = snake(text)
            fix = better if words.NAME.fullmatch(better) else None
            message = f"{name} is a lower_case name: {shown(text)}"
        elif name == "was":
            if value.kind == "value" and words.ENTITY.fullmatch(text):
                return True
            better = camel(text)
            fix = better if words.ENTITY.fullmatch(better) else None
            message = f"was is a CamelCase name: {shown(value.written)}"
        elif name == "api":
            if text in words.API:
                return True
            fix = _meant_api(text)
            message = f"api is one of {', '.join(words.API)}"
        else:
            if text in ("on", "off"):
                return True
            fix = "on" if text.lower() in words.YES else "off" if text.lower() in words.NO else None
            message = f"{name} is on or off"
        hint = f'did you mean "{fix}"?' if fix else _option_example(name)
        self.found.add("E121", message, hint, at=value, fix=fix)
        return False


def _option_example(name: str) -> str:
    examples = {"table": "app_users", "plural": "people", "api": "read", "was": "Customer"}
    return f"for example {name}={examples.get(name, 'off')}"


def _meant_api(text: str) -> str | None:
    text = text.lower()
    if text in words.YES or text in ("all", "crud"):
        return "full"
    if text in words.NO or text == "null":
        return "none"
    if text in ("readonly", "read_only", "get"):
        return "read"
    return closest(text, words.API)
