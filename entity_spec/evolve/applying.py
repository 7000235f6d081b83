"""Writing all changes of a project, or none."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from entity_spec.evolve.merging import File

# A terminal that is closed sends the second one, which Windows does not have.
_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class TerminatedError(BaseException):
    """The process was asked to end."""


def listen() -> None:
    """Have a request to end raise an exception, as Ctrl+C does."""
    for number in _ENDS:
        signal.signal(number, _raise)


def _raise(*_: object) -> None:
    raise TerminatedError


def apply(project: Path, written: Mapping[str, File], deleted: Sequence[str]) -> None:
    """Write and delete files. Whatever ends this early, each file is then as it was, byte for byte."""
    before = {name: _state(project / name) for name in (*written, *deleted)}
    made: list[Path] = []
    try:
        for name, file in written.items():
            made += _make_directories((project / name).parent)
            _write(project / name, file)
        for name in deleted:
            (project / name).unlink(missing_ok=True)
            _remove_empty(project, name)
    except BaseException:
        with _undisturbed():
            for name, was in before.items():
                _restore(project / name, was)
            for directory in reversed(made):
                directory.rmdir()
        raise


def _write(path: Path, file: File) -> None:
    path.write_bytes(file.data)
    mode = path.stat().st_mode
    path.chmod(mode | 0o111 if file.is_executable else mode & ~0o111)


def _state(path: Path) -> tuple[bytes, int] | None:
    return (path.read_bytes(), path.stat().st_mode) if path.exists() else None


def _restore(path: Path, was: tuple[bytes, int] | None) -> None:
    if was:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(was[0])
        path.chmod(was[1])
    else:
        path.unlink(missing_ok=True)


def _make_directories(directory: Path) -> list[Path]:
    missing = [each for each in (directory, *directory.parents) if not each.exists()][::-1]
    for each in missing:
        each.mkdir()
    return missing


def _remove_empty(project: Path, name: str) -> None:
    for directory in (project / name).parents:
        if directory == project or any(directory.iterdir()):
            return
        directory.rmdir()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Finish this even if somebody presses Ctrl+C once more."""
    handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, *_ENDS)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
