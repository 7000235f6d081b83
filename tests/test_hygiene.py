"""Rules of this repository that a machine can check: what may be where, and what is kept in two places."""

from __future__ import annotations

import ast
import builtins
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from entity_spec import files
from entity_spec.answers import CHOICES, TAKEN_SLUGS
from entity_spec.databases import DATABASES
from entity_spec.language.parser import parse
from entity_spec.names import camel
from entity_spec.view.facts.names import TEMPLATE_CLASSES, TEMPLATE_VARIABLES
from entity_spec.view.project import Project
from tests.baking import ROOT, TEMPLATE, Bake, contents, python, spec, succeed, tracked

TEMPLATES = sorted(TEMPLATE.rglob("*.jinja"))
VERBATIM = sorted(
    path for path in TEMPLATE.rglob("*") if path.suffix in {".py", ".yml", ".mako"} and "__pycache__" not in path.parts
)
PROMPTS = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def each(paths: Iterable[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.relative_to(ROOT).as_posix())


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# The template's files


@each(VERBATIM)
def test_what_is_copied_has_no_jinja(path: Path) -> None:
    # Workflows have their own expressions, `${{ ... }}`.
    assert re.findall(r"(?<!\$)\{\{ |\{%|\{#", text_of(path)) == []


ANSWERS = {"database": "sqlite", "primary_key": "bigint", "soft_delete": "yes", "pgbouncer": "no"}
OF_AN_ENTITY = set(vars(Project(parse("User(n:int)"), ANSWERS).parts["User"]))


def names_in(path: Path) -> set[str]:
    environment = Environment()
    environment.filters |= dict.fromkeys(("docstring", "python", "toml", "tuple"), str)
    return meta.find_undeclared_variables(environment.parse(text_of(path)))


def is_of_an_entity(path: Path) -> bool:
    return bool(re.search(r"\[entit(y|ies)]", path.name))


@each(TEMPLATES)
def test_a_template_knows_few_names(path: Path) -> None:
    known = {"cookiecutter", "database", "spec"} | (OF_AN_ENTITY if is_of_an_entity(path) else set())

    assert names_in(path) <= known


def test_an_entitys_templates_know_nothing_in_vain() -> None:
    assert set().union(*map(names_in, filter(is_of_an_entity, TEMPLATES))) == OF_AN_ENTITY


# These have functions written out, where teams look for them, each line with its conditions; so they may have more.
FUNCTIONS = {"app/crud/[entity].py.jinja": 40, "app/routers/[entities][routes].py.jinja": 24}


@each(TEMPLATES)
def test_a_template_prints_and_decides_little(path: Path) -> None:
    text = text_of(path)
    controls = re.findall(r"^.*\{%.*$", text, re.MULTILINE)

    assert re.findall(r"\{[%{#]-|-[%}#]\}|\{%\+|\{% *(set|macro|import|include|block) ", text) == []
    assert len(controls) <= FUNCTIONS.get(path.relative_to(TEMPLATE).as_posix(), 16)
    assert max(depths(controls), default=0) <= 2


def depths(controls: Iterable[str]) -> Iterator[int]:
    """Yield how many `if` surround each, including itself."""
    depth = 0
    for control in controls:
        depth += control.count("{% if ") - control.count("{% endif ")
        yield depth


@each(sorted((ROOT / "hooks").glob("*.py")))
def test_a_hook_is_wiring(path: Path) -> None:
    assert len(text_of(path).splitlines()) <= 12


SIZES = {"expand": 80, "extension": 90, "generate": 100, "verbatim": 50}


@each([ROOT / "entity_spec" / f"{name}.py" for name in SIZES])
def test_what_knows_cookiecutter_and_jinja_stays_small(path: Path) -> None:
    assert len(text_of(path).splitlines()) <= SIZES[path.stem]


# Prompts


QUESTIONS = {name: default for name, default in PROMPTS.items() if not name.startswith("_")}


def test_every_prompt_has_a_readable_text() -> None:
    assert list(PROMPTS["__prompts__"]) == list(QUESTIONS)


@pytest.mark.parametrize("name", [name for name, default in QUESTIONS.items() if isinstance(default, list)])
def test_every_choice_has_a_readable_text(name: str) -> None:
    assert list(PROMPTS["__prompts__"][name]) == ["__prompt__", *QUESTIONS[name]]


def test_every_database_can_be_chosen() -> None:
    assert QUESTIONS["database"] == list(DATABASES)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_is_used(name: str) -> None:
    uses = rf"cookiecutter\.{name}\b|answers\[\"{name}\"]|given\[\"{name}\"]"
    code = [text_of(path) for path in (*TEMPLATES, *ROOT.glob("entity_spec/**/*.py"))]

    assert any(re.search(uses, text) for text in [*code, TEMPLATE.name])


# How the tests run


@pytest.mark.xdist_group("together")
def test_workers_are_told_the_groups(request: pytest.FixtureRequest, worker_id: str) -> None:
    assert request.node.nodeid.endswith("@together") == (worker_id != "master")


# What generated projects need


@pytest.fixture(scope="module")
def projects(bake: Bake) -> list[Path]:
    return [bake(database=database, primary_key=key) for database in DATABASES for key in CHOICES["primary_key"]]


def requirements(projects: list[Path]) -> set[str]:
    metadata = [tomllib.loads(text_of(project / "pyproject.toml")) for project in projects]
    return {
        requirement
        for each in metadata
        for requirement in (*each["project"]["dependencies"], *each["dependency-groups"]["dev"])
    }


def test_the_shared_environment_is_what_generated_projects_need(projects: list[Path]) -> None:
    assert requirements(projects) == set(PYPROJECT["dependency-groups"]["generated"])


def test_no_project_is_named_like_what_it_needs(projects: list[Path]) -> None:
    assert {distribution(requirement) for requirement in requirements(projects)} - TAKEN_SLUGS == set()


def distribution(requirement: str) -> str:
    name = re.match(r"[\w-]+", requirement)
    assert name
    return name[0]


# Names that the templates use next to the user's


BESIDE_AN_ENTITY = (
    r"app/(crud|routers)/qqqs?\.py|tests/(crud|routers)/test_qqqs?\.py|tests/factories/qqq\.py|tests/cases\.py"
)
# An entity of every type and in every relation.
ENTITIES = (
    spec("every_type")
    .replace(
        "Sample(",
        "Qqq(yyy:Yyy cascade, yyy_b:Yyy? backref=none, yyy_c:Yyy? unique, yyys:Yyy[] backref=qqqs_b, qqqs_c:Qqq[], qqq:Qqq?, tiny:decimal(2,2), w:int writeonly, ",
    )
    .replace("Defaults(", "Yyy(")
    + "Zqqq(qqq:Qqq cascade, enum:enum(red, green) unique, unique(qqq, enum))"
)


@pytest.fixture(scope="module")
def own_names(bake: Bake) -> dict[str, set[str]]:
    """The templates' own names in modules that name an entity's class, under "class", or a row of it, under "row"."""
    found: dict[str, set[str]] = {"class": set(), "row": set()}
    for soft_delete, primary_key in (("yes", "bigint"), ("no", "uuid7")):
        project = bake(entities=ENTITIES, soft_delete=soft_delete, primary_key=primary_key)
        for name, data in contents(project).items():
            if re.fullmatch(BESIDE_AN_ENTITY, name):
                names = names_of(ast.parse(data))
                found["class"] |= names if "Qqq" in names else set()
                found["row"] |= names if "qqq" in names else set()
    own = {name for name in set().union(*found.values()) if not re.search("qqq|yyy", name, re.IGNORECASE)}
    return {kind: names & own - {*dir(builtins), "annotations"} for kind, names in found.items()}


def names_of(tree: ast.Module) -> set[str]:
    """Return all names in a module, except for attributes, keywords and fields of classes."""
    nodes = list(ast.walk(tree))
    imported = [alias for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names]
    return (
        {node.id for node in nodes if isinstance(node, ast.Name)}
        | {node.arg for node in nodes if isinstance(node, ast.arg)}
        | {alias.asname or alias.name for alias in imported}
    )


def assert_same(found: set[str], listed: set[str]) -> None:
    assert found == listed, f"not listed: {sorted(found - listed)}, not needed: {sorted(listed - found)}"


def test_the_list_of_the_templates_classes_is_right(own_names: dict[str, set[str]]) -> None:
    possible = {name for name in own_names["class"] if files.examine(f"{name}(x:str)").spec}

    assert_same(possible, TEMPLATE_CLASSES)


def test_the_list_of_the_templates_variables_is_right(own_names: dict[str, set[str]]) -> None:
    lower = {name for name in own_names["row"] if name.islower()}
    possible = {name for name in lower if files.examine(f"{camel(name)}(x:str)").spec}

    assert_same(possible, TEMPLATE_VARIABLES)


# What is in the repository


TRACKED = tracked(ROOT)


@pytest.mark.parametrize("name", TRACKED)
def test_a_file_is_of_no_machine_and_no_registry(name: str) -> None:
    # Written in a way that does not match this line itself.
    foreign = r"pypi[.]org|python[h]osted|registry[.]npmjs|/roo[t]/|/wor[k]/|/User[s]/\w|C:\\User[s]"

    assert re.findall(foreign, (ROOT / name).read_text(encoding="utf-8")) == []


# The package's own layers


GENERATOR = {
    "answers", "asking", "checking", "code", "databases", "evolve", "expand", "extension", "generate", "record", "summary",
    "types", "verbatim", "view",
}  # fmt: skip
OUTSIDE = {
    "asking": {"click", "rich"},
    "evolve": {"yaml"},
    "extension": {"jinja2"},
    "expand": {"jinja2"},
    "files": {"yaml"},
    "summary": {"rich"},
    "verbatim": {"jinja2"},
}


def imports() -> dict[str, set[str]]:
    """Return what each module or package imports: parts of this package by their names, others after a `~`."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "entity_spec").rglob("*.py"):
        part = path.relative_to(ROOT / "entity_spec").with_suffix("").parts[0]
        found.setdefault(part, set()).update(set(_imports(ast.parse(text_of(path)))) - {part})
    return found


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"~{alias.name.partition('.')[0]}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            package, _, module = node.module.partition(".")
            if package != "entity_spec":
                yield f"~{package}"
            elif module:
                yield module.partition(".")[0]
            else:
                yield from (alias.name for alias in node.names)


def test_few_modules_need_more_than_the_standard_library() -> None:
    foreign = {
        module: {name[1:] for name in needs if name.startswith("~") and name[1:] not in sys.stdlib_module_names}
        for module, needs in imports().items()
    }

    assert {module: needs for module, needs in foreign.items() if needs} == OUTSIDE


def test_the_language_knows_nothing_of_the_generator() -> None:
    language = {module: needs for module, needs in imports().items() if module not in GENERATOR}

    assert {module: needs & GENERATOR for module, needs in language.items() if needs & GENERATOR} == {}


def test_what_is_printed_knows_nothing_of_how() -> None:
    inner = ("code", "databases", "types", "view", "answers")

    assert {module: imports()[module] & {"expand", "extension", "generate", "files"} for module in inner} == {
        module: set() for module in inner
    }


def test_no_modules_need_each_other() -> None:
    own = {module: {name for name in needs if not name.startswith("~")} for module, needs in imports().items()}

    assert list(TopologicalSorter(own).static_order())


# The view: facts, the parts that print them, and what puts these together


VIEW = ROOT / "entity_spec" / "view"


def view_imports() -> dict[str, set[str]]:
    """Return what each module of the view imports of the view, anywhere in its text, also for type checking alone."""
    paths = {_dotted(path): path for path in VIEW.rglob("*.py")}
    found = {}
    for name, path in paths.items():
        package = name if path.stem == "__init__" else name.rpartition(".")[0]
        needs = {target for node in ast.walk(ast.parse(text_of(path))) for target in _targets(node, package)}
        # Importing a module imports its package first.
        found[name] = (needs | {package}) & paths.keys() - {name}
    return found


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _targets(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = resolve_name("." * node.level + (node.module or ""), package)
        yield from (module, *(f"{module}.{alias.name}" for alias in node.names))


def test_no_modules_of_the_view_need_each_other() -> None:
    assert set(TopologicalSorter(view_imports()).static_order()) == view_imports().keys()


def test_facts_know_no_part_and_parts_know_facts_alone() -> None:
    packages = {"entity_spec.view", "entity_spec.view.facts"}
    needs = {module: found for module, found in view_imports().items() if module != "entity_spec.view.project"}
    others = {
        module: {name for name in found - packages if not name.startswith("entity_spec.view.facts.")}
        for module, found in needs.items()
    }

    assert {module: found for module, found in others.items() if found} == {}


# This repository's own gates


@pytest.mark.parametrize(
    "command",
    [("ruff", "format", "--check"), ("ruff", "check"), ("mypy",)],
    ids=" ".join,
)
def test_this_repository_passes(command: tuple[str, ...]) -> None:
    succeed(python("-m", *command, cwd=ROOT))
