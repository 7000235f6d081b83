"""Keyset pages: a page begins after the last row of the one before, however many rows are added or deleted meanwhile."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import InvalidInputError
from app.keys import Id, Key
from app.schemas.base import PageQuery

Columns = TypeVarTuple("Columns")

_cursor_adapter: TypeAdapter[Key] = TypeAdapter(Id)


# Counting on is as slow as reading; nobody needs to know whether there are more than this many.
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Slice:
    """One page: rows as name and value, where the next page begins (None on the last one), and how many rows there are."""

    items: Sequence[Mapping[str, object]]
    next_cursor: str | None
    total: int | None


def fetch_slice(db: Session, statement: Select[*Columns], key: InstrumentedAttribute[Key], page: PageQuery) -> Slice:
    """The page of `statement`, which selects `key` among others, in the order of `key`."""
    total = count_rows(db, statement) if page.with_total else None
    if page.cursor is not None:
        statement = statement.where(key > decode_cursor(page.cursor))
    # One row more than asked for tells whether there is a next page, without a count.
    result = db.execute(statement.order_by(key).limit(page.limit + 1))
    names = list(result.keys())
    rows: Sequence[Sequence[object]] = result.all()
    items = [dict(zip(names, row, strict=True)) for row in rows]
    if len(items) <= page.limit:
        return Slice(items, None, total)
    return Slice(items[: page.limit], encode_cursor(items[page.limit - 1][key.key]), total)


def count_rows(db: Session, statement: Select[*Columns]) -> int:
    return db.scalar(select(func.count()).select_from(statement.limit(MOST_COUNTED).subquery())) or 0


def encode_cursor(key: object) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode()


def decode_cursor(cursor: str) -> Key:
    try:
        return _cursor_adapter.validate_python(base64.b64decode(cursor, altchars=b"-_", validate=True).decode())
    except (binascii.Error, ValueError, ValidationError):
        raise InvalidInputError("This is not a cursor of this list.", ("query", "cursor")) from None
