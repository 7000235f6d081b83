"""Moving through the tokens of one source, and recovering after an error."""

from __future__ import annotations

from entity_spec.errors import Source
from entity_spec.language.lexer import Findings, Token, tokenize

ITEM_ENDS = (";", ",", "newline", "end")
MEMBER_ENDS = (",", "newline", ")", ";", "end")


class UnreadError(Exception):
    """The current piece cannot be read; its problem has already been reported."""


class Cursor:
    def __init__(self, source: Source, found: Findings) -> None:
        self.source = source
        self.found = found
        self.tokens = tokenize(source, found)
        self.position = 0
        self.open_end = False
        """Whether an inner bracket that is never closed has swallowed the end of its entity."""

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

    def value(self) -> Token | None:
        """Return what follows `=`, or None."""
        return self.take() if self.token.kind in ("value", "string", "regex") else None

    # What can only be the start of something else, wherever it stands

    @property
    def starts_entity(self) -> bool:
        return self.token.kind == "word" and self.token.text[:1].isupper() and self.following.kind == "("

    @property
    def starts_enum(self) -> bool:
        return self.token.kind == "word" and self.token.text == "enum" and self.following.kind == "word"

    @property
    def starts_field(self) -> bool:
        return self.token.kind == "word" and self.following.kind == ":"

    @property
    def starts_group(self) -> bool:
        return self.token.text in ("unique", "index") and self.following.kind == "("

    # Recovery

    def skip_item(self) -> None:
        self.take()
        while self.token.kind not in (";", "newline", "end") and not self.starts_entity:
            self.take()

    def skip_member(self) -> None:
        """Go to the end of a member, or to the next one if only a comma is missing."""
        while self.token.kind not in MEMBER_ENDS and not self.starts_entity and not self.starts_field:
            if self.token.kind == "(":
                self.skip_brackets()
            else:
                self.take()

    def skip_brackets(self) -> None:
        """Go on after the bracket that closes this one, without skipping an entity, a field or the end."""
        depth = 0
        while self.token.kind not in (";", "end"):
            token = self.take()
            depth += (token.kind == "(") - (token.kind == ")")
            if depth <= 0 or self.starts_field or self.starts_entity:
                return

    def check_closed(self, owner: Token) -> None:
        """Inside `owner(`: raises UnreadError where something else begins."""
        ends = self.token.kind in (";", "end") or self.starts_entity
        if ends or self.starts_field:
            self.found.add("E112", f"{owner.text}( is never closed", "add )", at=owner)
            self.open_end = ends
            raise UnreadError
