"""The key of every row: a number that the database counts up."""

from typing import Annotated

from pydantic import Field

Key = int
# JSON does not promise more digits: a client in JavaScript would lose the last ones.
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
Ids = Annotated[list[Id], Field(max_length=1000)]
