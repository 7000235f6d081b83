"""SQLAdmin, mounted as in its documentation, with a view for each entity of a blog."""

from __future__ import annotations

from collections.abc import Iterator
from types import new_class

import pytest
from fastapi.testclient import TestClient
from sqladmin import Admin, ModelView

from app.db.models import Category, Comment, Post, Tag, User
from app.db.session import engine
from app.main import create_app

MODELS = (User, Category, Tag, Post, Comment)
# One row of each, since they refer to each other.
ROWS = {
    "users": {"name": "Ann"},
    "categories": {"name": "News"},
    "tags": {"name": "red"},
    "posts": {"title": "Hello", "body": "World", "author_id": 1, "category_id": 1, "tags": [1]},
    "comments": {"body": "Yes", "post_id": 1, "author_id": 1},
}


def view_of(model: type) -> type:
    """Make a class such as `class PostAdmin(ModelView, model=Post)`, with every column in the list."""
    return new_class(
        f"{model.__name__}Admin", (ModelView,), {"model": model}, lambda names: names.update(column_list="__all__")
    )


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app()
    admin = Admin(app, engine)
    for model in MODELS:
        admin.add_view(view_of(model))
    with TestClient(app, follow_redirects=False) as client:
        for name, row in ROWS.items():
            assert client.post(f"/api/v1/{name}", json=row).status_code == 201
        yield client


@pytest.mark.parametrize("name", ["list", "details/1", "edit/1", "create"])
@pytest.mark.parametrize("model", MODELS)
def test_page_is_shown(client: TestClient, model: type, name: str) -> None:
    response = client.get(f"/admin/{model.__name__.lower()}/{name}")

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert model.__name__ in response.text


def test_what_a_row_refers_to_is_shown(client: TestClient) -> None:
    assert 'href="http://testserver/admin/user/details/1"' in client.get("/admin/post/details/1").text


def test_created_row_is_there_for_the_service(client: TestClient) -> None:
    made = client.post("/admin/user/create", data={"name": "Bob", "save": "Save"})

    assert (made.status_code, made.headers["location"]) == (302, "http://testserver/admin/user/list")
    found = client.get("/api/v1/users", params={"name": "Bob"}).json()["items"]
    assert [user["name"] for user in found] == ["Bob"]


def test_files_of_its_pages_are_served(client: TestClient) -> None:
    assert client.get("/admin/statics/css/main.css").headers["content-type"] == "text/css; charset=utf-8"
