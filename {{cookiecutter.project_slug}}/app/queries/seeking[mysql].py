"""Finding the place where a page begins."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, literal, or_


def comes_after(
    order: Sequence[ColumnElement[object]], last: tuple[object, ...], descending: bool
) -> ColumnElement[bool]:
    """Match the rows that come after the one with the values `last`.

    MySQL does not use an index to compare row values, but it does for the first of these two conditions.
    """
    # A literal, since SQLAlchemy does not compare a plain boolean with < or >.
    first, value = order[0], literal(last[0], order[0].type)
    after = first < value if descending else first > value
    if len(order) == 1:
        return after
    level = first <= value if descending else first >= value
    return and_(level, or_(after, comes_after(order[1:], last[1:], descending)))
