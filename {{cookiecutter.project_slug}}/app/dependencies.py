"""What handlers depend on."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.db.session import get_db

# The only way to a session. With "function" the session is closed before the answer is sent: a slow client or a
# background task holds no connection.
DbSession = Annotated[Session, Depends(get_db, scope="function")]


class _PageQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=100, description="How many items at most")
    cursor: str | None = Field(default=None, max_length=200, description="`next_cursor` of the page before this one")


PageQuery = Annotated[_PageQuery, Query()]
