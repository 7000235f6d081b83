"""Health checks for the orchestrator. Neither waits for a slot: a busy service is alive and ready."""

import asyncio
import logging
import time
from functools import cached_property
from http import HTTPStatus
from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout

from app.db import dialect, driver_errors
from app.db.revisions import Revisions, UnreadableMigrationsError, read_revisions
from app.settings import settings
from app.web.problems import answer, problem_docs

logger = logging.getLogger(__name__)

CURRENT = text("SELECT version_num FROM alembic_version")
NO_ANSWER = "the database does not answer within a second"

router = APIRouter(prefix="/health", tags=["health-checks"])


class Health(BaseModel):
    status: Literal["live", "ready"]


class Readiness:
    """Asks the database for its revision, at most once a second, however many probes there are.

    It has a connection of its own. A revision that migrations/ does not have is that of a newer version, which has
    migrated the database and will take over: until then, this one goes on.
    """

    def __init__(self) -> None:
        address = make_url(settings.database_url.get_secret_value())
        self._engine = create_engine(
            address,
            pool_size=1,
            max_overflow=0,
            pool_timeout=1,
            pool_pre_ping=True,
            connect_args=dialect.probe_connect_args(address),
        )
        dialect.prepare(self._engine)
        self._lock = asyncio.Lock()
        self._problem = ""
        self._asked_at = float("-inf")

    async def ask(self) -> bool:
        async with self._lock:
            if time.monotonic() - self._asked_at > 1:
                before, self._problem = self._problem, await self._ask()
                if self._problem not in {"", before}:
                    logger.error("not ready: %s", self._problem)
                self._asked_at = time.monotonic()
            return not self._problem

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(1):
                return await to_thread.run_sync(self.find_problem, abandon_on_cancel=True)
        except TimeoutError:
            return NO_ANSWER

    @cached_property
    def _revisions(self) -> Revisions:
        return read_revisions()

    def find_problem(self) -> str:
        """Return what is wrong with the database, "" if nothing is."""
        try:
            with self._engine.connect().execution_options(**dialect.READ_OPTIONS) as connection:
                current = frozenset(connection.scalars(CURRENT))
            if self._revisions.is_behind(current):
                return "the database is behind its migrations; run: alembic upgrade head"
        except PoolTimeout:
            return NO_ANSWER
        except UnreadableMigrationsError as error:
            return str(error)
        except DBAPIError as error:
            if driver_errors.is_unavailable(error):
                return f"the database is not available: {error.orig}"
            return f"cannot read alembic_version; run: alembic upgrade head ({error.orig})"
        return ""

    def close(self) -> None:
        self._engine.dispose()


@router.get("/live")
async def live() -> Health:
    """Answer as long as the process runs."""
    return Health(status="live")


@router.get("/ready", response_model=Health, responses=problem_docs(503))
async def ready(request: Request) -> JSONResponse:
    """Answer 200 while the database answers within a second, and has the migrations of this version."""
    readiness: Readiness = request.app.state.readiness
    if await readiness.ask():
        return JSONResponse({"status": "ready"}, HTTPStatus.OK)
    return answer(503, "Not ready", "The database does not answer, or is not migrated: the log says why.")
