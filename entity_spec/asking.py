"""Questions at a terminal: lines can be edited, and what is wrong is asked again at once."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable
from typing import NoReturn, TextIO

import click
from rich.console import Console
from rich.prompt import Prompt, PromptBase
from rich.text import TextType

from entity_spec.errors import SpecError, look

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def is_possible() -> bool:
    command = click.get_current_context(silent=True)
    return bool(command and command.params.get("no_input") is False and sys.stdin.isatty())


def refuse(report: str) -> NoReturn:
    click.echo(report, err=True)
    sys.exit(1)


def until_right(name: str, value: object, problem: Callable[[object], str | None]) -> object:
    """Return the answer, or the first one after it that has no problem."""
    while is_possible() and (message := problem(value)):
        click.echo(f"error: {message}", err=True)
        value = _ask(name)
    return value


def until_right_entities(value: object, problem: Callable[[object], SpecError | None]) -> object:
    """Do the same for the entities; elsewhere than at a terminal, refuse them."""
    if is_possible():
        value = _pasted(value)
    while error := problem(value):
        report = error.report(*look(sys.stderr))
        if not is_possible():
            refuse(report)
        click.echo(report, err=True)
        value = _pasted(_ask("Entities", error.offered))
    return value


def _ask(name: str, otherwise: str | None = None) -> str:
    """Ask until there is an answer; an empty line stands for `otherwise`."""
    question = f"  {name} (Enter takes the corrected text)" if otherwise else f"  {name}"
    answer = ""
    while not answer:
        answer = Prompt.ask(question, default="", show_default=False).strip() or otherwise or ""
    return answer


def _pasted(value: object) -> object:
    """Take the quotes, and `entities=`, off a text that was written for the command line, as reports show it."""
    match = isinstance(value, str) and re.fullmatch(r"\s*(?:entities=)?(['\"].*)|\s*entities=(.*)", value, re.DOTALL)
    if not match:
        return value
    try:
        words = shlex.split(match[1]) if match[1] else [match[2]]
    except ValueError:
        return value
    return words[0] if len(words) == 1 else value


def enable_editing() -> None:
    """Have arrow keys move in the line and bring back earlier ones. The console of Windows does that by itself."""
    try:
        import readline
    except ImportError:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        readline.parse_and_bind("tab: self-insert")
        # Cookiecutter asks by itself, with `rich`, and takes nothing that would change how, so this is the only way. To
        # mypy, no method may be replaced, not even one that subclasses are meant to replace.
        PromptBase.get_input = classmethod(_edited)  # type: ignore[assignment, method-assign]


def _edited(
    cls: type[PromptBase[str]], console: Console, prompt: TextType, password: bool, stream: TextIO | None = None
) -> str:
    """Ask as `rich` does, but let the line editor print the prompt: it must know where the line begins."""
    if password or stream:
        # Neither is edited, and a password is not shown.
        return console.input(prompt, password=password, stream=stream)
    with console.capture() as capture:
        console.print(prompt, end="")
    before, line_end, last = capture.get().rpartition("\n")
    sys.stdout.write(before + line_end)
    # Between these two characters is what takes no room.
    return input(_STYLE.sub("\x01\\g<0>\x02", last))
