"""Every reference, for the tests of what happens to rows when the row that they refer to is deleted."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from tests.factories.category import make_category, new_category
from tests.factories.comment import make_comment, new_comment
from tests.factories.post import make_post, new_post
from tests.factories.user import make_user
from tests.keys import Key


@dataclass(frozen=True)
class Reference:
    column: str
    rule: str
    parent_path: str
    child_path: str
    collection: str
    """The path of the children below the path of the parent; "" if there is none."""
    child_table: str
    child_module: str
    """The crud module of the child."""
    rows: int
    """How many children one parent may have in a test."""
    make_parent: Callable[[Session], Key]
    make_child: Callable[[Session, Key], Key]
    new_child: Callable[[Session, Key], dict[str, object]]
    """What a client sends to create a child of that parent."""
    restores_parent: bool
    restores_child: bool


REFERENCES = [
    Reference(
        column="parent_id",
        rule="setnull",
        parent_path="/api/v1/categories",
        child_path="/api/v1/categories",
        collection="/children",
        child_table="categories",
        child_module="app.crud.category",
        rows=17,
        make_parent=lambda db: make_category(db).id,
        make_child=lambda db, key: make_category(db, parent_id=key).id,
        new_child=lambda db, key: new_category(db, parent_id=key),
        restores_parent=True,
        restores_child=True,
    ),
    Reference(
        column="author_id",
        rule="restrict",
        parent_path="/api/v1/users",
        child_path="/api/v1/posts",
        collection="/posts",
        child_table="posts",
        child_module="app.crud.post",
        rows=17,
        make_parent=lambda db: make_user(db).id,
        make_child=lambda db, key: make_post(db, author_id=key).id,
        new_child=lambda db, key: new_post(db, author_id=key),
        restores_parent=True,
        restores_child=True,
    ),
    Reference(
        column="category_id",
        rule="setnull",
        parent_path="/api/v1/categories",
        child_path="/api/v1/posts",
        collection="/posts",
        child_table="posts",
        child_module="app.crud.post",
        rows=17,
        make_parent=lambda db: make_category(db).id,
        make_child=lambda db, key: make_post(db, category_id=key).id,
        new_child=lambda db, key: new_post(db, category_id=key),
        restores_parent=True,
        restores_child=True,
    ),
    Reference(
        column="post_id",
        rule="cascade",
        parent_path="/api/v1/posts",
        child_path="/api/v1/comments",
        collection="/comments",
        child_table="comments",
        child_module="app.crud.comment",
        rows=17,
        make_parent=lambda db: make_post(db).id,
        make_child=lambda db, key: make_comment(db, post_id=key).id,
        new_child=lambda db, key: new_comment(db, post_id=key),
        restores_parent=True,
        restores_child=True,
    ),
    Reference(
        column="author_id",
        rule="setnull",
        parent_path="/api/v1/users",
        child_path="/api/v1/comments",
        collection="/comments",
        child_table="comments",
        child_module="app.crud.comment",
        rows=17,
        make_parent=lambda db: make_user(db).id,
        make_child=lambda db, key: make_comment(db, author_id=key).id,
        new_child=lambda db, key: new_comment(db, author_id=key),
        restores_parent=True,
        restores_child=True,
    ),
]

every_reference = pytest.mark.parametrize(
    "reference", REFERENCES, ids=lambda reference: f"{reference.child_table}.{reference.column}"
)
