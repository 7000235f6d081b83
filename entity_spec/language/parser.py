"""From text to Spec: reads, checks, and tries the suggestions if something is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from entity_spec.errors import Fix, Problem, Source, SpecError
from entity_spec.language import checks
from entity_spec.language.lexer import Findings, TooManyProblemsError
from entity_spec.language.renames import refuse
from entity_spec.language.syntax import Reader
from entity_spec.language.tree import Document, EntityNode, Rename
from entity_spec.model import Spec

_ROUNDS = 5
"""Applying suggestions may reveal problems that need more of them."""


@dataclass(frozen=True)
class Piece:
    """A part of the input that is read on its own: the whole text, or an entry of a mapping."""

    kind: str
    """document, entity, member, option or enum; members and options belong to the entity before them."""
    source: Source


@dataclass(frozen=True)
class Result:
    spec: Spec | None
    """None if something is wrong."""
    problems: tuple[Problem, ...] = ()
    """Errors and warnings, in the order of the text."""
    corrected: str | None = None
    renames: tuple[Rename, ...] = ()
    """Every `was=` of a valid text, in its order."""

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.is_warning)


def parse(text: str, *, soft_delete: bool | None = None) -> Spec:
    """Read the entities from a text. Raises SpecError with everything that is wrong.

    `soft_delete` is the project's answer, None if it is not known yet.
    """
    return valid(analyse(text, soft_delete=soft_delete))


def valid(result: Result) -> Spec:
    if result.spec is None:
        raise SpecError(result.problems, result.corrected)
    return result.spec


def analyse(text: str, *, soft_delete: bool | None = None) -> Result:
    """Like `parse`, but returns the problems, including the warnings about a valid text."""
    return analyse_pieces([Piece("document", Source(text))], soft_delete=soft_delete)


def analyse_pieces(pieces: Sequence[Piece], *, soft_delete: bool | None = None, renames: bool = True) -> Result:
    """`renames` tells whether there is something that can have been renamed."""
    result = _once(pieces, soft_delete, renames)
    if result.spec is not None:
        return result
    corrected, better = result, pieces
    for _ in range(_ROUNDS):
        if not any(problem.fix for problem in corrected.problems):
            break
        better = _with_fixes(better, corrected.problems)
        corrected = _once(better, soft_delete, renames)
        if corrected.spec is not None:
            return replace(result, corrected=str(corrected.spec))
    return result


def _once(pieces: Sequence[Piece], soft_delete: bool | None, renames: bool) -> Result:
    found = Findings()
    order = {id(piece.source): number for number, piece in enumerate(pieces)}
    spec = None
    said: tuple[Rename, ...] = ()
    try:
        document = _read(pieces, found)
        if document is not None:
            said = tuple(document.renames)
            if said and not renames:
                refuse(said, found)
            spec = checks.check(document, found, soft_delete)
    except TooManyProblemsError:
        pass
    problems = sorted(found.problems, key=lambda problem: (order[id(problem.source)], problem.start))
    if found.errors:
        return Result(None, tuple(problems))
    return Result(spec, tuple(problems), renames=said)


def _read(pieces: Iterable[Piece], found: Findings) -> Document | None:
    """Return the syntax tree, or None if wrong characters make it pointless to go on."""
    document = Document()
    readers = [(piece.kind, Reader(piece.source, found, document)) for piece in pieces]
    if found.problems:
        return None
    entity: EntityNode | None = None
    for kind, reader in readers:
        if kind == "document":
            reader.read_document()
        elif kind == "enum":
            reader.read_enum()
        elif kind == "entity":
            entity = reader.read_entity()
        elif entity and kind == "member":
            reader.read_member(entity)
        elif entity:
            reader.read_option(entity)
    return document


def _with_fixes(pieces: Iterable[Piece], problems: Iterable[Problem]) -> list[Piece]:
    fixes: dict[int, list[Fix]] = {}
    for problem in problems:
        if problem.fix:
            fixes.setdefault(id(problem.source), []).append(problem.fix)
    return [replace(piece, source=_fixed(piece.source, fixes.get(id(piece.source), []))) for piece in pieces]


def _fixed(source: Source, fixes: Iterable[Fix]) -> Source:
    """Return the text with the replacements; if two overlap, the first wins."""
    done: list[str] = []
    position = 0
    for fix in sorted(set(fixes), key=lambda fix: (fix.start, fix.end)):
        if fix.start >= position:
            done += [source.text[position : fix.start], fix.text]
            position = fix.end
    return replace(source, text="".join(done) + source.text[position:])
