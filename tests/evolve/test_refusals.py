"""What cannot be done gets one message that says what to do, and the project stays byte for byte as it was."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.baking import IDENTITY, commit, copy_template, run, succeed
from tests.evolve.conftest import TEXT, Project, create

pytestmark = pytest.mark.xdist_group("evolve")

NEW = TEXT + "Box(order:Order)\n"


def refuse(project: Project, *words: str, environment: dict[str, str] | None = None) -> str:
    """Return the message, but not that the template is fetched, which is so the first time."""
    before = project.state

    done = project.evolve("--yes", *words, environment=environment)

    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stdout, project.state) == (1, "", before)
    return re.sub(r"\Afetching the template from .*\n", "", done.stderr)


# The entities

TEXTS = {
    "a typo": (
        TEXT.replace("str(100)", "sting"),
        (
            'error E203 at entities.txt: line 4, column 11: unknown type "sting"\n'
            "  User(name:sting)\n"
            "            ^^^^^\n"
            '  did you mean "str"? types: bigint bool date datetime decimal email enum float int json slug str text time url'
            " uuid, or an entity's name\n"
        ),
    ),
    "an entity that others refer to is gone": (
        TEXT.replace("User(name:str(100))\n", ""),
        (
            "error E204 at entities.txt: line 2, column 28: there is no entity User\n"
            "  Order(number:str(20), user:User)   # one a week\n"
            "                             ^^^^\n"
        ),
    ),
    "nothing had that name": (
        TEXT.replace("str(100)", "str(100) was=nam"),
        (
            "error E802 at entities.txt: line 4, column 24: User had no field nam\n"
            "  User(name:str(100) was=nam)\n"
            "                         ^^^\n"
        ),
    ),
}


@pytest.mark.parametrize("case", TEXTS.values(), ids=TEXTS)
def test_wrong_entities(project: Project, case: tuple[str, str]) -> None:
    text, message = case
    project.write("entities.txt", text)

    assert refuse(project).startswith(message)


def test_no_entities(project: Project) -> None:
    (project.directory / "entities.txt").unlink()

    assert refuse(project) == f"error E601: there is no file entities.txt in {project.directory}\n"


def test_two_mappings(project: Project) -> None:
    project.write("entities.yaml", "User:\n  name: str\n")
    project.write("entities.json", "{}")

    assert (
        refuse(project) == "error: entities.yaml and entities.json both say what the entities are: keep one of them\n"
    )


def test_a_text_beside_a_mapping(project: Project) -> None:
    project.write("entities.yaml", "User:\n  name: str\n")
    project.write("entities.txt", NEW)

    assert refuse(project) == (
        "error: entities.txt was changed, but the entities are read from entities.yaml: edit that one, or delete it\n"
    )


# The project


def test_changes_that_are_not_committed(project: Project) -> None:
    project.write("entities.txt", NEW)
    project.append("README.md", "mine\n")

    assert refuse(project) == (
        "error: there are changes that are not committed, in README.md: commit or stash them first\n"
    )


def test_a_file_in_the_way_that_git_does_not_have(project: Project) -> None:
    project.write("entities.txt", NEW)
    project.write("app/crud/box.py", "mine\n")

    assert refuse(project) == (
        "error: these are in the way, and git does not have them: app/crud/box.py: move or commit them\n"
    )


def test_a_merge_that_is_not_finished(project: Project) -> None:
    git = ("git", *IDENTITY)
    for branch, text in (("one", "1\n"), ("two", "2\n")):
        succeed(run(*git, "checkout", "--quiet", "-b", branch, cwd=project.directory))
        project.write("README.md", text)
        succeed(run(*git, "commit", "--quiet", "--all", "--message=a", cwd=project.directory))
        if branch == "one":
            succeed(run(*git, "checkout", "--quiet", "HEAD~1", cwd=project.directory))
    run(*git, "merge", "--quiet", "one", cwd=project.directory)

    assert refuse(project) == "error: a merge is not finished: resolve README.md, and commit that\n"


def test_conflicts_that_were_committed(project: Project) -> None:
    project.append("README.md", "<<<<<<< yours\n1\n=======\n2\n>>>>>>> template\n")
    project.commit()

    assert refuse(project) == "error: conflicts are not resolved, in README.md\n"


def test_a_project_that_is_not_in_git(project: Project) -> None:
    shutil.rmtree(project.directory / ".git")

    assert refuse(project) == (
        "error: the project is not in git, which keeps your files if you do not like what comes out:"
        ' git init && git add --all && git commit --message "Begin"\n'
    )


def test_a_project_that_is_not_committed(project: Project) -> None:
    shutil.rmtree(project.directory / ".git")
    succeed(run("git", "init", "--quiet", cwd=project.directory))

    assert refuse(project) == ('error: the project is not committed: git add --all && git commit --message "Begin"\n')


def test_no_git(project: Project, tmp_path: Path) -> None:
    assert refuse(project, environment={"PATH": str(tmp_path)}) == (
        "error: this needs git, which is not installed, or not on the PATH\n"
    )


REVISION = 'revision = "{}"\ndown_revision = "0001"\n'


def test_two_heads(project: Project) -> None:
    for name in ("a", "b"):
        project.write(f"migrations/versions/{name}.py", REVISION.format(name))
    project.commit()
    project.write("entities.txt", NEW)

    assert refuse(project) == (
        "error: migrations/versions has 2 heads, a, b, as after merging branches that both have new ones."
        ' Join them first: uv run alembic merge --message "merge" heads, and commit that\n'
    )


def test_a_revision_that_is_no_python(project: Project) -> None:
    project.write("migrations/versions/a.py", "<\n")
    project.commit()
    project.write("entities.txt", NEW)

    assert refuse(project).startswith("error: migrations/versions/a.py cannot be read as a revision: invalid syntax")


def test_no_revision(project: Project) -> None:
    (project.directory / "migrations/versions/0001_initial.py").unlink()
    project.commit()
    project.write("entities.txt", NEW)

    assert refuse(project) == "error: there is no revision in migrations/versions that another one could follow\n"


# The command


def test_nobody_to_be_asked(project: Project) -> None:
    project.write("entities.txt", NEW)
    before = project.state

    done = project.evolve()

    assert (done.returncode, done.stderr, project.state) == (
        1,
        "error: nobody is here to be asked: add --yes to do it, or --dry-run to see what would be done\n",
        before,
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("databse=mysql", "error: there is no answer databse; did you mean database?\n"),
        ("database=oracle", "error: database: expected one of sqlite, postgresql, mysql, found 'oracle'\n"),
        ("entities=none", "error: entities: edit entities.txt, and give no text here\n"),
    ],
)
def test_wrong_answers(project: Project, answer: str, message: str) -> None:
    assert refuse(project, answer) == message


@pytest.mark.parametrize("words", [("database",), ("--fill", "x"), ("--template",), ("--no-such-option",)])
def test_wrong_usage(project: Project, words: tuple[str, ...]) -> None:
    before = project.state

    done = project.evolve(*words)

    assert done.stderr.startswith("usage: evolve.py")
    assert (done.returncode, project.state) == (2, before)


# The template


def test_a_record_that_cannot_be_read(project: Project) -> None:
    project.write(".template.json", "{")

    assert refuse(project).startswith("error: .template.json cannot be read; git has it as it was: git restore")


def test_no_commit_in_the_record(project: Project) -> None:
    project.replace(".template.json", project.record["commit"], "")
    project.commit()

    assert refuse(project) == (
        "error: .template.json names no commit: the template was no clone, or was edited without a commit."
        " Name the version that made this project: --template COMMIT\n"
    )


def test_no_template_there(project: Project) -> None:
    message = refuse(project, "--address", "/nowhere")

    assert message.startswith("error: git cannot read /nowhere; if it is elsewhere now, add --address ADDRESS:\n")


def test_no_network(project: Project) -> None:
    address = "https://127.0.0.1:1/template.git"

    assert refuse(project, "--address", address).startswith(
        f"error: no connection to {address}; try again with a network:\n"
    )


def test_no_such_version(project: Project) -> None:
    assert (
        refuse(project, "--template", "v9") == f"error: {project.record['template']} has no commit, tag or branch v9\n"
    )


def test_a_commit_that_somebody_has_deleted(template: Path, tmp_path: Path) -> None:
    upstream = tmp_path / "template"
    shutil.copytree(template, upstream)
    project = Project(create(upstream, tmp_path / "made"), {"EVOLVE_CACHE": str(tmp_path / "cache")})
    made = succeed(run("git", "rev-parse", "HEAD", cwd=upstream)).strip()
    succeed(run("git", *IDENTITY, "commit", "--quiet", "--amend", "--message=b", cwd=upstream))
    succeed(run("git", "reflog", "expire", "--expire=all", "--all", cwd=upstream))
    succeed(run("git", "gc", "--quiet", "--prune=now", cwd=upstream))
    project.write("entities.txt", NEW)

    assert refuse(project) == (
        f"error: {upstream} no longer has the commit {made} that made this project: somebody has rewritten or deleted"
        ' it. If another commit has the same files, write its hash into .template.json, as "commit"\n'
    )


def test_a_template_that_fails(template: Path, tmp_path: Path) -> None:
    upstream = copy_template(tmp_path / "template")
    commit(upstream)
    project = Project(create(upstream, tmp_path / "made"), {"EVOLVE_CACHE": str(tmp_path / "cache")})
    with (upstream / "entity_spec" / "expand.py").open("a", encoding="utf-8") as expander:
        expander.write("\n\ndef expand(*_):\n    raise SystemExit('broken')\n")
    newer = commit(upstream)

    message = refuse(project, "--template", newer)

    assert message.startswith("error: the template cannot make the new project, and says:\nbroken\n")


# The end comes early

HALFWAY = """

