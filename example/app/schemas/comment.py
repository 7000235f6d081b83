import datetime as dt
from typing import Annotated

from pydantic import MISSING, Field

from app.keys import Id
from app.schemas.base import Input, Output, Str


class CommentCreate(Input):
    body: Annotated[Str, Field(max_length=100000)]
    post_id: Id
    author_id: Id | None = None


class CommentUpdate(Input):
    body: Annotated[Str, Field(max_length=100000)] | MISSING = MISSING
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
