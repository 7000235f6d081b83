import datetime as dt
from typing import Annotated, Literal

from pydantic import MISSING, Field

from app.keys import Id
from app.schemas.base import DeletableListParameters, Input, Output, Search, Several, Str, UtcDatetime


class CategoryCreate(Input):
    name: Annotated[Str, Field(max_length=80)]
    parent_id: Id | None = None


class CategoryUpdate(Input):
    name: Annotated[Str, Field(max_length=80)] | MISSING = MISSING
    parent_id: Id | MISSING | None = MISSING


class CategoryOut(Output):
    id: int
    name: str
    parent_id: int | None
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None


class CategoryQuery(DeletableListParameters):
    sort: Literal["id", "-id", "name", "-name", "created_at", "-created_at"] = "id"
    name: Annotated[Str, Field(max_length=80)] | MISSING = MISSING
    name__contains: Search | MISSING = MISSING
    parent_id: Id | MISSING = MISSING
    parent_id__in: Several[Id] | MISSING = MISSING
    created_at: UtcDatetime | MISSING = MISSING
    created_at__gte: UtcDatetime | MISSING = MISSING
    created_at__lte: UtcDatetime | MISSING = MISSING
    updated_at: UtcDatetime | MISSING = MISSING
    updated_at__gte: UtcDatetime | MISSING = MISSING
    updated_at__lte: UtcDatetime | MISSING = MISSING
