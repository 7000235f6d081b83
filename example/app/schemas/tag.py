import datetime as dt
from typing import Annotated

from pydantic import MISSING, Field

from app.schemas.base import Input, Output, Str


class TagCreate(Input):
    name: Annotated[Str, Field(max_length=40)]


class TagUpdate(Input):
    name: Annotated[Str, Field(max_length=40)] | MISSING = MISSING


class TagOut(Output):
    id: int
    name: str
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None
