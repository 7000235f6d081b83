"""The dependencies that handlers take as parameters."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.requests import HTTPConnection
from sqlalchemy.orm import Session

from app.db import dialect
from app.db.session import PrimaryReadSession, ReadSession, SessionLocal, has_unsaved_changes
from app.errors import HiddenRowsError, InvalidInputError
from app.settings import settings
from app.web.headers import read_if_match

# A replica lags a little: clients that must see what was just written send "primary" in this header.
READ_FROM = "x-read-from"


async def get_db(connection: HTTPConnection) -> AsyncIterator[Session]:
    """Yield the one session of a request or a WebSocket; roll back on an error, always close, never commit.

    Whatever waits for the database runs in the thread pool: a rollback does, closing after a commit or a read does not.
    """
    factory, slots = SessionLocal, connection.app.state.slots
    if connection.scope.get("method") in {"GET", "HEAD"}:
        match connection.headers.get(READ_FROM):
            case None:
                factory, slots = ReadSession, connection.app.state.read_slots
            case "primary":
                factory = PrimaryReadSession
            case _:
                raise InvalidInputError("Reads come from the primary, if this header says so.", ("header", READ_FROM))
    async with slots:
        db = factory()
        try:
            yield db
            if factory is SessionLocal and has_unsaved_changes(db):
                raise RuntimeError("a handler has written without db.commit(): call it once, after all writes")
        except Exception:
            await run_in_threadpool(db.rollback)
            raise
        finally:
            if db.in_transaction() and (factory is SessionLocal or not dialect.READ_OPTIONS):
                await run_in_threadpool(db.close)
            else:
                db.close()


# The only way to get a session. With "function", it is closed before the answer is sent, so a slow client or a
# background task holds no connection.
DbSession = Annotated[Session, Depends(get_db, scope="function")]

# The versions of a row that the client accepts, None for any.
IfMatch = Annotated[list[dt.datetime] | None, Depends(read_if_match)]


async def may_see_deleted() -> bool:
    """Tell whether this client may list and restore deleted rows. Put your own rule here."""
    return settings.environment == "local"


MaySeeDeleted = Annotated[bool, Depends(may_see_deleted)]


async def require_may_see_deleted(allowed: MaySeeDeleted) -> None:
    """Refuse other clients; for `dependencies=` of a route. Lists check this themselves when asked for deleted rows."""
    if not allowed:
        raise HiddenRowsError
