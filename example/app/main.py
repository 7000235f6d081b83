"""The application: routers, error answers, and what happens at start and stop."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from app import docs, health, logs, middleware, openapi, problems
from app.db.admission import Slots
from app.db.local import prepare_local_database
from app.db.session import engine, read_engine
from app.routers import ROUTERS
from app.routing import Router, add_routers
from app.settings import settings
from app.tags import TAGS
from app.version import VERSION


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    if settings.environment == "local":
        await run_in_threadpool(prepare_local_database, engine)
    # One slot for each connection of a pool: those of the replica, where there is one, are its own.
    connections = settings.db_pool_size + settings.db_max_overflow
    app.state.slots = app.state.read_slots = Slots(connections, settings.db_pool_timeout)
    if read_engine is not engine:
        app.state.read_slots = Slots(connections, settings.db_pool_timeout)
    app.state.readiness = health.Readiness()
    yield
    app.state.readiness.close()
    engine.dispose()
    read_engine.dispose()


def operation_id(route: APIRoute) -> str:
    return route.name


class Application(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        """All of it, within what belongs to every answer: that of an error that nobody has foreseen, too."""
        return middleware.around(super().build_middleware_stack(), settings)

    def openapi(self) -> dict[str, object]:
        """The document, made and completed once."""
        if not self.openapi_schema:
            openapi.complete(super().openapi(), self.routes)
        return super().openapi()


def create_app(routers: Iterable[Router] = ROUTERS) -> FastAPI:
    logs.configure(settings.log_level)
    app = Application(
        title="Example",
        description="A blog, as this template makes it for PostgreSQL",
        version=VERSION,
        openapi_tags=TAGS,
        openapi_url="/openapi.json" if settings.docs_enabled else None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
    )
    add_routers(app, "/api/v1", routers)
    add_routers(app, "", [health.router])
    problems.install(app)
    if settings.docs_enabled:
        docs.install(app)
    return app


app = create_app()
