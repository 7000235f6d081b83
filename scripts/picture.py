"""Draw docs/evolve.svg, a terminal in which entities are changed: `python scripts/picture.py`, after a commit."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "evolve.svg"
ENTITIES = "User(name:str(100), email:email unique); Order(number:str(20) unique, user:User)"
EDITS = {"User(name:str(100)": "User(full_name:str(100) was=name", "user:User": "user:User, channel:str(10)"}
COMMANDS = (
    "git diff entities.txt",
    "uv run evolve.py --fill Order.channel=web --yes",
    "uv run alembic upgrade head",
    "uv run alembic check",
)
COLUMN, LINE, TOP = 7.8, 18, 34


def session(template: Path) -> Iterator[str]:
    """Yield what a terminal shows, with a project that is made of the template at its last commit."""
    with tempfile.TemporaryDirectory() as directory:
        environment = os.environ | {"EVOLVE_CACHE": str(Path(directory, "cache"))}

        def run(*words: str, cwd: Path) -> str:
            return subprocess.run(words, cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout

        make = ("-m", "cookiecutter", str(template), "--no-input", "--default-config", f"entities={ENTITIES}")
        run(sys.executable, *make, cwd=Path(directory))
        project = Path(directory, "my-service")
        for git in ("init --quiet -b main", "add .", "-c user.name=a -c user.email=a@example.com commit --quiet -m a"):
            run("git", *git.split(), cwd=project)
        entities = project / "entities.txt"
        text = entities.read_text(encoding="utf-8")
        for old, new in EDITS.items():
            text = text.replace(old, new)
        entities.write_text(text, encoding="utf-8")
        for command in COMMANDS:
            yield f"$ {command}"
            words = command.removeprefix("uv run ").split()
            if words[0] != "git":
                words = [sys.executable, *(["-m"] if words[0] == "alembic" else []), *words]
            # Without what git says before the change itself, and the date in a file's name.
            head = r"^(?:diff|index|---|\+\+\+|@@).*\n|(?<=versions/)\d{8}_"
            yield from re.sub(head, "", run(*words, cwd=project), flags=re.MULTILINE).splitlines()
            yield ""


def draw(lines: Iterable[str]) -> str:
    """Return an SVG of a terminal; lengths are in pixels."""
    lines = list(lines)
    width, height = 40 + COLUMN * max(map(len, lines)), TOP + LINE * len(lines)
    parts = [f'<rect width="{width:.0f}" height="{height}" rx="8" fill="#1e2228"/>']
    parts += [
        f'<text x="20" y="{TOP + LINE * number}" fill="{_colour(line)}" xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate(lines)
        if line
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
    style = 'font-family="ui-monospace, monospace" font-size="13" role="img">'
    return "\n".join([head + style, "<title>Changing the entities of a project</title>", *parts, "</svg>", ""])


def _colour(line: str) -> str:
    return {"$": "#ffffff", "+": "#8fd18f", "-": "#e08f8f"}.get(line[:1], "#c4cad2")


if __name__ == "__main__":
    PICTURE.write_text(draw(session(ROOT)), encoding="utf-8", newline="\n")
