"""A three-way merge of projects: as the template made it, as it makes it now, and as its owner has changed it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from entity_spec.evolve import imports, lines
from entity_spec.evolve.changes import RefusedError
from entity_spec.evolve.lines import Merged
from entity_spec.model import Entity

_OWN = re.compile(r"entities\.(txt|ya?ml|json)|\.template\.json|\.cruft\.json|migrations/versions/.*")
"""What evolving writes in another way, or never changes."""
_LIKE = 0.5
"""The share of lines that a file which was moved has in common with what it was."""


@dataclass(frozen=True)
class File:
    data: bytes
    is_executable: bool = False

    @classmethod
    def read(cls, path: Path) -> File:
        return cls(path.read_bytes(), bool(path.stat().st_mode & 0o100))

    @property
    def text(self) -> str | None:
        """The text with plain line ends, None if it is something else."""
        try:
            text = self.data.decode()
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else text.replace("\r\n", "\n")

    def says(self, other: File) -> bool:
        """Tell whether two files are the same, but for line ends."""
        return self.data == other.data or (self.text is not None and self.text == other.text)

    def with_text(self, text: str) -> File:
        """Return the file with another text, and the line ends of this one."""
        return replace(self, data=(text.replace("\n", "\r\n") if b"\r\n" in self.data else text).encode())


def files_in(directory: Path, names: Iterable[str] | None = None) -> dict[str, File]:
    """Read the files of a project that are merged, or those of them that have these names."""
    if names is None:
        names = sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file())
    found = ((name, directory / name) for name in names if not _OWN.fullmatch(name))
    return {name: File.read(path) for name, path in found if path.is_file()}


@dataclass
class Merge:
    """What becomes of a project."""

    gone: Collection[str] = ()
    """Modules that the template no longer has."""
    written: dict[str, File] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    mixed: dict[str, str] = field(default_factory=dict)
    """Files with changes of both sides, and what the owner had in them."""
    conflicts: list[str] = field(default_factory=list)
    """Files with markers."""
    left: list[str] = field(default_factory=list)
    """What is left to the owner, in words."""


def merge(
    base: Mapping[str, File],
    new: Mapping[str, File],
    ours: Mapping[str, File],
    renamed: Sequence[tuple[Entity, Entity]] = (),
) -> Merge:
    """Merge the changes from `base` to `new` into `ours`. Errors: RefusedError, where something is in the way."""
    done = Merge({name[:-3].replace("/", ".") for name in base.keys() - new.keys() if name.endswith(".py")})
    follow = _renames(base, new, renamed)
    taken = set(follow.values())
    moved = _moves(base, new, ours)
    for name, was in base.items():
        target = follow.get(name, name)
        now = new.get(target) if name in follow or name not in taken else None
        place = moved.get(name, name)
        if name in taken and now is None and not ours.get(name, was).says(was):
            raise RefusedError(f"{name} is in the way of an entity's new name, and you have changed it: move it away")
        _merge_file(done, place, moved.get(name, target), was, now, ours.get(place))
    for name in taken - base.keys() & ours.keys():
        raise RefusedError(f"{name} is in the way of an entity's new name: move it away")
    for name in sorted(new.keys() - base.keys() - taken):
        _add_file(done, name, new[name], ours.get(name))
    # A file that goes may be in the place of one that comes.
    done.deleted = sorted(set(done.deleted) - done.written.keys())
    return done


def _merge_file(done: Merge, place: str, target: str, was: File, now: File | None, mine: File | None) -> None:
    if mine is None:
        if now and now != was:
            done.left.append(f"{target}: the template has changed it, but you have deleted it")
    elif now is None:
        if mine.says(was):
            done.deleted.append(place)
        else:
            done.left.append(f"{place}: the template no longer has it, but you have changed it")
    else:
        if now.says(was) or now.says(mine):
            data = mine.data
        elif mine.says(was):
            data = mine.with_text(now.text).data if now.text else now.data
        else:
            data = _mix(done, target, was, now, mine)
        is_executable = now.is_executable if mine.is_executable == was.is_executable else mine.is_executable
        if place != target:
            done.deleted.append(place)
        if place != target or File(data, is_executable) != mine:
            done.written[target] = File(data, is_executable)


def _add_file(done: Merge, name: str, now: File, mine: File | None) -> None:
    if mine is None:
        done.written[name] = now
    elif not mine.says(now):
        done.written[name] = File(_mix(done, name, File(b""), now, mine), mine.is_executable)


def _mix(done: Merge, name: str, was: File, now: File, mine: File) -> bytes:
    base, ours, theirs = was.text, mine.text, now.text
    if base is None or ours is None or theirs is None:
        done.left.append(f"{name}: both you and the template have changed it, and it is no text: yours was kept")
        return mine.data
    merged = merge_text(name, base, ours, theirs, done.gone)
    if merged.conflicts:
        done.conflicts.append(name)
    elif merged.text != ours:
        done.mixed[name] = ours
    return mine.with_text(merged.text).data


def merge_text(name: str, base: str, ours: str, theirs: str, gone: Collection[str] = ()) -> Merged:
    """Merge two changes of a text file. Nothing is imported from modules that are gone, even if it is still used."""
    if not base:
        # Of two files, nobody knows which lines belong together.
        return lines.mark(base, ours, theirs)
    if not name.endswith(".py") or not _is_python(ours):
        return lines.merge(base, ours, theirs)
    merged = _merge_imports(base, ours, theirs, gone) or lines.merge(base, ours, theirs)
    return merged if merged.conflicts or _is_python(merged.text) else lines.mark(base, ours, theirs)


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _merge_imports(base: str, ours: str, theirs: str, gone: Collection[str]) -> Merged | None:
    """Merge with one name a line where texts import, None if somebody writes imports in another way."""
    texts = [base, ours, theirs]
    apart = [imports.apart(text) for text in texts if _is_python(text)]
    if [imports.together(text) for text in apart] != texts:
        return None
    merged = lines.merge(*apart, is_item=imports.LINE.fullmatch)
    text = merged.text if merged.conflicts else imports.complete(merged.text, apart[1:], gone)
    return Merged(imports.together(text), merged.conflicts)


def _renames(
    base: Mapping[str, File], new: Mapping[str, File], renamed: Sequence[tuple[Entity, Entity]]
) -> dict[str, str]:
    """Return the new name of each file of an entity that was renamed."""
    found = {
        name: target
        for old, entity in renamed
        for name in base
        for target in _renamed(name, old, entity)
        if target in new
    }
    return {name: target for name, target in found.items() if name not in new or name in found.values()}


def _renamed(name: str, old: Entity, new: Entity) -> Iterator[str]:
    """Yield what a file may be called: an entity named Test has tests/routers/test_tests.py."""
    directory, slash, file = name.rpartition("/")
    for was, now in ((old.snake, new.snake), (old.plural, new.plural)):
        for match in re.finditer(rf"(?<![a-z0-9]){was}(?![a-z0-9])", file):
            if was != now:
                yield f"{directory}{slash}{file[: match.start()]}{now}{file[match.end() :]}"


def _moves(base: Mapping[str, File], new: Mapping[str, File], ours: Mapping[str, File]) -> dict[str, str]:
    """Return where files are that their owner has moved, of those that the template has changed."""
    gone = [name for name in base if name not in ours and new.get(name) != base[name]]
    own = [name for name in ours if name not in base and name not in new]
    found: dict[str, str] = {}
    for name in gone:
        likeness = {other: _likeness(base[name], ours[other]) for other in own if _suffix(other) == _suffix(name)}
        best = max(likeness, key=lambda other: likeness[other], default=None)
        if best and likeness[best] >= _LIKE:
            found[name] = best
            own.remove(best)
    return found


def _suffix(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[2]


def _likeness(one: File, other: File) -> float:
    """Return the share of lines that two files have in common."""
    both = [Counter(line for line in file.data.splitlines() if line.strip()) for file in (one, other)]
    return (both[0] & both[1]).total() / max(both[0].total(), both[1].total(), 1)
