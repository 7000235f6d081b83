"""The application: routers, error answers, startup and shutdown."""

import gc
import tomllib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from app.db.local import prepare_local_database
from app.db.session import engine, read_engine
from app.routers import ROUTERS
from app.settings import settings
from app.web import health, logs, middleware, problems, routing
from app.web.admission import Slots
from app.web.document import page
from app.web.document.complete import complete
from app.web.document.tags import TAGS

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
API = "/api/v1"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    if settings.environment == "local":
        await run_in_threadpool(prepare_local_database, engine)
    open_for_requests(app)
    # What is there by now stays. Full collections, which stop all requests, need not look at it each time.
    gc.freeze()
    yield
    gc.unfreeze()
    app.state.readiness.close()
    engine.dispose()
    read_engine.dispose()


def open_for_requests(app: FastAPI) -> None:
    """Set up what requests share; it belongs to the event loop in which they wait for it."""
    # One slot for each connection of a pool. A replica has a pool of its own, and therefore its own slots.
    connections = settings.db_pool_size + settings.db_max_overflow
    app.state.slots = app.state.read_slots = Slots(connections, settings.db_pool_timeout)
    if read_engine is not engine:
        app.state.read_slots = Slots(connections, settings.db_pool_timeout)
    app.state.readiness = health.Readiness()


def operation_id(route: APIRoute) -> str:
    return route.name


class Application(FastAPI):
    def openapi(self) -> dict[str, object]:
        """Complete each document that FastAPI makes; it makes a new one when routes are added."""
        before = self.openapi_schema
        document = super().openapi()
        if document is not before:
            complete(document, self.routes)
        return document


def create_app(routers: Iterable[APIRouter] = ROUTERS) -> FastAPI:
    logs.configure(settings.log_level)
    app = Application(
        title="Example",
        description="A blog, as this template makes it for PostgreSQL",
        version=tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["version"],
        openapi_tags=TAGS,
        openapi_url="/openapi.json" if settings.docs_enabled else None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
    )
    # `lifespan` does not run when this is mounted in another application, or in a test without `with`.
    open_for_requests(app)
    middleware.install(app, settings)
    problems.install(app)
    for router in routers:
        app.include_router(router, prefix=API)
    app.include_router(health.router)
    if settings.docs_enabled:
        page.install(app)
    routing.add_index(app, API)
    return app


app = create_app()
