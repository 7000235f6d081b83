"""Keyset pages: a page begins after the last row of the one before, however many rows are added or deleted meanwhile."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVarTuple

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import InvalidInputError
from app.keys import Id, Key

Columns = TypeVarTuple("Columns")

_cursor_adapter: TypeAdapter[Key] = TypeAdapter(Id)


@dataclass(frozen=True, slots=True)
class Slice:
    """One page: rows as name and value, and where the next page begins, None on the last one."""

    items: Sequence[Mapping[str, object]]
    next_cursor: str | None


def fetch_slice(
    db: Session,
    statement: Select[*Columns],
    key: InstrumentedAttribute[Key],
    *,
    limit: int,
    cursor: str | None,
) -> Slice:
    """Up to `limit` rows of `statement`, which selects `key` among others, in the order of `key`."""
    if cursor is not None:
        statement = statement.where(key > decode_cursor(cursor))
    # One row more than asked for tells whether there is a next page, without a count.
    result = db.execute(statement.order_by(key).limit(limit + 1))
    names = list(result.keys())
    rows: Sequence[Sequence[object]] = result.all()
    items = [dict(zip(names, row, strict=True)) for row in rows]
    if len(items) <= limit:
        return Slice(items, None)
    return Slice(items[:limit], encode_cursor(items[limit - 1][key.key]))


def encode_cursor(key: object) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode()


def decode_cursor(cursor: str) -> Key:
    try:
        return _cursor_adapter.validate_python(base64.b64decode(cursor, altchars=b"-_", validate=True).decode())
    except (binascii.Error, ValueError, ValidationError):
        raise InvalidInputError("This is not a cursor of this list.", ("query", "cursor")) from None
