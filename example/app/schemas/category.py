import datetime as dt
from typing import Annotated

from pydantic import MISSING, Field

from app.keys import Id
from app.schemas.base import Input, Output, Str


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
