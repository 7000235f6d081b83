"""One member of an entity: `name:type? =default modifiers "text"`."""

from __future__ import annotations

from dataclasses import replace

from entity_spec import words
from entity_spec.errors import Fix, closest, shown
from entity_spec.language.cursor import MEMBER_ENDS, Cursor, UnreadError
from entity_spec.language.lexer import Span, Token
from entity_spec.language.tree import Arguments, FieldNode
from entity_spec.names import snake


class FieldReader(Cursor):
    def field(self) -> FieldNode:
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
        while self.token.kind not in MEMBER_ENDS and not self.starts_entity:
            if self.starts_field or self.starts_group:
                self.missing_comma()
                break
            self.modifier(node)
        return node

    def field_name(self, name: Token) -> Token:
        """Read the name; return it in lower_case even if it is written differently."""
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
        """Report that the colon or the whole type is missing."""
        other = self.following if self.token.kind == "=" else self.token
        text = other.text
        is_type = text in words.TYPES or text.lower() in words.FOREIGN_TYPES or words.ENTITY.fullmatch(text)
        if other.kind in ("word", "value") and is_type:
            message = f"a : is missing between {name.text} and {text}"
            both = f"{name.text}:{text}"
            self.found.add("E116", message, f'did you mean "{both}"?', at=name.to(other), fix=both)
            self.accept("=")
            return
        fix = Fix(name.end, name.end, ":str")
        self.found.add("E114", f"{name.text} has no type", f'did you mean "{name.text}:str"?', at=name, fix=fix)
        raise UnreadError

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
            raise UnreadError
        node = FieldNode(name, self.take(), self.last.end, self.last.end)
        self.dotted(node)
        if self.token.kind == "(":
            node.arguments = self.arguments(node.type, is_enum=node.type.text == "enum")
        node.type_end = self.last.end
        node.optional = self.accept("?")
        if self.token.kind == "[":
            self.square(node)
            node.type_end = self.last.end
        node.optional = node.optional or self.accept("?")
        node.end = self.last.end
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
        """Read `Tag[]`, or square brackets as in other languages."""
        self.take()
        if self.accept("]"):
            node.many = True
            if not node.is_reference:
                at = node.type.to(self.last)
                hint = "use json for a list of values, or an entity of its own"
                self.found.add("E203", f"there is no list type: {at.written}", hint, at=at)
                raise UnreadError
            return
        if node.is_reference and self.token.kind in MEMBER_ENDS:
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
        unwrapped = None
        if self.last.kind == "]" and self.tokens[self.position - 2] is inner:
            unwrapped = _unwrapped(node.type.text.lower(), inner.text)
            hint = f'did you mean "{node.name.text}:{unwrapped}"?' if unwrapped else hint
        self.found.add("E203", f'unknown type "{shown(at.written)}"', hint, at=at, fix=unwrapped)
        raise UnreadError

    def arguments(self, owner: Token, *, is_enum: bool) -> Arguments:
        opening = self.take()
        items: list[list[Token]] = [[]]
        depth = 0
        while True:
            self.check_closed(owner)
            token = self.take()
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

    def named_modifier(self, node: FieldNode, word: Token) -> None:
        name = word.text
        if name in ("pattern", "backref"):
            self.valued_modifier(node, word)
            return
        if name == "was":
            self.was(node, word)
            return
        if name not in words.SWITCHES:
            self.foreign_modifier(node, word)
            return
        if self.token.kind == "=" and self.token.start == word.end:  # after a space it is the default
            self.take()
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

    def was(self, node: FieldNode, word: Token) -> None:
        value = self.value() if self.accept("=") else None
        if value is None:
            self.found.add("E117", "was needs a value", "for example was=old_name", at=word)
        elif node.was:
            self.found.add("E118", "was is written twice", "remove one", at=word)
        elif value.kind == "value" and words.NAME.fullmatch(value.text):
            node.was = word, value
        else:
            better = snake(value.text)
            fix = better if words.NAME.fullmatch(better) else None
            hint = f'did you mean "{fix}"?' if fix else "for example was=old_name"
            message = f"was is a lower_case name: {shown(value.written)}"
            self.found.add("E117", message, hint, at=value, fix=fix)

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
        fix: str | None = None
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


def _unwrapped(wrapper: str, inner: str) -> str | None:
    """Return what `Optional[str]` and `List[Tag]` are in this language."""
    if wrapper == "optional":
        return f"{inner}?"
    if wrapper in ("list", "set", "sequence") and words.ENTITY.fullmatch(inner):
        return f"{inner}[]"
    return None


def _with_limit(node: FieldNode, word: str, value: Token | None) -> str:
    """Return the type with the limit that was written as a modifier."""
    number = value.text if value and value.text.lstrip("-").replace(".", "", 1).isdigit() else None
    if word.startswith(("max", "le", "lt", "size")) and number:
        return f"{node.type.text}({number})" if node.type.text in ("str", "text") else f"{node.type.text}(..{number})"
    return f"{node.type.text}({number or 0}..)"
