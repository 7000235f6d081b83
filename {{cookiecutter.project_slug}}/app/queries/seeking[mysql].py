"""Where a page begins."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_


def lies_behind(
    order: Sequence[ColumnElement[object]], last: tuple[object, ...], descending: bool
) -> ColumnElement[bool]:
    """Whether a row comes after the one with the values `last` in this order.

    MySQL enters no index by a comparison of row values; by the first condition of these two it does.
    """
    first, value = order[0], last[0]
    behind = first < value if descending else first > value
    if len(order) == 1:
        return behind
    level = first <= value if descending else first >= value
    return and_(level, or_(behind, lies_behind(order[1:], last[1:], descending)))
