"""The detail of a row: the first items of its lists with it, and where each list goes on."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import set_committed_value

from app.queries.lookup import found_row
from app.queries.paging import LIMIT, encode_cursor
from app.schemas.base import EMBEDDED
from app.values import Key

Row = TypeVar("Row")


class Detail(Generic[Row]):
    """How to read a row with a KEY and its lists: by the names of relations, all items that the row with KEY has.

    `joined`: whether one statement reads the row and the first list; it repeats the row for each item.
    """

    def __init__(self, row: Select[Row], lists: Mapping[str, Select[Any]], *, joined: bool = False) -> None:
        self.row: Select[*tuple[Any, ...]] = row
        self.lists = {name: _first_of(items) for name, items in lists.items()}
        self.joined = next(iter(lists)) if joined else ""
        if joined:
            item = aliased(_entity(lists[self.joined]), self.lists.pop(self.joined).subquery())
            self.row = row.add_columns(item).outerjoin(item, true()).order_by(item.id)


def _first_of(items: Select[Any]) -> Select[Any]:
    return items.order_by(_entity(items).id).limit(LIMIT)


def _entity(items: Select[Any]) -> Any:
    return items.column_descriptions[0]["entity"]


def get_detail(db: Session, detail: Detail[Row], key: Key) -> Row:
    """Return the row with its lists. Errors: NotFoundError, which names the entity."""
    # One item more than is shown tells whether there are more.
    values = {"key": key, "limit": EMBEDDED + 1}
    read = db.execute(detail.row, values).all()
    row: Row = found_row(read[0][0] if read else None, detail.row)
    if detail.joined:
        _embed(row, detail.joined, [item for _, item in read if item is not None])
    for name, items in detail.lists.items():
        _embed(row, name, db.scalars(items, values).all())
    return row


def _embed(row: object, name: str, items: Sequence[Any]) -> None:
    """Set a list as read, neither changed nor to be saved, and where it goes on for `NextCursor`."""
    shown = list(items[:EMBEDDED])
    set_committed_value(row, name, shown)
    setattr(row, f"next_cursor_of_{name}", encode_cursor("id", [shown[-1].id]) if len(items) > EMBEDDED else None)
