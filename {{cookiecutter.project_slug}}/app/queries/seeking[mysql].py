"""Where a page begins."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, literal, or_


def lies_behind(
    order: Sequence[ColumnElement[object]], last: tuple[object, ...], descending: bool
) -> ColumnElement[bool]:
    """Whether a row comes after the one with the values `last` in this order.

    MySQL enters no index by a comparison of row values; by the first condition of these two it does.
    """
    # As it is, SQLAlchemy compares no truth value by size.
    first, value = order[0], literal(last[0], order[0].type)
    behind = first < value if descending else first > value
    if len(order) == 1:
        return behind
    level = first <= value if descending else first >= value
    return and_(level, or_(behind, lies_behind(order[1:], last[1:], descending)))
