import datetime as dt
from typing import Annotated

from pydantic import MISSING, Field

from app.keys import Id, Ids
from app.schemas.base import Input, Output, Str


class PostCreate(Input):
    title: Annotated[Str, Field(max_length=200)]
    body: Annotated[Str, Field(max_length=100000)]
    author_id: Id
    category_id: Id | None = None
    tags: Ids = []


class PostUpdate(Input):
    title: Annotated[Str, Field(max_length=200)] | MISSING = MISSING
    body: Annotated[Str, Field(max_length=100000)] | MISSING = MISSING
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
