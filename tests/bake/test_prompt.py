"""At a terminal, a typo in the entities is shown in place, the question asked again, and earlier answers are kept."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from tests.baking import Shell, contents
from tests.terminal import at_terminal

PROMPTS = (
    ("Name of the project, as people write it (My Service)", "Terminal Shop"),
    ("Directory and distribution name (terminal-shop)", ""),
    ("What it is, in one sentence (A FastAPI service)", "Sold at the till"),
)
NUMBERS = (
    ("Database connections that each worker keeps open (8)", "3"),
    ("Connections that each worker may open beyond that (0)", ""),
    ("Seconds that a request waits for a connection before it is answered with 503 (5)", ""),
    ("Seconds after which a connection is replaced (1800)", ""),
    ("Worker processes of the container (2)", ""),
)
TYPO = """\
error E203 at column 14: unknown type "sting"
  Product(name:sting)
               ^^^^^
  did you mean "str"? types:"""


def settings(project: Path) -> str:
    return (project / "app" / "settings.py").read_text(encoding="utf-8")


def test_a_typo_is_shown_and_asked_again_and_other_answers_are_kept(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        for question, line in PROMPTS:
            terminal.answer(question, line)
        terminal.answer("or @entities.yaml (User(", "Product(name:sting)")
        terminal.wait(TYPO)
        terminal.answer("Entities [none]:", "Product(name:str unique index)")
        terminal.wait("a unique field is already indexed")
        terminal.answer("Entities [none]:", "Product(name:str unique)")
        terminal.answer("Choose from [1/2/3] (1)", "2")
        terminal.answer("Choose from [1/2] (1)", "2")
        for question, line in NUMBERS:
            terminal.answer(question, line)
        for _ in ("primary_key", "pgbouncer"):
            terminal.answer("Choose from [1/2] (1)", "2")
        rest = terminal.rest()

    assert process.wait() == 0
    assert "  Product   products   /api/v1/products  " in rest
    project = shell.directory / "terminal-shop"
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["description"] == "Sold at the till"
    assert "psycopg[binary]>=3.3.6,<4" in metadata["dependencies"]
    assert (project / "entities.txt").read_text(encoding="utf-8") == "Product(name:str unique)\n"
    assert "db_pool_size: int = Field(default=3," in settings(project)
    assert "db_pgbouncer: bool = Field(default=True," in settings(project)
    assert not (project / "app" / "db" / "soft_delete.py").exists()


def test_a_bad_number_ends_it_when_all_is_answered(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        for question, _ in PROMPTS:
            terminal.answer(question.partition("(")[0], "")
        terminal.answer("or @entities.yaml (User(", "none")
        for question in ("Choose from [1/2/3] (1)", "Choose from [1/2] (1)"):
            terminal.answer(question, "")
        for question, _ in NUMBERS:
            terminal.answer(question, "0")
        for _ in ("primary_key", "pgbouncer"):
            terminal.answer("Choose from [1/2] (1)", "")
        rest = terminal.rest()

    assert process.wait() == 1
    assert rest.endswith(
        "error: pool_size: expected a whole number from 1 to 1000, found '0'\n"
        "error: pool_timeout: expected a whole number from 1 to 300, found '0'\n"
        "error: pool_recycle: expected a whole number from 1 to 604800, found '0'\n"
        "error: workers: expected a whole number from 1 to 256, found '0'\n"
    )
    assert shell.made == []


def test_giving_up_leaves_nothing(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        for question, _ in PROMPTS:
            terminal.answer(question.partition("(")[0], "")
        terminal.answer("or @entities.yaml (User(", "Product(name:sting)")
        terminal.wait("Entities [none]:")
        os.write(terminal.screen, b"\x04")
        rest = terminal.rest()

    assert process.wait() == 1
    assert rest.strip().endswith("Aborted!")
    assert contents(shell.directory) == {}
