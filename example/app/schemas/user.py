import datetime as dt
from typing import Annotated

from pydantic import MISSING, Field

from app.schemas.base import Input, Output, Str


class UserCreate(Input):
    name: Annotated[Str, Field(max_length=80)]


class UserUpdate(Input):
    name: Annotated[Str, Field(max_length=80)] | MISSING = MISSING


class UserOut(Output):
    id: int
    name: str
    created_at: dt.datetime
    updated_at: dt.datetime
    deleted_at: dt.datetime | None
