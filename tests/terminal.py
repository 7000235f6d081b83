"""A terminal at which questions are asked."""

from __future__ import annotations

import codecs
import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.baking import ROOT, Shell, shell_environment

SECONDS = 60
"""After this many without output, it must be waiting for an answer that the test does not give."""

ESCAPES = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]|\r")


@dataclass
class Terminal:
    """A command at a pseudo-terminal: what has been printed, and a keyboard."""

    screen: int
    read: str = ""
    """What has been printed after the text that was last waited for, without escape sequences."""
    raw: str = ""
    """Everything that has been printed."""
    _decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    def answer(self, question: str, line: str) -> None:
        """Wait for a question, which is printed before the answer is read, and type a line."""
        self.wait(question)
        os.write(self.screen, f"{line}\n".encode())

    def wait(self, text: str) -> None:
        """Read until a text is printed after the one that was last waited for."""
        while text not in self.read:
            if not self._read_more():
                raise AssertionError(f"the end came first, after:\n{self.read}")
        self.read = self.read.partition(text)[2]

    def rest(self) -> str:
        """Return everything that is printed until the end."""
        while self._read_more():
            pass
        return self.read

    def _read_more(self) -> bool:
        """Read some output; tell whether there was any."""
        assert select.select([self.screen], [], [], SECONDS)[0], f"it waits, after:\n{self.read}"
        try:
            printed = os.read(self.screen, 65_536)
        except OSError:  # at the end, on Linux; other systems return b""
            printed = b""
        text = self._decoder.decode(printed)
        self.raw += text
        self.read = ESCAPES.sub("", self.read + text)
        return bool(printed)


def at_terminal(
    shell: Shell, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})
) -> AbstractContextManager[tuple[Terminal, subprocess.Popen[bytes]]]:
    words = ("-m", "cookiecutter", str(ROOT), *arguments)
    return python_at_terminal(shell.directory, *words, environment=shell.environment | dict(environment))


@contextmanager
def python_at_terminal(
    directory: Path, *arguments: str, environment: Mapping[str, str]
) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    screen, keyboard = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=directory,
        env=shell_environment(directory) | {"TERM": "xterm", "COLUMNS": "200"} | dict(environment),
        stdin=keyboard,
        stdout=keyboard,
        stderr=keyboard,
        start_new_session=True,
    ) as process:
        os.close(keyboard)
        try:
            yield Terminal(screen), process
        finally:
            os.close(screen)
            process.kill()
