"""What handlers depend on."""

from collections import Counter
from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.orm import Session

from app.db.session import get_db
from app.errors import ForbiddenError
from app.settings import settings

# The only way to a session. With "function" the session is closed before the answer is sent: a slow client or a
# background task holds no connection.
DbSession = Annotated[Session, Depends(get_db, scope="function")]


async def refuse_repeated_parameters(request: Request) -> None:
    """A parameter that is given twice would be read once. Those that end in `__in` are lists, and may be repeated."""
    given = Counter(name for name, _ in request.query_params.multi_items() if not name.endswith("__in"))
    errors = [
        {"loc": ("query", name), "msg": "This parameter is given more than once", "type": "repeated"}
        for name, times in given.items()
        if times > 1
    ]
    if errors:
        raise RequestValidationError(errors)


async def may_see_deleted() -> bool:
    """Whether this client may list and restore deleted rows. Put the rule of your users in here."""
    return settings.environment == "local"


MaySeeDeleted = Annotated[bool, Depends(may_see_deleted)]


def require_may_see_deleted(allowed: bool) -> None:
    if not allowed:
        raise ForbiddenError("Deleted rows are not shown to you.")
