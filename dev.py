"""Every task of this repository, with Python and git alone: `python3 dev.py serve`, `python3 dev.py test`.

The first run fetches uv, unless it is installed, and uv fetches the rest.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
BUILD = ROOT / "build"
EXAMPLE = ROOT / "example"


def uv() -> str:
    """Return the path of uv, which is installed into its own virtual environment if the machine has none."""
    own = TOOLS / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    installed = shutil.which("uv")
    if installed:
        return installed
    if not own.exists():
        venv.create(TOOLS, with_pip=True)
        subprocess.run([own.with_stem("python"), "-m", "pip", "install", "--quiet", "uv>=0.13,<1"], check=True)
    return str(own)


def run(*command: str, cwd: Path = ROOT) -> None:
    """Run a command in the environment of the project in `cwd`; exit with its status if it fails."""
    # uv picks the environment by `cwd`, not by the one in which this script may run.
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    words = [uv(), "run", "--python", sys.executable, *command]
    with subprocess.Popen(words, cwd=cwd, env=environment) as process:
        while process.returncode is None:
            with contextlib.suppress(KeyboardInterrupt):  # the command gets it too, and ends by itself
                process.wait()
    if process.returncode:
        sys.exit(process.returncode)


def generate(directory: Path, *options: str) -> None:
    run("cookiecutter", str(ROOT), "--no-input", "--overwrite-if-exists", "--output-dir", str(directory), *options)


def serve(rest: list[str]) -> None:
    """generate the default project into build/ and serve it on SQLite; further arguments go to `fastapi dev`"""
    generate(BUILD, "--default-config")
    run("fastapi", "dev", *rest, cwd=BUILD / "my-service")


def test(rest: list[str]) -> None:
    """run the tests; further arguments go to pytest"""
    run("pytest", *rest)


def deep(rest: list[str]) -> None:
    """run the slower tests, which need npm, Debian packages or more time; further arguments go to pytest, in one run"""
    # Tests that measure load, time limits or figures run one at a time.
    for words in [rest] if rest else [["-m", "not alone"], ["-m", "alone", "--numprocesses=0"]]:
        run("--group", "deep", "pytest", "--override-ini=testpaths=tests/deep", *words)


def conformance(rest: list[str]) -> None:
    """try random entities until the time is over; further arguments: dev.py conformance --help"""
    run("python", "-m", "tests.conformance", *rest)


def bench(rest: list[str]) -> None:
    """measure a generated project beside the textbook's application; further arguments: dev.py bench --help"""
    run("python", "-m", "benchmarks", *rest)


def example(rest: list[str]) -> None:
    """write example/ anew; CI fails if it is stale"""
    shutil.rmtree(EXAMPLE, ignore_errors=True)
    generate(ROOT, f"--config-file={ROOT / 'example.yaml'}", *rest)
    record = EXAMPLE / ".template.json"
    record.write_text(of_no_commit(record.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def of_no_commit(record: str) -> str:
    """Return the record of where a project comes from as it is in every clone, and after every commit."""
    anywhere = {"template": "https://github.com/org/cookiecutter-fastapi-entities.git", "commit": ""}
    return json.dumps(json.loads(record) | anywhere, ensure_ascii=False, indent=4) + "\n"


COMMANDS = {command.__name__: command for command in (serve, test, deep, conformance, bench, example)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.__doc__, add_help=False)
    arguments, rest = parser.parse_known_args()
    COMMANDS[arguments.command]([word for word in rest if word != "--"])


if __name__ == "__main__":
    main()
