"""Finding the place where a page begins."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, tuple_


def comes_after(
    order: Sequence[ColumnElement[object]], last: tuple[object, ...], descending: bool
) -> ColumnElement[bool]:
    """Match the rows that come after the one with the values `last`; the database can jump there in an index."""
    place = tuple_(*order)
    return place < last if descending else place > last
