import datetime as dt
from typing import Annotated, Literal

from pydantic import MISSING, Field

from app.schemas.base import DeletableListParameters, Input, Output, Search, Str, UtcDatetime

Name = Annotated[Str, Field(max_length=40)]


class TagCreate(Input):
    name: Name


class TagUpdate(Input):
    name: Name | MISSING = MISSING


class TagOut(Output):
    id: int
    name: str
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None


class TagListParameters(DeletableListParameters):
    sort: Literal["id", "-id", "name", "-name", "created_at", "-created_at"] = "id"
    name: Name | MISSING = MISSING
    name__contains: Search | MISSING = MISSING
    created_at: UtcDatetime | MISSING = MISSING
    created_at__gte: UtcDatetime | MISSING = MISSING
    created_at__lte: UtcDatetime | MISSING = MISSING
    updated_at: UtcDatetime | MISSING = MISSING
    updated_at__gte: UtcDatetime | MISSING = MISSING
    updated_at__lte: UtcDatetime | MISSING = MISSING
