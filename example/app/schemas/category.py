import datetime as dt
from typing import Annotated, Literal

from pydantic import MISSING, Field

from app.schemas.base import DeletableListParameters, Input, Output, Search, Several, Str, UtcDatetime
from app.values import Id

Name = Annotated[Str, Field(max_length=80)]


class CategoryCreate(Input):
    name: Name
    parent_id: Id | None = None


class CategoryUpdate(Input):
    name: Name | MISSING = MISSING
    parent_id: Id | MISSING | None = MISSING


class CategoryOut(Output):
    id: int
    name: str
    parent_id: int | None
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None


class CategoryListParameters(DeletableListParameters):
    sort: Literal["id", "-id", "name", "-name", "created_at", "-created_at"] = "id"
    name: Name | MISSING = MISSING
    name__contains: Search | MISSING = MISSING
    parent_id: Id | MISSING = MISSING
    parent_id__in: Several[Id] | MISSING = MISSING
    created_at: UtcDatetime | MISSING = MISSING
    created_at__gte: UtcDatetime | MISSING = MISSING
    created_at__lte: UtcDatetime | MISSING = MISSING
    updated_at: UtcDatetime | MISSING = MISSING
    updated_at__gte: UtcDatetime | MISSING = MISSING
    updated_at__lte: UtcDatetime | MISSING = MISSING
