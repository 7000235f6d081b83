"""Every router of the API, under one prefix."""

from fastapi import APIRouter, Depends

from app.dependencies import refuse_repeated_parameters
from app.routers import categories, comments, posts, tags, users

api_router = APIRouter(prefix="/api/v1", dependencies=[Depends(refuse_repeated_parameters)])
api_router.include_router(users.router)
api_router.include_router(categories.router)
api_router.include_router(tags.router)
api_router.include_router(posts.router)
api_router.include_router(comments.router)
