"""example/ shows what the template makes: `python3 dev.py example` writes it, nobody edits it."""

from __future__ import annotations

from tests.baking import ROOT, Shell, contents, succeed, tracked


def test_the_example_is_what_the_template_makes(shell: Shell) -> None:
    succeed(shell.cookiecutter(f"--config-file={ROOT / 'example.yaml'}"))

    example = ROOT / "example"
    assert {name: (example / name).read_bytes() for name in tracked(example)} == contents(shell.directory / "example")
