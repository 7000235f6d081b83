import datetime as dt
from typing import Annotated, Literal

from pydantic import MISSING, Field

from app.schemas.base import DeletableListParameters, Input, Output, Search, Several, Str, UtcDatetime
from app.values import Id, Ids

Title = Annotated[Str, Field(max_length=200)]
Body = Annotated[Str, Field(max_length=100000)]


class PostCreate(Input):
    title: Title
    body: Body
    author_id: Id
    category_id: Id | None = None
    tags: Ids = []


class PostUpdate(Input):
    title: Title | MISSING = MISSING
    body: Body | MISSING = MISSING
    author_id: Id | MISSING = MISSING
    category_id: Id | MISSING | None = MISSING
    tags: Ids | MISSING = MISSING


class PostOut(Output):
    id: int
    title: str
    body: str
    author_id: int
    category_id: int | None
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None


class PostListParameters(DeletableListParameters):
    sort: Literal["id", "-id", "author_id", "-author_id", "created_at", "-created_at"] = "id"
    title: Title | MISSING = MISSING
    title__contains: Search | MISSING = MISSING
    body: Annotated[Str, Field(max_length=1000)] | MISSING = MISSING
    body__contains: Search | MISSING = MISSING
    author_id: Id | MISSING = MISSING
    author_id__in: Several[Id] | MISSING = MISSING
    category_id: Id | MISSING = MISSING
    category_id__in: Several[Id] | MISSING = MISSING
    created_at: UtcDatetime | MISSING = MISSING
    created_at__gte: UtcDatetime | MISSING = MISSING
    created_at__lte: UtcDatetime | MISSING = MISSING
    updated_at: UtcDatetime | MISSING = MISSING
    updated_at__gte: UtcDatetime | MISSING = MISSING
    updated_at__lte: UtcDatetime | MISSING = MISSING
