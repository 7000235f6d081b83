"""At a terminal, a wrong answer is shown in place, the question asked again, and earlier answers are kept."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

from entity_spec import answers
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
        terminal.answer("Entities (Enter takes the corrected text):", "Product(name:str unique index)")
        terminal.wait("a unique field is already indexed")
        terminal.answer("Entities:", "Product(name:str unique)")
        terminal.answer("Choose from [1/2/3] (1)", "2")
        for _ in ("soft_delete", "primary_key", "pgbouncer"):
            terminal.answer("Choose from [1/2] (1)", "2")
        for question, line in NUMBERS:
            terminal.answer(question, line)
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


def test_every_bad_answer_is_asked_again_at_once(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        terminal.answer("Name of the project", " ")
        terminal.wait("error: project_name: cannot be empty\n")
        terminal.answer("  project_name:", "Terminal Shop")
        terminal.answer("(terminal-shop)", "Terminal Shop")
        terminal.wait("error: project_slug: small letters, digits and single hyphens, beginning with a letter, found")
        terminal.answer("  project_slug:", "till")
        terminal.answer("What it is", "a" * 301)
        terminal.wait("error: description: at most 300 characters, found 301\n")
        terminal.answer("  description:", "")
        terminal.answer("  description:", "Sold at the till")
        terminal.answer("or @entities.yaml (User(", "none")
        terminal.answer("Choose from [1/2/3] (1)", "")
        for line in ("", "", "2"):
            terminal.answer("Choose from [1/2] (1)", line)
        terminal.wait("error: pgbouncer: expected no, as database is sqlite: it is a pooler for PostgreSQL\n")
        terminal.answer("  pgbouncer:", "no")
        for (question, _), (name, (least, most)) in zip(NUMBERS, answers.NUMBERS.items(), strict=True):
            terminal.answer(question, "many")
            terminal.wait(f"error: {name}: expected a whole number from {least} to {most}, found 'many'\n")
            terminal.answer(f"  {name}:", str(most + 1))
            terminal.wait(f"found '{most + 1}'\n")
            terminal.answer(f"  {name}:", str(most))
        terminal.rest()

    assert process.wait() == 0
    assert shell.made == ["till"]
    project = shell.directory / "till"
    metadata = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["description"] == "Sold at the till"
    assert (project / "README.md").read_text(encoding="utf-8").startswith("# Terminal Shop\n")
    assert "db_pool_size: int = Field(default=1000," in settings(project)
    assert "db_pool_recycle: int = Field(default=604800," in settings(project)


def test_a_teams_configuration_answers_the_questions_about_pools(shell: Shell) -> None:
    context = {"pool_size": 20, "max_overflow": 4, "workers": "3", "database": "postgresql", "pgbouncer": "yes"}
    config = shell.write("../home/team.yaml", json.dumps({"default_context": context}))
    with at_terminal(shell, f"--config-file={config}") as (terminal, process):
        for question, _ in PROMPTS:
            terminal.answer(question.partition("(")[0], "")
        terminal.answer("or @entities.yaml (User(", "none")
        for question in ("Choose from [1/2/3] (1)", *["Choose from [1/2] (1)"] * 3):
            terminal.answer(question, "")
        for question in ("keeps open (20)", "beyond that (4)", "with 503 (5)", "replaced (1800)", "container (3)"):
            terminal.answer(question, "")
        rest = terminal.rest()

    assert process.wait() == 0
    assert "Connections: 3 workers hold up to 75 in all." in rest
    assert "db_pgbouncer: bool = Field(default=True," in settings(shell.directory / "my-service")


def test_giving_up_leaves_nothing(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        for question, _ in PROMPTS:
            terminal.answer(question.partition("(")[0], "")
        terminal.answer("or @entities.yaml (User(", "Product(name:sting)")
        terminal.wait("Entities (Enter takes the corrected text):")
        os.write(terminal.screen, b"\x04")
        rest = terminal.rest()

    assert process.wait() == 1
    assert rest.strip().endswith("Aborted!")
    assert contents(shell.directory) == {}
