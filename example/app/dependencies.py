"""What handlers depend on."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session

from app.db.session import get_db
from app.errors import ForbiddenError
from app.settings import settings

# The only way to a session. With "function" the session is closed before the answer is sent: a slow client or a
# background task holds no connection.
DbSession = Annotated[Session, Depends(get_db, scope="function")]


async def may_see_deleted() -> bool:
    """Whether this client may list and restore deleted rows. Put the rule of your users in here."""
    return settings.environment == "local"


MaySeeDeleted = Annotated[bool, Depends(may_see_deleted)]


def require_may_see_deleted(allowed: bool) -> None:
    if not allowed:
        raise ForbiddenError("Deleted rows are not shown to you.")
