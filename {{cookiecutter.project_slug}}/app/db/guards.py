"""What a revision asks before it changes anything: rows that would not survive the change stop it.

Nobody is asked with `--sql`, which has no database.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import context, op
from alembic.util import CommandError

SHOWN = 3


def refuse_rows(table: str, condition: sa.ColumnElement[bool], problem: str) -> None:
    """Stop if the condition holds for rows of the table."""
    count = _count(sa.table(table), condition)
    if count:
        raise CommandError(f"{count} rows of {table} {problem}")


def refuse_more_than_one(table: str, problem: str) -> None:
    count = _count(sa.table(table))
    if count > 1:
        raise CommandError(f"{count} rows of {table} {problem}")


def refuse_duplicates(table: str, names: Sequence[str], *conditions: sa.ColumnElement[bool]) -> None:
    """Stop if rows for which the conditions hold have the same values in these columns, and show some."""
    columns: list[sa.ColumnElement[object]] = [sa.column(name) for name in names]
    given = (column.is_not(None) for column in columns)
    rows = sa.select(*columns).select_from(sa.table(table)).where(*given, *conditions)
    doubled = rows.group_by(*columns).having(sa.func.count() > 1)
    count = _count(doubled.subquery())
    if count:
        some = op.get_bind().execute(doubled.limit(SHOWN)).all()
        values = ", ".join(" and ".join(map(repr, row)) for row in some)
        raise CommandError(
            f"{count} values of {', '.join(names)} are in more than one row of {table}, as {values}: "
            "only one can have each"
        )


def _count(rows: sa.FromClause, *conditions: sa.ColumnElement[bool]) -> int:
    if context.is_offline_mode():
        return 0
    return op.get_bind().execute(sa.select(sa.func.count()).select_from(rows).where(*conditions)).scalar_one()
