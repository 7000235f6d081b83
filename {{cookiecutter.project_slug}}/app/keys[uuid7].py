"""The key of every row: a UUID of version 7, which the application makes and which sorts by its time."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app import formats

Key = UUID
Id = Annotated[UUID, formats.UUID]
Ids = Annotated[list[Id], Field(max_length=1000)]
