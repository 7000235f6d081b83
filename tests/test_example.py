"""example/ shows what the template makes: `python3 dev.py example` writes it, nobody edits it."""

from __future__ import annotations

from dev import of_no_commit
from tests.baking import ROOT, Shell, contents, succeed, tracked


def test_the_example_is_what_the_template_makes(shell: Shell) -> None:
    succeed(shell.cookiecutter(f"--config-file={ROOT / 'example.yaml'}"))

    example, made = ROOT / "example", contents(shell.directory / "example")
    made[".template.json"] = of_no_commit(made[".template.json"].decode()).encode()
    assert {name: (example / name).read_bytes() for name in tracked(example)} == made
