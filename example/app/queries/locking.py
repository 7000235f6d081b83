"""Locks on rows, by one rule that every change keeps.

Before a row changes, the rows that it refers to are locked, from the top down: a table comes after those that it refers
to, and rows of one table come in the order of their keys. Then the row itself is locked, and only then are the rows
that hang on it read; those that are deleted with it are locked in the same order. So nothing stays behind below a row
that is deleted at the same time, and changes hardly ever wait for each other in a circle: only where rows refer to each
other, or to others of their own table. The database ends such a circle with an error, which is a 503 to the client.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from sqlalchemy import ColumnElement, FromClause, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.db.base import Base
from app.values import Key


@cache
def place(table: FromClause) -> int:
    """Return the place of a table in the order of the locks."""
    return list[FromClause](Base.metadata.sorted_tables).index(table)


def hold_rows(
    db: Session,
    key: InstrumentedAttribute[Key] | ColumnElement[Key],
    keys: Iterable[Key],
    *conditions: ColumnElement[bool],
) -> set[Key]:
    """Keep rows from being deleted before this transaction ends. Return the keys of those that exist and can be seen.

    On PostgreSQL they can still change in other ways.
    """
    held: set[Key] = set()
    for batch in batches(keys):
        statement = select(key).where(key.in_(batch), *conditions).order_by(key)
        held.update(db.scalars(statement.with_for_update(read=True, key_share=True)))
    return held


def batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Sort and split `keys`, since databases limit the number of parameters in a statement."""
    rest = iter(sorted(keys))
    while batch := list(islice(rest, 10_000)):
        yield batch
