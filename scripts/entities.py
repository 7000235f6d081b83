"""Convert entities between their forms, for example `python scripts/entities.py shop.yaml --text`."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# The package is not installed: it is next to this directory, which is only searched from here on.
from entity_spec import files
from entity_spec.errors import SpecError, report
from entity_spec.model import Spec


def _cruft(spec: Spec) -> str:
    return json.dumps({"entities": files.to_mapping(spec)}, ensure_ascii=False)


def _cruft_file(spec: Spec) -> str:
    return json.dumps({"context": {"cookiecutter": {"entities": files.to_mapping(spec)}}}, ensure_ascii=False, indent=2)


FORMS: dict[str, tuple[Callable[[Spec], str], str]] = {
    "text": (str, "one line, as at the prompt"),
    "lines": (lambda spec: "\n".join(spec.lines), "one item a line, as in entities.txt"),
    "yaml": (files.to_yaml, "a mapping, as in entities.yaml"),
    "json": (lambda spec: files.to_json(spec, indent=2), "the same mapping as JSON"),
    "cruft": (_cruft, "for cruft create --extra-context and cruft update --variables-to-update"),
    "cruft-file": (_cruft_file, "for cruft update --variables-to-update-file"),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", help="a .yaml, .json or .txt file, the text itself, or - for standard input")
    forms = parser.add_mutually_exclusive_group()
    for form, (_, use) in FORMS.items():
        forms.add_argument(f"--{form}", dest="form", action="store_const", const=form, help=use)
    parser.set_defaults(form="text")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")

    result = files.examine(_value(options.source), directories=[Path.cwd()])
    if result.spec is None:
        print(SpecError(result.problems, result.corrected), file=sys.stderr)
        return 1
    if result.problems:
        print(report(result.problems), file=sys.stderr)
    convert, _ = FORMS[options.form]
    print(convert(result.spec).rstrip("\n"))
    return 0


def _value(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    return f"@{source}" if Path(source).suffix.lower() in files.SUFFIXES else source


if __name__ == "__main__":
    sys.exit(main())