_all = _write


def _write(path, file):
    _all(path, file)
    if path.name == "box.py":
        {}
"""
ENDS = {
    "SIGTERM": ("signal.raise_signal(signal.SIGTERM)", "interrupted: nothing was changed\n"),
    "Ctrl+C": ("signal.raise_signal(signal.SIGINT)", "interrupted: nothing was changed\n"),
    "full disk": (
        'raise OSError(28, "No space left on device")',
        "error: [Errno 28] No space left on device; nothing was changed\n",
    ),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_end_halfway(tmp_path: Path, end: tuple[str, str]) -> None:
    failure, message = end
    upstream = copy_template(tmp_path / "template")
    with (upstream / "entity_spec/evolve/applying.py").open("a", encoding="utf-8") as module:
        module.write(HALFWAY.format(failure))
    commit(upstream)
    project = Project(create(upstream, tmp_path / "made"), {"EVOLVE_CACHE": str(tmp_path / "cache")})
    project.append("app/crud/tag.py", "\n\ndef own() -> None:\n    pass\n")
    (project.directory / "app/crud/tag.py").chmod(0o600)
    project.commit()
    project.write("entities.txt", NEW.replace("Tag(name:str)", "Tag(name:str, age:int?)"))
    before = project.state

    done = project.evolve("--yes")

    assert done.stderr.endswith(message)
    assert (done.returncode, project.state) == (1, before)
    assert run("git", "status", "--porcelain", cwd=project.directory).stdout == " M entities.txt\n"
