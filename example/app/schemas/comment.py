import datetime as dt
from typing import Annotated, Literal

from pydantic import MISSING, Field

from app.schemas.base import DeletableListParameters, Input, Output, Search, Several, Str, UtcDatetime
from app.values import Id

Body = Annotated[Str, Field(max_length=100000)]


class CommentCreate(Input):
    body: Body
    post_id: Id
    author_id: Id | None = None


class CommentUpdate(Input):
    body: Body | MISSING = MISSING
    post_id: Id | MISSING = MISSING
    author_id: Id | MISSING | None = MISSING


class CommentOut(Output):
    id: int
    body: str
    post_id: int
    author_id: int | None
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None


class CommentListParameters(DeletableListParameters):
    sort: Literal["id", "-id", "post_id", "-post_id", "created_at", "-created_at"] = "id"
    body: Annotated[Str, Field(max_length=1000)] | MISSING = MISSING
    body__contains: Search | MISSING = MISSING
    post_id: Id | MISSING = MISSING
    post_id__in: Several[Id] | MISSING = MISSING
    author_id: Id | MISSING = MISSING
    author_id__in: Several[Id] | MISSING = MISSING
    created_at: UtcDatetime | MISSING = MISSING
    created_at__gte: UtcDatetime | MISSING = MISSING
    created_at__lte: UtcDatetime | MISSING = MISSING
    updated_at: UtcDatetime | MISSING = MISSING
    updated_at__gte: UtcDatetime | MISSING = MISSING
    updated_at__lte: UtcDatetime | MISSING = MISSING
