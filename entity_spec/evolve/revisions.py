"""The migrations from one version of a project to another."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import textwrap
from collections.abc import Mapping, Sequence

from entity_spec import code
from entity_spec.evolve.changes import Changes, Decisions, check_decisions
from entity_spec.evolve.steps import Plan
from entity_spec.evolve.tables import Planner


def write(changes: Changes, decisions: Decisions, head: str) -> Mapping[str, str]:
    """Return the new revisions, texts by file name, in their order; the first one follows the revision `head`.

    There are none for another kind of database, whose migrations begin anew. Errors: RefusedError, if a decision is
    missing.
    """
    check_decisions(changes, decisions)
    if changes.is_for_another_database:
        return {}
    planner = Planner(changes, decisions)
    files = {}
    for plan in (planner.first, planner.later, planner.last):
        if plan:
            revision = _identifier(changes, plan, head)
            name = f"{dt.date.today():%Y%m%d}_{revision}_{_slug(plan.title)}.py"
            told = changes.lines if plan is planner.first and plan.title not in changes.lines else ()
            files[name] = _module(plan, revision, head, told, online=plan is planner.later)
            head = revision
    return files


def _identifier(changes: Changes, plan: Plan, head: str) -> str:
    told = "\n".join([head, *changes.new.spec.lines, *plan.upgrade])
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _slug(title: str) -> str:
    return re.sub(r"\W+", "_", title.lower(), flags=re.ASCII).strip("_")[:40].rstrip("_")


def _module(plan: Plan, revision: str, head: str, changed: Sequence[str], *, online: bool) -> str:
    imports = code.Imports()
    if any(re.search(r"\bop\.", line) for line in (*plan.upgrade, *plan.downgrade)) or online:
        imports.name("alembic", "op")
    upgrade, downgrade = (_function(lines, imports, online=online) for lines in (plan.upgrade, plan.downgrade))
    items = [line for told in changed for line in _item(told)]
    docstring = "\n".join(
        [f"{plan.title}.", *[""][: len(items)], *items, "", f"Revision ID: {revision}", f"Revises: {head}", ""]
    )
    text = f"""\
{code.docstring(docstring)}

{imports}
revision = "{revision}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{upgrade}

def downgrade() -> None:
{downgrade}"""
    return code.wrap(text)


def _item(line: str) -> list[str]:
    return textwrap.wrap(line, code.WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def _function(lines: Sequence[str], imports: code.Imports, *, online: bool) -> str:
    indent = code.INDENT
    body = [imports.expand(line) for text in lines for line in text.splitlines()] or ["pass"]
    if online and lines:
        body = ["with op.get_context().autocommit_block():", *(f"{indent}{line}" for line in body)]
    return "".join(f"{indent}{line}\n" if line else "\n" for line in body)
