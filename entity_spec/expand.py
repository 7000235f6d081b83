"""From the template's tree to the project's: the only code that knows Jinja.

A file whose name ends in `.jinja` is rendered. Brackets in a name say how often the file is made: `[entity]` and
`[entities]` once per entity, with its name in their place; any other word, as in `dialect[sqlite].py`, only if the
project or the entity has that flag, in place of a file without the word. Every other file is copied as it is.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from entity_spec import code
from entity_spec.view.facts.entity import EntityFacts
from entity_spec.view.project import Project

SUFFIX = ".jinja"
_FLAG = re.compile(r"\[(\w+)]")
_IGNORED = {"__pycache__", ".ruff_cache", ".mypy_cache"}


def expand(template: Path, target: Path, project: Project, cookiecutter: Mapping[str, object]) -> None:
    """Render the files of the tree `template` that need it into `target`, to which Cookiecutter has copied the tree."""
    environment = Environment(
        loader=FileSystemLoader(template),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {
        "python": code.literal,
        "docstring": code.docstring,
        "toml": code.toml,
        "tuple": code.tuple_of,
    }
    shared = {"cookiecutter": cookiecutter, "spec": project, "database": project.database}
    for source in sorted(template_files(template)):
        name = source.relative_to(template).as_posix()
        if source.suffix != SUFFIX and not _FLAG.search(source.name):
            continue
        (target / name).unlink(missing_ok=True)
        for path, entity in _outputs(name, project):
            made = target / path
            if source.suffix == SUFFIX:
                seen = vars(project.parts[entity.name]) if entity else {}
                text = environment.get_template(name).render(shared, **seen)
                made.write_text(code.wrap(text) if made.suffix == ".py" else text, encoding="utf-8", newline="\n")
                shutil.copymode(source, made)
            else:
                shutil.copy(source, made)


def template_files(template: Path) -> Iterator[Path]:
    return (path for path in template.rglob("*") if path.is_file() and not _IGNORED & set(path.parts))


def _outputs(name: str, project: Project) -> Iterator[tuple[str, EntityFacts | None]]:
    """Yield the paths of the files made from a file of the template, each with its entity."""
    name = name.removesuffix(SUFFIX)
    per_entity = "[entity]" in name or "[entities]" in name
    for entity in project.entities if per_entity else (None,):
        path, flags = name, project.flags
        if entity:
            path = path.replace("[entity]", entity.snake).replace("[entities]", entity.plural)
            flags = flags | entity.flags
        if set(_FLAG.findall(path)) <= flags:
            yield _FLAG.sub("", path), entity
