"""Endpoints as somebody writes them who knows FastAPI and not this template."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse
from fastapi.security import OAuth2PasswordRequestForm

from app.dependencies import DbSession
from app.routers.posts import router as posts
from app.web.problems import problem_docs

router = APIRouter()


@router.get("/reports/{year}")
def report(year: int, due__before: dt.date | None = None) -> list[int]:
    return [year, due__before.year if due__before else 0]


@router.get("/text", response_class=PlainTextResponse)
def plain() -> str:
    return "next_cursor"


@router.get("/sorted")
def in_order(sort: Annotated[str, Query(description="What comes first")] = "a") -> dict[str, str]:
    return {"sort": sort}


@router.post("/token")
def sign_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    return {"access_token": form.username}


@posts.get("/mine/latest", responses=problem_docs(401))
def latest(db: DbSession) -> list[str]:
    """List the latest posts."""
    return []
