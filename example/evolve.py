# /// script
# requires-python = ">=3.11"
# dependencies = ["cookiecutter>=2.7,<3"]
# ///
"""Bring this project up to its entities: edit entities.txt, then `uv run evolve.py`; with --help, it says more.

How that is done is part of the template. This gets it, at the commit that .template.json names or at a newer one.
"""

import argparse
import hashlib
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
CACHES = {"win32": ("LOCALAPPDATA", "~/AppData/Local"), "darwin": ("", "~/Library/Caches")}
NO_NETWORK = r"resolve host|unable to access|[Cc]onnect|timed out|unreachable"
REFUSED = r"returned error: 40|denied"


def cache() -> Path:
    """Return where the templates are kept, so that each version is fetched only once."""
    if given := os.environ.get("EVOLVE_CACHE"):
        return Path(given).absolute()
    variable, otherwise = CACHES.get(sys.platform, ("XDG_CACHE_HOME", "~/.cache"))
    return Path(os.environ.get(variable) or otherwise).expanduser() / "cookiecutter-fastapi-entities"


def git(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    # In a hook of git, these name another repository.
    ours = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")}
    return subprocess.run(
        ["git", *words], env=ours | {"LC_ALL": "C"} | variables, capture_output=True, encoding="utf-8", check=False
    )


class Template:
    """A copy of the template's repository."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.directory = cache() / hashlib.sha256(address.encode()).hexdigest()[:16]
        self.git = self.directory / "git"
        self.is_fresh = not self.git.exists()
        if self.is_fresh:
            self.directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.directory) as new:
                self._fetch("clone", "--quiet", "--bare", "--", address, str(Path(new, "git")))
                Path(new, "git").rename(self.git)

    def commit(self, version: str, *, may_move: bool = False) -> str | None:
        """Return the commit that a hash, a tag or a branch stands for, None if there is none."""
        if not self.is_fresh and (may_move or not self._find(version)):
            everything = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
            self._fetch("--git-dir", str(self.git), "fetch", "--quiet", self.address, *everything)
            self.is_fresh = True
        if not self._find(version):
            # What no branch has any more, as after a rebase, may be there all the same.
            git("--git-dir", self.git, "fetch", "--quiet", self.address, version)
        return self._find(version)

    def files(self, commit: str) -> Path:
        """Return the directory with the files of a commit, which has its name."""
        made = self.directory / commit
        if not made.exists():
            with tempfile.TemporaryDirectory(dir=self.directory) as new:
                tree = Path(new, commit)
                tree.mkdir()
                places = ("--git-dir", self.git, "--work-tree", tree, "-c", "core.autocrlf=false")
                done = git(*places, "checkout", "--force", commit, "--", ".", GIT_INDEX_FILE=str(Path(new, "index")))
                if done.returncode:
                    sys.exit(f"error: {self.git} is damaged; delete it, and try again:\n{done.stderr.strip()}")
                tree.rename(made)
        return made

    def _find(self, version: str) -> str | None:
        words = ("rev-parse", "--quiet", "--verify", "--end-of-options", f"{version}^{{commit}}")
        return git("--git-dir", self.git, *words).stdout.strip() or None

    def _fetch(self, *words: str) -> None:
        print(f"fetching the template from {self.address}", file=sys.stderr)
        done = git("-c", "gc.auto=0", *words)
        if done.returncode:
            if re.search(NO_NETWORK, done.stderr) and not re.search(REFUSED, done.stderr):
                sys.exit(f"error: no connection to {self.address}; try again with a network:\n{done.stderr.strip()}")
            hint = "if it is elsewhere now, add --address ADDRESS"
            sys.exit(f"error: git cannot read {self.address}; {hint}:\n{done.stderr.strip()}")


def main() -> None:
    if not find_spec("cookiecutter"):
        sys.exit("error: this needs Cookiecutter, which uv brings: uv run evolve.py")
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--template")
    parser.add_argument("--address")
    asked, _ = parser.parse_known_args()
    try:
        record = json.loads((PROJECT / ".template.json").read_text(encoding="utf-8"))
        address, recorded = asked.address or record["template"], record["commit"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"error: .template.json cannot be read; git has it as it was: git restore .template.json\n{error}")
    if not recorded and not asked.template:
        sys.exit(
            "error: .template.json names no commit: the template was no clone, or was edited without a commit."
            " Name the version that made this project: --template COMMIT"
        )
    try:
        template = Template(address)
        old = template.commit(recorded or asked.template)
        new = template.commit(asked.template, may_move=True) if asked.template else old
    except FileNotFoundError:
        sys.exit("error: this needs git, which is not installed, or not on the PATH")
    if not old:
        sys.exit(
            f"error: {address} no longer has the commit {recorded} that made this project: somebody has rewritten or"
            ' deleted it. If another commit has the same files, write its hash into .template.json, as "commit"'
        )
    if not new:
        sys.exit(f"error: {address} has no commit, tag or branch {asked.template}")
    # From here on, the newer version decides; its own directory takes the place of this one.
    sys.path[0] = str(template.files(new))
    sys.argv[1:1] = [str(PROJECT), str(template.files(old))]
    runpy.run_module("entity_spec.evolve", run_name="__main__")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted: nothing was changed")
