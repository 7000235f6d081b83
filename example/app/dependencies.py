"""What handlers depend on."""

from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from app.db.session import get_db
from app.errors import ForbiddenError
from app.settings import settings

# The only way to a session. With "function" the session is closed before the answer is sent: a slow client or a
# background task holds no connection.
DbSession = Annotated[Session, Depends(get_db, scope="function")]


class _PageQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=100, description="How many items at most")
    cursor: str | None = Field(default=None, max_length=200, description="`next_cursor` of the page before this one")


PageQuery = Annotated[_PageQuery, Query()]


async def may_see_deleted() -> bool:
    """Whether this client may list and restore deleted rows. Put the rule of your users in here."""
    return settings.environment == "local"


async def require_may_see_deleted(allowed: Annotated[bool, Depends(may_see_deleted)]) -> None:
    if not allowed:
        raise ForbiddenError("Deleted rows are not shown to you.")


MaySeeDeleted = Depends(require_may_see_deleted)


class _DeletablePageQuery(_PageQuery):
    include_deleted: bool = Field(default=False, description="List deleted rows too")


async def deletable_page_query(
    page: Annotated[_DeletablePageQuery, Query()], allowed: Annotated[bool, Depends(may_see_deleted)]
) -> _DeletablePageQuery:
    if page.include_deleted:
        await require_may_see_deleted(allowed)
    return page


DeletablePageQuery = Annotated[_DeletablePageQuery, Depends(deletable_page_query)]
