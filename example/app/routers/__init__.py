"""Every router of the API."""

from app.routers import categories, comments, posts, tags, users
from app.routing import Router

ROUTERS: tuple[Router, ...] = (
    users.router,
    categories.router,
    tags.router,
    posts.router,
    comments.router,
)
