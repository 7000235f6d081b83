"""What `rich` asks for while lines can be edited."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.prompt import Prompt

from entity_spec import asking


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: "secret")

    assert asking._edited(Prompt, Console(file=io.StringIO()), "Password", password=True) == "secret"


def test_a_stream_is_read() -> None:
    said = asking._edited(Prompt, Console(file=io.StringIO()), "Name", password=False, stream=io.StringIO("Ann\n"))

    assert said.strip() == "Ann"
