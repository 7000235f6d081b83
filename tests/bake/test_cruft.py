"""With cruft, the model itself is the value, an update merges it into the project as its owner has changed it, and a
migration that a database may have run is never rewritten."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baking import ROOT, Completed, commit, contents, copy_template, python, run, succeed

# One template and one project for all tests.
pytestmark = pytest.mark.xdist_group("cruft")

MIGRATION = "migrations/versions/0001_initial.py"
TEXT = "User(name:str(100)); Order(number:str(20), user:User)"
TYPO = """\
error E203 at column 11: unknown type "sting"
  User(name:sting)
            ^^^^^
  did you mean "str"? types: bigint bool date datetime decimal email enum float int json slug str text time url uuid, \
or an entity's name

with every suggestion applied:
  entities='User(name:str)'
"""
ENTRY = """\
error E203 at User.name: unknown type "sting"
  name: sting
        ^^^^^
  did you mean "str"? types: bigint bool date datetime decimal email enum float int json slug str text time url uuid, \
or an entity's name
"""
JINJA = """\
error E104 at column 16: {{ cannot be used here: Cookiecutter reads it as a Jinja tag
  User(name:str="{{ 7*7 }}")
                 ^^
  leave it out, also inside texts and patterns
"""
FILE = """\
error E603: a file cannot be used with cruft: an update would compare shop.yaml with itself; \
pass its text or its mapping instead
"""
LIST = (
    "error E604: a list is not possible here: Cookiecutter keeps only its first element; write one text, or a mapping\n"
)
Refused = dict[str, tuple[object, str]]
CREATIONS: Refused = {
    "typo": ("User(name:sting)", TYPO),
    "Jinja": ('User(name:str="{{ 7*7 }}")', JINJA),
    "file": ("@shop.yaml", FILE),
    "list": (["User(name:str)", "Tag(name:str)"], LIST),
}
UPDATES: Refused = {"typo in a mapping": ({"User": {"name": "sting"}}, ENTRY), "file": ("@shop.yaml", FILE)}
Cruft = Callable[..., Completed]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as a separate repository."""
    copy = copy_template(tmp_path_factory.mktemp("cruft") / "template")
    shutil.copytree(ROOT / "scripts", copy / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    commit(copy)
    return copy


@pytest.fixture(scope="module")
def cruft(tmp_path_factory: pytest.TempPathFactory) -> Cruft:
    """The real command, for a user with an empty configuration."""
    config = tmp_path_factory.mktemp("home") / "cookiecutter.yaml"
    config.write_text("{}\n", encoding="utf-8")

    def cruft(*words: str | Path, cwd: Path) -> Completed:
        return python("-m", "cruft", *words, cwd=cwd, environment={"COOKIECUTTER_CONFIG": str(config)})

    return cruft


def create(cruft: Cruft, template: Path, directory: Path, entities: object) -> Completed:
    context = json.dumps({"entities": entities})
    return cruft("create", template, "--no-input", "--extra-context", context, cwd=directory)


def update(cruft: Cruft, project: Path, entities: object) -> Completed:
    return cruft("update", "--skip-apply-ask", "--variables-to-update", json.dumps({"entities": entities}), cwd=project)


@pytest.fixture(scope="module")
def created(cruft: Cruft, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that nobody changes."""
    directory = tmp_path_factory.mktemp("created")
    succeed(create(cruft, template, directory, TEXT))
    commit(directory / "my-service")
    return directory / "my-service"


@pytest.fixture
def project(created: Path, tmp_path: Path) -> Path:
    """A project whose owner has changed a model and the README, and committed that."""
    project = tmp_path / "my-service"
    shutil.copytree(created, project)
    with (project / "app/db/models/user.py").open("a", encoding="utf-8") as model:
        model.write("\n    def greet(self) -> str:\n        return self.name\n")
    readme = project / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("# My Service\n", "# Ours\n"), encoding="utf-8")
    commit(project)
    return project


def read(project: Path, name: str) -> str:
    return (project / name).read_text(encoding="utf-8")


def state(project: Path) -> tuple[object, str]:
    """Return the entities that cruft has recorded, and those that the project shows."""
    return json.loads(read(project, ".cruft.json"))["context"]["cookiecutter"]["entities"], read(
        project, "entities.txt"
    )


def assert_merged(project: Path, before: dict[str, bytes]) -> None:
    """Check that Tag and its reference are there, the owner's edits are kept, and the migration is unchanged."""
    assert "class Tag(" in read(project, "app/db/models/tag.py")
    assert "tags" in read(project, "app/db/models/order.py")
    assert read(project, "app/db/models/user.py").endswith("def greet(self) -> str:\n        return self.name\n")
    assert read(project, "README.md").startswith("# Ours\n")
    assert "| Tag | `tags` |" in read(project, "README.md")
    assert contents(project)[MIGRATION] == before[MIGRATION]
    assert not list(project.rglob("*.rej"))


def test_an_update_merges_a_text_and_keeps_what_is_the_owners(cruft: Cruft, project: Path) -> None:
    before = contents(project)
    text = "User(name:str(100)); Order(number:str(20), user:User, tags:Tag[]); Tag(name:str)"

    succeed(update(cruft, project, text))

    assert_merged(project, before)
    assert state(project) == (text, text.replace("; ", "\n") + "\n")


@pytest.mark.parametrize(
    ("form", "option"), [("--cruft", "--variables-to-update"), ("--cruft-file", "--variables-to-update-file")]
)
def test_an_update_takes_what_the_converter_writes(cruft: Cruft, project: Path, form: str, option: str) -> None:
    before = contents(project)
    shop = project.parent / "entities.yaml"
    shop.write_text(
        "User:\n  name: str(100)\nOrder:\n  number: str(20)\n  user: User\n  tags: Tag[]\nTag:\n  name: str\n",
        encoding="utf-8",
    )
    converted = succeed(python(ROOT / "scripts/entities.py", form, shop, cwd=project)).removesuffix("\n")
    if form == "--cruft-file":
        file = project.parent / "variables.json"
        file.write_text(converted, encoding="utf-8")
        converted = str(file)

    succeed(cruft("update", "--skip-apply-ask", option, converted, cwd=project))

    assert_merged(project, before)
    mapping = {
        "User": {"name": "str(100)"},
        "Order": {"number": "str(20)", "user": "User", "tags": "Tag[]"},
        "Tag": {"name": "str"},
    }
    assert state(project) == (
        mapping,
        "User(name:str(100))\nOrder(number:str(20), user:User, tags:Tag[])\nTag(name:str)\n",
    )


def test_a_project_can_be_created_of_a_mapping(cruft: Cruft, template: Path, tmp_path: Path) -> None:
    mapping = {"Zebra": {"z": "str", "a": "int"}, "Ant": {"name": "str", "_softdelete": False}}

    done = create(cruft, template, tmp_path, mapping)

    assert succeed(done).startswith("Zebra -> zebras, /api/v1/zebras\nAnt -> ants, /api/v1/ants\n")
    assert state(tmp_path / "my-service") == (mapping, "Zebra(z:str, a:int)\nAnt(name:str) softdelete=off\n")


@pytest.mark.parametrize("case", CREATIONS.values(), ids=CREATIONS)
def test_a_creation_is_refused(cruft: Cruft, template: Path, tmp_path: Path, case: tuple[object, str]) -> None:
    entities, message = case

    done = create(cruft, template, tmp_path, entities)

    assert (done.stderr, done.stdout, done.returncode) == (message, "", 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", UPDATES.values(), ids=UPDATES)
def test_an_update_is_refused(cruft: Cruft, created: Path, case: tuple[object, str]) -> None:
    before = contents(created)
    entities, message = case

    done = update(cruft, created, entities)

    assert (done.stderr, done.returncode) == (message, 1)
    assert contents(created) == before


@pytest.fixture
def newer(template: Path, created: Path, tmp_path: Path) -> Path:
    """A project whose template has a new version, in which the type `slug` is called `snug`."""
    upstream = tmp_path / "template"
    succeed(run("git", "clone", "--quiet", template, upstream, cwd=tmp_path))
    for name in ("model", "types", "words"):
        [module] = (upstream / "entity_spec").rglob(f"{name}.py")
        module.write_text(module.read_text(encoding="utf-8").replace("slug", "snug"), encoding="utf-8")
    commit(upstream)
    project = tmp_path / "my-service"
    shutil.copytree(created, project)
    noted = project / ".cruft.json"
    noted.write_text(noted.read_text(encoding="utf-8").replace(str(template), str(upstream)), encoding="utf-8")
    commit(project)
    return project


def test_a_new_version_of_the_template_checks_by_its_own_rules(cruft: Cruft, newer: Path) -> None:
    before = contents(newer)

    refused = update(cruft, newer, "User(name:slug)")

    assert refused.stderr.startswith('error E203 at column 11: unknown type "slug"\n')
    assert 'did you mean "snug"?' in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (refused.returncode, contents(newer)) == (1, before)

    succeed(update(cruft, newer, "User(name:snug)"))

    assert state(newer) == ("User(name:snug)", "User(name:snug)\n")


COMMANDS = re.findall(r"^    (cruft .+)$", (ROOT / "docs" / "evolve.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_documented_commands_create_and_update(template: Path, tmp_path: Path) -> None:
    creation, update = (command.replace("TEMPLATE", str(template)) for command in COMMANDS)
    shop = tmp_path / "entities.yaml"
    shop.write_text("User:\n  name: str\n", encoding="utf-8")

    succeed(as_typed(creation, tmp_path))

    project = tmp_path / "my-service"
    assert state(project) == ({"User": {"name": "str"}}, "User(name:str)\n")

    commit(project)
    shop.write_text("User:\n  name: str\n  age: int?\n", encoding="utf-8")
    succeed(as_typed(update, project))

    assert state(project) == ({"User": {"name": "str", "age": "int?"}}, "User(name:str, age:int?)\n")


def as_typed(command: str, cwd: Path) -> Completed:
    """Run a command in a shell whose user accepts the defaults."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {"PATH": path, "COOKIECUTTER_CONFIG": os.devnull}
    return run("bash", "-c", command, cwd=cwd, environment=environment, stdin="\n" * 20)
