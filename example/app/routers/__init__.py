"""Every router of the API."""

from fastapi import APIRouter

from app.routers import categories, comments, posts, tags, users

ROUTERS: tuple[APIRouter, ...] = (
    users.router,
    categories.router,
    tags.router,
    posts.router,
    comments.router,
)
