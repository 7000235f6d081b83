"""Health checks for the orchestrator. Neither waits for a slot: a busy service is alive and ready."""

import asyncio
import time
from http import HTTPStatus
from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.db import dialect
from app.settings import settings
from app.web.problems import answer, problem_docs

router = APIRouter(prefix="/health", tags=["health-checks"])


class Health(BaseModel):
    status: Literal["live", "ready"]


class Readiness:
    """Pings the database over a connection of its own, at most once a second, however many probes there are."""

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
        self._lock = asyncio.Lock()
        self._ready = False
        self._asked_at = float("-inf")

    async def ask(self) -> bool:
        async with self._lock:
            if time.monotonic() - self._asked_at > 1:
                try:
                    async with asyncio.timeout(1):
                        self._ready = await to_thread.run_sync(self._ping, abandon_on_cancel=True)
                except TimeoutError:
                    self._ready = False
                self._asked_at = time.monotonic()
            return self._ready

    def _ping(self) -> bool:
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        self._engine.dispose()


@router.get("/live")
async def live() -> Health:
    """Answer as long as the process runs."""
    return Health(status="live")


@router.get("/ready", response_model=Health, responses=problem_docs(503))
async def ready(request: Request) -> JSONResponse:
    """Answer 200 while the database answers within a second."""
    readiness: Readiness = request.app.state.readiness
    if await readiness.ask():
        return JSONResponse({"status": "ready"}, HTTPStatus.OK)
    return answer(503, "Not ready", "The database does not answer.")
