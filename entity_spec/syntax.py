"""Tokens to a syntax tree, by recursive descent. After an error reading goes on at the next member or item."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from entity_spec import words
from entity_spec.errors import Fix, Source, closest, shown
from entity_spec.lexer import Findings, Span, Token, tokenize
from entity_spec.names import camel, snake


@dataclass
class Arguments:
    """What stands in the brackets of a type, cut at the commas."""

    span: Span
    items: list[list[Token]]


@dataclass
class FieldNode:
    name: Token
    type: Token
    type_end: int
    """Where the type ends, with its brackets but without `?`."""
    arguments: Arguments | None = None
    many: bool = False
    optional: Token | None = None
    switches: dict[str, Token] = field(default_factory=dict)
    pattern: Token | None = None
    backref: Token | None = None
    default: Token | None = None
    doc: Token | None = None

    @property
    def type_span(self) -> Span:
        return Span(self.type.source, self.type.start, self.optional.end if self.optional else self.type_end)

    @property
    def span(self) -> Span:
        return self.name.to(self.type_span)

    @property
    def text(self) -> str:
        """Name and type as written, without `?`."""
        return f"{self.name.text}:{self.type.source.text[self.type.start : self.type_end]}"

    @property
    def is_reference(self) -> bool:
        """By its form; the type may still turn out to be a shared enum."""
        return self.type.text[:1].isupper()


@dataclass
class GroupNode:
    kind: Token
    members: list[Token]
    span: Span


@dataclass
class EntityNode:
    name: Token
    fields: list[FieldNode] = field(default_factory=list)
    groups: list[GroupNode] = field(default_factory=list)
    options: dict[str, tuple[Token, Token]] = field(default_factory=dict)
    """The option's word and its value."""
    doc: Token | None = None
    unread: set[str] = field(default_factory=set)
    """Fields that could not be read, but exist."""


@dataclass
class EnumNode:
    name: Token
    arguments: Arguments
    doc: Token | None = None


