"""A generated project as it is, with one more route for the overload scenario.

It is served from the project's directory. BENCH_MIDDLEWARE=off leaves FastAPI's own middleware only.
"""

import os

from fastapi import APIRouter
from sqlalchemy import func, select

from app.dependencies import DbSession
from app.main import create_app

router = APIRouter(prefix="/api/v1")


@router.get("/slow")
def slow(db: DbSession) -> dict[str, bool]:
    db.execute(select(func.pg_sleep(0.02)))
    return {"done": True}


app = create_app()
app.include_router(router)
if os.environ.get("BENCH_MIDDLEWARE") == "off":
    app.user_middleware.clear()
