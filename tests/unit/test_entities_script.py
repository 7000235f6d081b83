"""scripts/entities.py, the converter."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import entities
from tests.unit import test_corpus as corpus

SCRIPT = Path(__file__).parents[2] / "scripts" / "entities.py"
TEXT = 'Currency: enum(EUR, USD)\nUser:\n  name: str(120)\n  pays: Currency=EUR\n  _doc: "Zoë\'s"\n'
CANONICAL = 'enum Currency(EUR, USD); User(name:str(120), pays:Currency=EUR) "Zoë\'s"'
MAPPING = {"Currency": "enum(EUR, USD)", "User": {"name": "str(120)", "pays": "Currency=EUR", "_doc": "Zoë's"}}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "shop.yaml").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "shop.yaml"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("--text", f"{CANONICAL}\n"),
        ("--lines", 'enum Currency(EUR, USD)\nUser(name:str(120), pays:Currency=EUR) "Zoë\'s"\n'),
        ("--yaml", "Currency: enum(EUR, USD)\nUser:\n  name: str(120)\n  pays: Currency=EUR\n  _doc: 'Zoë''s'\n"),
    ],
)
def test_forms(form: str, expected: str, shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert entities.main([shop, form]) == 0
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("--json", MAPPING),
        ("--cruft", {"entities": MAPPING}),
        ("--cruft-file", {"context": {"cookiecutter": {"entities": MAPPING}}}),
    ],
)
def test_json_forms(form: str, expected: object, shop: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert entities.main([form, shop]) == 0
    out = capsys.readouterr().out
    assert json.loads(out) == expected
    assert form != "--cruft" or out.count("\n") == 1


def test_a_text_is_converted_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert entities.main(["User( name:str )"]) == 0
    assert capsys.readouterr().out == "User(name:str)\n"


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("User(\n  name: str\n)\n"))

    assert entities.main(["-", "--yaml"]) == 0
    assert capsys.readouterr().out == "User:\n  name: str\n"


def test_errors_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert entities.main(["User(name:str uniqe)"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith('error E117 at column 15: unknown modifier "uniqe"\n')
    assert captured.err.endswith("entities='User(name:str unique)'\n")


def test_warnings_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert entities.main(["Users(name:str)"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "Users(name:str)\n"
    assert captured.err.startswith("warning W514 at column 1: Users looks like a plural; entity names are singular\n")


def test_it_runs_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), 'City(name:str="Zürich")', "--json"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)

    assert json.loads(done.stdout) == {"City": {"name": 'str="Zürich"'}}


@pytest.mark.parametrize("case", corpus.CASES["valid"], ids=lambda case: str(case["id"]))
def test_a_valid_text_survives_every_form(
    case: corpus.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def converted(source: str, form: str) -> str:
        assert entities.main([form, "--", source]) == 0
        return capsys.readouterr().out

    monkeypatch.chdir(tmp_path)
    text = converted(corpus.text_of(case), "--text")
    for name, form in (("a.txt", "--lines"), ("b.yaml", "--yaml"), ("c.json", "--json")):
        Path(name).write_text(converted(text, form), encoding="utf-8")
        text = converted(name, "--text")
    mapping = json.loads(converted("c.json", "--cruft"))["entities"]
    in_file = json.loads(converted("b.yaml", "--cruft-file"))["context"]["cookiecutter"]["entities"]

    assert text == case["canonical"] + "\n"
    assert json.dumps(mapping) == json.dumps(in_file)
    assert converted(json.dumps(mapping), "--text") == text
