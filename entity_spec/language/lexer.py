"""From text to tokens. All wrong characters are reported at once; if there are any, nothing else is checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from entity_spec.errors import MAX_PROBLEMS, Fix, Problem, Source

MAX_CHARACTERS = 262_144
TERMINAL_LINE = 4095
"""A line of exactly this many bytes is what a terminal leaves of a longer one."""


@dataclass(frozen=True)
class Span:
    source: Source
    start: int
    end: int

    def to(self, other: Span) -> Span:
        return Span(self.source, self.start, other.end)

    @property
    def written(self) -> str:
        return self.source.text[self.start : self.end]


@dataclass(frozen=True)
class Token(Span):
    kind: str
    """word, number, value (a bare one, after `=`), string, regex, newline, end, or the punctuation itself."""
    text: str
    """For a string or regex, what is between the quotes, without escapes."""

    @property
    def found(self) -> str:
        if self.kind == "end":
            return "the end of the text"
        if self.kind == "newline":
            return "the end of the line"
        written = self.written
        return f"'{written if len(written) <= 40 else written[:37] + '...'}'"


class TooManyProblemsError(Exception):
    """Ends the search; what has been found is reported."""


class Findings:
    """The problems found so far."""

    def __init__(self) -> None:
        self.errors: list[Problem] = []
        self.warnings: list[Problem] = []

    def add(self, rule: str, message: str, hint: str = "", *, at: Span, fix: str | Fix | None = None) -> None:
        """`fix` is the text that replaces `at`, or a replacement elsewhere in the same source."""
        text = at.source.text
        # A caret needs something to point at, even at the end of the text.
        start = max(0, min(at.start, len(text) - 1))
        end = max(start, at.end)
        if isinstance(fix, str):
            fix = Fix(at.start, at.end, fix)
        problem = Problem(rule, message, hint, at.source, start, end, fix)
        if problem.is_warning:
            # However many there are, they refuse nothing.
            if len(self.warnings) < MAX_PROBLEMS:
                self.warnings.append(problem)
            return
        self.errors.append(problem)
        if len(self.errors) >= MAX_PROBLEMS:
            raise TooManyProblemsError

    @property
    def problems(self) -> list[Problem]:
        return self.errors + self.warnings


_TOKEN = re.compile(
    r"""
      (?P<blank>   [ \t]+ )
    | (?P<newline> \r?\n )
    | (?P<comment> \#[^\r\n]* )
    | (?P<string>  "(?:[^"\\\n]|\\[^\n])*" )
    | (?P<regex>   /(?:[^/\\\n]|\\[^\n])*/ )
    | (?P<number>  -?[0-9]+(?:\.[0-9]+)?(?![A-Za-z0-9_]) )
    | (?P<word>    [A-Za-z0-9_]+ )
    | (?P<mark>    \.\. | [(),;:?=.|\[\]] )
    """,
    re.VERBOSE,
)
_VALUE = re.compile(r"[ \t]*(?P<value>\{\}|\[\]|[A-Za-z0-9_+-][A-Za-z0-9_+.:/@-]*)")
_JINJA = re.compile(r"\{[{%#]")

# Characters that word processors and other keyboards write, as escapes because most of them look alike.
_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u2018\u2019\u201a\u201b\u00b4"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_REPLACEMENTS = {"\u3001": ",", "\u2026": ".."}
_CONTROL = ("Cc", "Cf", "Cs", "Zl", "Zp")
_NAMES_HINT = "names use the letters a-z, digits and _"
_ASCII_HINTS = {
    "{": "an entity's fields stand in round brackets: User(name:str)",
    "}": "an entity's fields stand in round brackets: User(name:str)",
    "'": 'texts are quoted with ": "like this"',
    "!": "fields are required unless they end in ?",
    "@": "@ is only for a file: @entities.yaml",
}
_ASCII_FIXES = {"'": '"', "!": ""}


def tokenize(source: Source, found: Findings) -> list[Token]:
    """Return the tokens of a text, with an `end` at the end."""
    if is_too_long(source, found):
        return []
    tokens = list(_Lexer(source, found).tokens())
    return [*tokens, Token(source, len(source.text), len(source.text), "end", "")]


def is_too_long(source: Source, found: Findings) -> bool:
    """Tell whether the text was refused for its length."""
    text = source.text
    if source.label:  # from a file or a mapping, which have their own limits
        return False
    if len(text) > MAX_CHARACTERS:
        message = f"{len(text):,} characters are too many (at most {MAX_CHARACTERS:,})"
        at = Span(source, MAX_CHARACTERS, MAX_CHARACTERS + 1)
        found.add("E106", message, "put the entities in a file: @entities.yaml", at=at)
        return True
    if "\n" not in text and len(text.encode("utf-8", "replace")) == TERMINAL_LINE:
        found.add(
            "E108",
            f"this value is exactly {TERMINAL_LINE:,} bytes long: terminals silently cut longer lines",
            "give it on the command line (entities=...) or in a file (@entities.yaml)",
            at=Span(source, len(text) - 1, len(text)),
        )
        return True
    return False


class _Lexer:
    def __init__(self, source: Source, found: Findings) -> None:
        self.source = source
        self.text = source.text
        self.found = found
        self.jinja = {match.start() for match in _JINJA.finditer(self.text)}
        for start in sorted(self.jinja):
            opener = self.text[start : start + 2]
            message = f"{opener} cannot be used here: Cookiecutter reads it as a Jinja tag"
            found.add("E104", message, "leave it out, also inside texts and patterns", at=self.span(start, start + 2))

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)

    def tokens(self) -> Iterator[Token]:
        position = 0
        last: Token | None = None
        while position < len(self.text):
            after_equals = last is not None and last.kind == "="
            match = (_VALUE.match(self.text, position) if after_equals else None) or _TOKEN.match(self.text, position)
            if match is None:
                position = self.unexpected(position, last)
                continue
            kind = match.lastgroup or ""
            start, end = match.span(kind)
            position = end
            if kind == "comment":
                self.comment(start, end)
            elif kind == "number" and self.continues_name(start, last):
                self.hyphen(start, last)
                position = start + 1
            elif kind != "blank":
                last = self.token(kind, start, end)
                yield last

    def token(self, kind: str, start: int, end: int) -> Token:
        text = self.text[start:end]
        if kind in ("string", "regex"):
            self.check_inside(start, end)
            text = _unescaped(kind, text[1:-1])
        return Token(self.source, start, end, text if kind == "mark" else kind, text)

    def comment(self, start: int, end: int) -> None:
        if "\n" not in self.text:
            hint = "in a one-line value everything after # would be lost; remove it or use several lines"
            self.found.add("E105", "a comment needs a line of its own", hint, at=self.span(start, end))

    def check_inside(self, start: int, end: int) -> None:
        for position in range(start, end):
            character = self.text[position]
            if not character.isprintable() and not _is_text(character):
                self.control(position)

    def control(self, position: int) -> None:
        message = f"control character U+{ord(self.text[position]):04X}"
        self.found.add("E107", message, "remove it", at=self.span(position, position + 1))

    def continues_name(self, position: int, last: Token | None) -> bool:
        return self.text[position] == "-" and last is not None and last.kind == "word" and last.end == position

    def hyphen(self, position: int, last: Token | None) -> None:
        at = self.span(position, position + 1)
        self.found.add("E101", "a name cannot contain -", 'did you mean "_"?', at=at, fix="_")

    def unexpected(self, position: int, last: Token | None) -> int:
        """Report the character and return where to go on."""
        character = self.text[position]
        at = self.span(position, position + 1)
        if position in self.jinja:
            return position + 2
        if character in '"/':
            name, mark = ("text", '"') if character == '"' else ("pattern", "/")
            self.found.add("E102" if mark == '"' else "E103", f"this {name} has no closing {mark}", at=at)
            end = self.text.find("\n", position)
            return end if end >= 0 else len(self.text)
        if self.continues_name(position, last):
            self.hyphen(position, last)
        elif character.isascii() and character.isprintable():
            self.ascii(character, at, last)
        else:
            self.foreign(character, at, last)
        return position + 1

    def ascii(self, character: str, at: Span, last: Token | None) -> None:
        if character in "{}" and self.jinja:
            return
        hint = _ASCII_HINTS.get(character, _NAMES_HINT)
        if character == "{" and last is not None and last.kind == "=":
            hint = "a json default is {} or []"
        self.found.add("E101", f"unexpected character {character}", hint, at=at, fix=_ASCII_FIXES.get(character))

    def foreign(self, character: str, at: Span, last: Token | None) -> None:
        category = unicodedata.category(character)
        if category in _CONTROL:
            self.control(at.start)
            return
        plain, hint = _plain(character, category)
        if plain == "-" and last is not None and last.kind == "word" and last.end == at.start:
            plain, hint = "_", 'did you mean "_"?'
        name = "" if plain else ", " + unicodedata.name(character, "a character without a name").lower()
        message = f"unexpected character '{character}' (U+{ord(character):04X}{name})"
        self.found.add("E101", message, hint or _NAMES_HINT, at=at, fix=plain or None)


def _plain(character: str, category: str) -> tuple[str, str]:
    """Return what a typographic character stands for, and a hint that says so."""
    if character in _QUOTES:
        return '"', "did you mean a straight quote?"
    if category == "Zs":
        return " ", "did you mean a plain blank?"
    if character in _DASHES:
        return "-", 'did you mean "-"?'
    wide = ord(character) - 0xFEE0
    plain = chr(wide) if 0x21 <= wide <= 0x7E else _REPLACEMENTS.get(character, "")
    if plain == '"':
        return plain, "did you mean a straight quote?"
    return plain, f'did you mean "{plain}"?' if plain else ""


def _unescaped(kind: str, text: str) -> str:
    escapable = '"\\' if kind == "string" else "/"
    return re.sub(r"\\(.)", lambda match: match[1] if match[1] in escapable else match[0], text)


def _is_text(character: str) -> bool:
    """Accept some unprintable characters: tabs and other spaces, emoji joiners, characters newer than this Python."""
    if ord(character) & 0xFFFE == 0xFFFE:  # never a character, and YAML cannot hold it
        return False
    return character in "\t\u200c\u200d" or unicodedata.category(character) in ("Zs", "Cn", "Co")
