"""An entity's router, to which tests add routes as users do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import APIRouter

from app.routers import posts

pytest.register_assert_rewrite("tests.idioms.both")


@pytest.fixture
def posts_router() -> Iterator[APIRouter]:
    """The router of posts; what a test adds to it is removed afterwards."""
    router: APIRouter = posts.router
    routes = list(router.routes)
    yield router
    router.routes[:] = routes
