"""Where a page begins."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, tuple_


def lies_behind(
    order: Sequence[ColumnElement[object]], last: tuple[object, ...], descending: bool
) -> ColumnElement[bool]:
    """Whether a row comes after the one with the values `last` in this order; an index is entered at that place."""
    place = tuple_(*order)
    return place < last if descending else place > last
