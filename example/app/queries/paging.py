"""Keyset pages: each begins after the last row of the one before, whatever is added or deleted in the meantime."""

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, TypeVarTuple
from weakref import WeakKeyDictionary

from pydantic import MISSING, Field, TypeAdapter
from pydantic_core import from_json, to_json
from sqlalchemy import BindParameter, ColumnElement, Executable, Integer, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.base import ColumnCollection

from app.db.base import Base
from app.errors import InvalidInputError
from app.queries.filtering import Filters, conditions
from app.queries.lookup import KEY, get_one
from app.queries.seeking import comes_after
from app.schemas.base import (
    BigInt,
    Date,
    DeletableListParameters,
    Float,
    ListParameters,
    Output,
    Str,
    Time,
    UtcDatetime,
)
from app.values import Id, Key

Selected = TypeVarTuple("Selected")

NO_FILTERS: Filters = {}

# Counting is as slow as reading, and nobody needs exact numbers beyond this.
MOST_COUNTED = 10_000

# Stands for any limit in a statement that is built once.
LIMIT: BindParameter[int] = bindparam("limit", type_=Integer)
# Sorted statements, by the original one and `sort`.
_pages: WeakKeyDictionary[Executable, dict[str, Select[*tuple[object, ...]]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Slice:
    """One page: rows by column name, the cursor of the next page (None on the last one), and the total if asked for."""

    items: Sequence[Mapping[str, object]]
    next_cursor: str | None
    total: int | None


def select_columns(model: type[Base], schema: type[Output]) -> Select[*tuple[Any, ...]]:
    """Select only the columns of `model` that `schema` shows: a list needs no ORM objects."""
    return select(*(getattr(model, name) for name in schema.model_fields))


def fetch_slice(
    db: Session, statement: Select[*Selected], parameters: ListParameters, filters: Filters = NO_FILTERS
) -> Slice:
    """Fetch the page that `parameters` ask for, filtered by the statement's columns and sorted by one, then by `id`."""
    # SQLAlchemy caches these on the statement, which is built only once.
    columns = statement.selected_columns
    wanted = conditions(columns, parameters, filters)
    options = {"include_deleted": isinstance(parameters, DeletableListParameters) and parameters.include_deleted}
    total = count_rows(db, statement.where(*wanted), options) if parameters.with_total else None
    sort = parameters.sort
    order = sort_columns(columns, sort)
    if parameters.cursor is not MISSING:
        wanted.append(comes_after(order, decode_cursor(parameters.cursor, sort, order), is_descending(sort)))
    page = sorted_by(statement, sort)
    if wanted:
        page = page.where(*wanted)
    # One row more than asked for shows whether there is a next page, without counting.
    result = db.execute(page, {"limit": parameters.limit + 1}, execution_options=options)
    names = list(result.keys())
    rows: Sequence[Sequence[object]] = result.all()
    items = [dict(zip(names, row, strict=True)) for row in rows]
    if len(items) <= parameters.limit:
        return Slice(items, None, total)
    items.pop()
    return Slice(items, encode_cursor(sort, [items[-1][column.key] for column in order]), total)


def fetch_slice_of(
    db: Session,
    owner: InstrumentedAttribute[Key],
    key: Key,
    statement: Select[*Selected],
    parameters: ListParameters,
    filters: Filters = NO_FILTERS,
) -> Slice:
    """Do the same for the rows of one owner; `owner` is its key column. Errors: NotFoundError, if there is no owner."""
    get_one(db, select(owner).where(owner == KEY), key)
    return fetch_slice(db, statement, parameters, filters)


def sort_columns(columns: ColumnCollection[str, ColumnElement[object]], sort: str) -> list[ColumnElement[object]]:
    """Return the column that `sort` names, and `id`, which orders rows with equal values."""
    return [columns[name] for name in dict.fromkeys([sort.removeprefix("-"), "id"])]


def is_descending(sort: str) -> bool:
    return sort.startswith("-")


def sorted_by(statement: Select[*Selected], sort: str) -> Select[*tuple[object, ...]]:
    """Sort and limit `statement`. The result is kept, since building it takes as long as sending it."""
    pages = _pages.setdefault(statement, {})
    if sort not in pages:
        order = sort_columns(statement.selected_columns, sort)
        pages[sort] = statement.order_by(*(column.desc() if is_descending(sort) else column for column in order))
        pages[sort] = pages[sort].limit(LIMIT)
    return pages[sort]


def count_rows(db: Session, statement: Select[*Selected], options: Mapping[str, bool]) -> int:
    counted = select(func.count()).select_from(statement.limit(MOST_COUNTED).subquery())
    return db.scalar(counted, execution_options=options) or 0


def encode_cursor(sort: str, place: Sequence[object]) -> str:
    """Encode the order of a list and the place of a row in it as text for URLs."""
    return base64.urlsafe_b64encode(to_json([sort, *place])).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str, order: Sequence[ColumnElement[object]]) -> tuple[object, ...]:
    """Read the place that `encode_cursor` has written. It comes from outside, so it is checked like any other input.

    Errors: InvalidInputError, if this is not a cursor of a list in this order.
    """
    try:
        made_for, *place = from_json(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_"))
        if made_for != sort:
            raise ValueError("another order")
        return tuple(_read(column, value) for column, value in zip(order, place, strict=True))
    except (TypeError, ValueError):
        raise InvalidInputError("This is not a cursor of this list.", ("query", "cursor")) from None


_key: TypeAdapter[Key] = TypeAdapter(Id)

# They refuse what a database could not compare with a column. All other types have limits of their own.
_readers: Mapping[object, TypeAdapter[object]] = {
    int: TypeAdapter(BigInt),
    float: TypeAdapter(Float),
    str: TypeAdapter(Str),
    Decimal: TypeAdapter(Annotated[Decimal, Field(max_digits=60)]),
    dt.datetime: TypeAdapter(UtcDatetime),
    dt.date: TypeAdapter(Date),
    dt.time: TypeAdapter(Time),
}


def _read(column: ColumnElement[object], value: object) -> object:
    if column.key == "id":
        return _key.validate_python(value)
    python_type: type[object] = column.type.python_type
    reader = _readers.get(python_type) or TypeAdapter(python_type)
    return reader.validate_python(value)
