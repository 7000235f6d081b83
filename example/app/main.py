"""The application: routers, error answers, and what happens at start and stop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from app import health, problems
from app.db.admission import Slots
from app.db.local import prepare_local_database
from app.db.session import engine
from app.routers import api_router
from app.settings import settings


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    if settings.environment == "local":
        await run_in_threadpool(prepare_local_database, engine)
    app.state.slots = Slots(settings.db_pool_size + settings.db_max_overflow, settings.db_pool_timeout)
    app.state.readiness = health.Readiness()
    yield
    app.state.readiness.close()
    engine.dispose()


def operation_id(route: APIRoute) -> str:
    return route.name


class Application(FastAPI):
    def openapi(self) -> dict[str, object]:
        """The document, with the schema of problem details, which no route returns by its type."""
        document = super().openapi()
        _, schemas = models_json_schema(
            [(problems.Problem, "serialization")], ref_template="#/components/schemas/{model}"
        )
        document.setdefault("components", {}).setdefault("schemas", {}).update(schemas["$defs"])
        return document


def create_app() -> FastAPI:
    app = Application(
        title="Example",
        description="A blog, as this template makes it for PostgreSQL",
        version="0.1.0",
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
    )
    app.include_router(health.router)
    app.include_router(api_router)
    problems.install(app)
    return app


app = create_app()