@dataclass
class Document:
    items: list[EntityNode | EnumNode] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Entities and shared enums that could not be read, but exist."""

    @property
    def entities(self) -> list[EntityNode]:
        return [item for item in self.items if isinstance(item, EntityNode)]

    @property
    def enums(self) -> list[EnumNode]:
        return [item for item in self.items if isinstance(item, EnumNode)]


class _Unread(Exception):
    """The member at hand cannot be read; its problem is reported already."""


class Reader:
    """Reads one source into the document."""

    def __init__(self, source: Source, found: Findings, document: Document) -> None:
        self.source = source
        self.found = found
        self.document = document
        self.tokens = tokenize(source, found)
        self.position = 0
        self.open_end = False
        """An inner bracket that is never closed has swallowed the end of its entity."""

    # Tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)]

    @property
    def last(self) -> Token:
        return self.tokens[max(0, self.position - 1)]

    def take(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.position += 1
        return token

    def accept(self, kind: str) -> Token | None:
        return self.take() if self.token.kind == kind else None

    def skip(self, *kinds: str) -> None:
        while self.token.kind in kinds:
            self.take()

    @property
    def starts_entity(self) -> bool:
        return self.token.text[:1].isupper() and self.token.kind == "word" and self.following.kind == "("

    @property
    def starts_enum(self) -> bool:
        return self.token.kind == "word" and self.token.text == "enum" and self.following.kind == "word"

    # Whole sources

    def read_document(self) -> None:
        written = [token for token in self.tokens if token.kind not in (";", ",", "newline", "end")]
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
        """A mapping's key that names an entity."""
        name = self.take()
        if name.kind != "word" or self.token.kind != "end":
            at = name if name.kind != "word" else self.token
            self.found.add("E110", f"expected an entity, found {at.found}", "for example User", at=at)
        node = EntityNode(self.class_name(name))
        self.document.items.append(node)
        return node

    def read_member(self, entity: EntityNode) -> None:
        """A mapping's field or group."""
        self.member(entity)
        self.expect_end(entity)

    def read_option(self, entity: EntityNode) -> None:
        """A mapping's option or description."""
        self.options(entity)
        self.expect_end(entity)

    def read_enum(self) -> None:
        """A mapping's shared enum, `Name: enum(a, b)`."""
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
        elif word.kind == "word" and self.following.kind == "(" and word.text not in ("enum", "unique", "index"):
            self.entity()
        else:
            self.no_item(word)
            self.skip_item()

    def no_item(self, word: Token) -> None:
        name, following = word.text, self.following.kind
        if word.kind == "word" and following == ":":
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

    def skip_item(self) -> None:
        self.take()
        while self.token.kind not in (";", "newline", "end") and not self.starts_entity:
            self.take()

    def entity(self) -> None:
        node = EntityNode(self.class_name(self.take()))
        name = node.name.text
        self.document.items.append(node)
        bracket = self.take()
        self.open_end = False
        while True:
            self.skip(",", "newline")
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
        except _Unread:
            self.document.unread.add(name.text)
            return
        node.doc = self.accept("string")
        self.document.items.append(node)

    def class_name(self, name: Token) -> Token:
        """The name, in CamelCase even where it is not written so."""
        if words.ENTITY.fullmatch(name.text):
            return name
        better = camel(name.text)
        fits = bool(words.ENTITY.fullmatch(better))
        hint = f'did you mean "{better}"?' if fits else "it starts with a capital letter"
        message = f"an entity name is CamelCase: {shown(name.text)}"
        self.found.add("E122", message, hint, at=name, fix=better if fits else None)
        return replace(name, text=better) if fits else name

    # Options

    def options(self, node: EntityNode) -> None:
        while True:
            token = self.token
            is_word = token.kind == "word"
            if token.kind in (";", ",", "newline", "end") or (is_word and self.starts_item):
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
                hint = f"options here are {words.OPTIONS_LIST}"
                message = f"unexpected {token.found} after {node.name.text}(...)"
                self.found.add("E120", message, hint, at=self.take())
                if self.token.kind == "(":
                    self.skip_brackets()

    @property
    def starts_item(self) -> bool:
        """For a word: does it start something of its own, so that it is no option?"""
        word, following = self.token.text, self.following.kind
        if following == "(":
            return word not in ("unique", "index")
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

    # Members

    def member(self, entity: EntityNode) -> None:
        word = self.token
        following = self.following.kind
        try:
            if word.kind != "word":
                self.found.add("E110", f"expected a field, found {word.found}", "for example name:str(120)", at=word)
                raise _Unread
            if following == "(":
                self.group(entity)
            else:
                self.field(entity)
        except _Unread:
            entity.unread |= {word.text, snake(word.text)}
            if not self.open_end:
                self.skip_member()

    def skip_member(self) -> None:
        if self.token.kind not in (",", "newline", ")", ";", "end") and not self.starts_field:
            self.take()
        while self.token.kind not in (",", "newline", ")", ";", "end") and not self.starts_entity:
            if self.starts_field:
                return
            if self.token.kind == "(":
                self.skip_brackets()
            else:
                self.take()

    @property
    def starts_field(self) -> bool:
        return self.token.kind == "word" and self.following.kind == ":"

    def skip_brackets(self) -> None:
        """Go on after the bracket that closes this one; an entity, a field or the end are not skipped."""
        depth = 0
        while self.token.kind not in (";", "end"):
            token = self.take()
            depth += (token.kind == "(") - (token.kind == ")")
            if depth <= 0 or self.starts_field or self.starts_entity:
                return

    def group(self, entity: EntityNode) -> None:
        kind = self.take()
        if kind.text not in ("unique", "index"):
            hint = "did you mean unique(a, b) or index(a, b)?"
            self.found.add("E114", f"{shown(kind.text)}(...) is not a field", hint, at=kind)
            raise _Unread
        self.take()
        members: list[Token] = []
        understood = True
        while not (close := self.accept(")")):
            token = self.token
            if token.kind in (";", "end") or self.starts_field or self.starts_entity:
                self.never_closed(kind)
            self.take()
            if token.kind == "word":
                members.append(self.field_name(token))
            elif token.kind not in (",", "newline"):
                message = f"expected a field name in {kind.text}(...), found {token.found}"
                self.found.add("E110", message, f"for example {kind.text}(user, slug)", at=token)
                understood = False
        if understood:
            entity.groups.append(GroupNode(kind, members, kind.to(close)))

    def never_closed(self, owner: Token) -> None:
        self.found.add("E112", f"{owner.text}( is never closed", "add )", at=owner)
        self.open_end = self.token.kind in (";", "end") or self.starts_entity
        raise _Unread

    def field(self, entity: EntityNode) -> None:
        name = self.take()
        question = self.accept("?") if self.following.kind == ":" else None
        if self.token.kind == ":":
            self.take()
        else:
            self.missing_colon(name)
        name = self.field_name(name)
        node = self.type(name)
        if question:
            self.misplaced_question(node, question)
        while self.token.kind not in (",", "newline", ")", ";", "end") and not self.starts_entity:
            if self.token.kind == "word" and self.following.kind in (":", "("):
                if self.following.kind == ":" or self.token.text in ("unique", "index"):
                    self.missing_comma()
                    break
            self.modifier(node)
        entity.fields.append(node)

    def field_name(self, name: Token) -> Token:
        """The name, in lower_case even where it is not written so."""
        if words.NAME.fullmatch(name.text):
            return name
        if name.text.startswith("_"):
            message = f"a field name cannot start with _: {shown(name.text)}"
            self.found.add("E123", message, "Pydantic treats such names as private", at=name)
            return name
        better = snake(name.text)
        fits = bool(words.NAME.fullmatch(better))
        hint = f'did you mean "{better}"?' if fits else "it starts with a letter"
        message = f"a field name is lower_case: {shown(name.text)}"
        self.found.add("E123", message, hint, at=name, fix=better if fits else None)
        return replace(name, text=better) if fits else name

    def missing_colon(self, name: Token) -> None:
        """Either the colon or the whole type is missing."""
        other = self.following if self.token.kind == "=" else self.token
        text = other.text
        is_type = text in words.TYPES or words.foreign_type(text) or words.ENTITY.fullmatch(text)
        if other.kind in ("word", "value") and is_type:
            message = f"a : is missing between {name.text} and {text}"
            both = f"{name.text}:{text}"
            self.found.add("E116", message, f'did you mean "{both}"?', at=name.to(other), fix=both)
            self.accept("=")
            return
        fix = Fix(name.end, name.end, ":str")
        self.found.add("E114", f"{name.text} has no type", f'did you mean "{name.text}:str"?', at=name, fix=fix)
        raise _Unread

    def missing_comma(self) -> None:
        word = self.token
        start = self.last.end
        what = word.text + (":" if self.following.kind == ":" else "(...)")
        hint = f'did you mean ", {what}"?'
        fix = Fix(start, word.start, ", ")
        self.found.add("E115", f"a comma is missing before {word.text}", hint, at=word, fix=fix)

    # Types

    def type(self, name: Token) -> FieldNode:
        if self.token.kind not in ("word", "value"):
            message = f"expected a type after {name.text}:, found {self.token.found}"
            self.found.add("E114", message, f"for example {name.text}:str", at=self.token)
            raise _Unread
        node = FieldNode(name, self.take(), self.last.end)
        self.dotted(node)
        if self.token.kind == "(":
            node.arguments = self.arguments(node.type, is_enum=node.type.text == "enum")
        node.optional = self.accept("?")
        if self.token.kind == "[":
            self.square(node)
        node.type_end = node.optional.start if node.optional and not node.many else self.last.end
        node.optional = node.optional or self.accept("?")
        if node.many and node.optional:
            at = node.type.to(self.last)
            fix = at.written.replace("?", "")
            self.found.add("E309", "a many-to-many is never optional: it may be empty", "remove the ?", at=at, fix=fix)
            node.optional = None
        return node

    def dotted(self, node: FieldNode) -> None:
        while self.token.kind == ".":
            self.take()
            self.accept("word")
        if self.last is node.type:
            return
        at = node.type.to(self.last)
        node.type_end = at.end
        if node.is_reference:
            hint = "a reference always points at the primary key"
            fix = node.type.text
            self.found.add("E308", f"write only the entity: {node.name.text}:{fix}", hint, at=at, fix=fix)
        else:
            node.type = replace(node.type, text=at.written, end=at.end)

    def square(self, node: FieldNode) -> None:
        """`Tag[]`, or what other languages have in square brackets."""
        self.take()
        if self.accept("]"):
            node.many = True
            if not node.is_reference:
                at = node.type.to(self.last)
                hint = "use json for a list of values, or an entity of its own"
                self.found.add("E203", f"there is no list type: {at.written}", hint, at=at)
                raise _Unread
            return
        if node.is_reference and self.token.kind in (",", "newline", ")", ";", "end"):
            at = node.type.to(self.last)
            fix = f"{node.type.text}[]"
            self.found.add("E203", f'unknown type "{at.written}"', f'did you mean "{fix}"?', at=at, fix=fix)
            node.many = True
            return
        inner = self.token
        while self.token.kind in ("word", "number", ".", "|", ",", "[", "]", "string"):
            if self.take().kind == "]":
                break
        at = node.type.to(self.last)
        hint = f"a many-to-many is written {node.name.text}:Tag[], an optional field {node.name.text}:str?"
        fix = None
        if inner.kind == "word" and self.last is not inner and self.tokens[self.position - 2] is inner:
            wrapper = node.type.text.lower()
            if wrapper == "optional":
                fix = f"{inner.text}?"
            elif wrapper in ("list", "set", "sequence") and words.ENTITY.fullmatch(inner.text):
                fix = f"{inner.text}[]"
            hint = f'did you mean "{node.name.text}:{fix}"?' if fix else hint
        self.found.add("E203", f'unknown type "{shown(at.written)}"', hint, at=at, fix=fix)
        raise _Unread

    def arguments(self, owner: Token, *, is_enum: bool) -> Arguments:
        opening = self.take()
        items: list[list[Token]] = [[]]
        depth = 0
        while True:
            token = self.token
            if token.kind in (";", "end") or self.starts_field or self.starts_entity:
                self.never_closed(owner)
            self.take()
            if token.kind == ")" and not depth:
                break
            depth += (token.kind == "(") - (token.kind == ")")
            if token.kind == "|" and is_enum:
                self.found.add("E110", "values are separated by commas", 'did you mean ","?', at=token, fix=",")
            if token.kind == "," or (token.kind == "|" and is_enum):
                items.append([])
            elif token.kind != "newline":
                items[-1].append(token)
        if items[-1] == [] and (is_enum or len(items) == 1):
            items.pop()
        return Arguments(opening.to(self.last), items)

    # Modifiers

    def modifier(self, node: FieldNode) -> None:
        token = self.take()
        if token.kind == "=":
            self.default(node, token)
        elif token.kind == "string":
            if node.doc:
                self.found.add("E118", f"{node.name.text} has two descriptions", "remove one", at=token)
            node.doc = token
        elif token.kind == "regex":
            self.found.add("E117", "a pattern needs its name", 'did you mean "pattern=/.../"?', at=token)
        elif token.kind == "?":
            self.misplaced_question(node, token)
        elif token.kind == "|" and self.token.kind == "word" and self.token.text.lower() in ("none", "null"):
            none = self.take()
            fix = Fix(node.type_end, none.end, "?")
            hint = f'did you mean "{node.text}?"'
            self.found.add("E117", "an optional field is marked with ?", hint, at=token.to(none), fix=fix)
            node.optional = node.optional or token
        elif token.kind == "word":
            self.named_modifier(node, token)
        else:
            hint = f"for example {node.text}, next:str"
            if token.kind == "(" and node.optional:
                hint = f"? comes last: {node.text}(...)?"
            self.found.add("E110", f"expected a comma after {node.name.text}, found {token.found}", hint, at=token)
            self.position -= 1
            self.skip_member()

    def misplaced_question(self, node: FieldNode, token: Token) -> None:
        if node.optional:
            self.found.add("E118", "? is written twice", "remove one", at=token)
            return
        text = self.source.text
        if token.start < node.type.start:
            fix = Fix(token.start, node.type_end, text[token.end : node.type_end] + "?")
        else:
            fix = Fix(node.type_end, token.end, "?" + text[node.type_end : token.start].rstrip())
        hint = f'did you mean "{node.text}? ..."'
        self.found.add("E117", f"? belongs directly after the type of {node.name.text}", hint, at=token, fix=fix)
        node.optional = token

    def default(self, node: FieldNode, equals: Token) -> None:
        value = self.value()
        if value is None:
            self.found.add("E208", f"the default of {node.name.text} is missing", at=equals)
        elif value.kind == "regex":
            self.found.add("E117", "a pattern needs its name", 'did you mean "pattern=/.../"?', at=value)
        elif node.default:
            self.found.add("E118", f"{node.name.text} has two defaults", "remove one", at=value)
        else:
            node.default = value

    def value(self) -> Token | None:
        return self.take() if self.token.kind in ("value", "string", "regex") else None

    def named_modifier(self, node: FieldNode, word: Token) -> None:
        name = word.text
        if name in ("pattern", "backref"):
            self.valued_modifier(node, word)
            return
        if name not in words.SWITCHES:
            self.foreign_modifier(node, word)
            return
        if self.accept("="):
            self.value()
            self.found.add("E117", f"{name} takes no value", f"write only {name}", at=word)
        rival = next((other for other in words.ON_DELETE if other in node.switches and name in words.ON_DELETE), None)
        if name in node.switches:
            self.found.add("E118", f"{name} is written twice", "remove one", at=word)
        elif rival:
            self.found.add("E118", f"{rival} and {name} exclude each other", "keep one", at=word)
        else:
            node.switches[name] = word

    def valued_modifier(self, node: FieldNode, word: Token) -> None:
        name = word.text
        equals = self.accept("=")
        value = self.value() if equals else None
        if value is None:
            hint = "pattern=/^[A-Z]+$/" if name == "pattern" else "backref=posts"
            self.found.add("E117", f"{name} needs a value", hint, at=word)
        elif name == "pattern" and value.kind != "regex":
            hint = 'did you mean "pattern=/.../"?'
            self.found.add("E117", "a pattern stands between slashes", hint, at=value)
        elif node.pattern if name == "pattern" else node.backref:
            self.found.add("E118", f"{name} is written twice", "remove one", at=word)
        elif name == "pattern":
            node.pattern = value
        else:
            node.backref = value

    def foreign_modifier(self, node: FieldNode, word: Token) -> None:
        name = word.text.lower()
        at: Span = word
        if name in ("not", "set") and self.token.kind == "word" and self.token.text.lower() == "null":
            at = word.to(self.take())
            name = f"{name}_null"
        value = self.value() if self.accept("=") else None
        if self.token.kind == "(":
            self.skip_brackets()
        message = f'unknown modifier "{shown(at.written)}"'
        fix = None
        if name in words.REQUIRED_WORDS:
            hint = "leave it out: fields are required unless they end in ?"
        elif name in words.OPTIONAL_WORDS:
            hint = f"an optional field is marked with ?: {node.text}?"
        elif name in words.ON_DELETE_WORDS:
            hint = f"write only what happens: {node.text} cascade, restrict or setnull"
        elif name in words.KEY_WORDS:
            hint = "leave it out: every entity has a primary key, id"
        elif name in words.DEFAULT_WORDS:
            message = "a default is written with ="
            hint = f'did you mean "{node.text}=..."?'
        elif name in words.LIMIT_WORDS:
            message = f"limits stand in the type's brackets, not in {word.text}"
            hint = f'did you mean "{node.name.text}:{_with_limit(node, name, value)}"?'
        else:
            known = closest(name, [*words.MODIFIERS, *words.FOREIGN_MODIFIERS])
            fix = words.FOREIGN_MODIFIERS.get(known, known) if known else None
            hint = words.MODIFIERS_HINT
            if fix == "setnull":
                hint = 'did you mean "setnull"?'
            elif fix:
                hint = f'did you mean "{fix}"? {hint}'
        self.found.add("E117", message, hint, at=at, fix=fix)


def _with_limit(node: FieldNode, word: str, value: Token | None) -> str:
    """The type with the limit that somebody wrote as a modifier."""
    number = value.text if value and value.text.lstrip("-").replace(".", "", 1).isdigit() else None
    if word.startswith(("max", "le", "lt", "size")) and number:
        return f"{node.type.text}({number})" if node.type.text in ("str", "text") else f"{node.type.text}(..{number})"
    return f"{node.type.text}({number or 0}..)"


def _option_example(name: str) -> str:
    examples = {"table": "app_users", "plural": "people", "api": "read"}
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
