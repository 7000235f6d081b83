"""Every entity with routes, for the tests that all of them have to pass. Add an entry for an entity of your own."""

from collections.abc import Iterable

import pytest

from app.db.models import Category, Comment, Post, Tag, User
from app.schemas.category import CategoryCreate, CategoryListParameters, CategoryOut, CategoryUpdate
from app.schemas.comment import CommentCreate, CommentListParameters, CommentOut, CommentUpdate
from app.schemas.post import PostCreate, PostListParameters, PostOut, PostUpdate
from app.schemas.tag import TagCreate, TagListParameters, TagOut, TagUpdate
from app.schemas.user import UserCreate, UserListParameters, UserOut, UserUpdate
from tests.expectations import Case
from tests.factories.category import make_category, new_category
from tests.factories.comment import make_comment, new_comment
from tests.factories.post import make_post, new_post
from tests.factories.tag import make_tag, new_tag
from tests.factories.user import make_user, new_user

CASES = [
    Case(
        path="/api/v1/users",
        model=User,
        create=UserCreate,
        update=UserUpdate,
        out=UserOut,
        parameters=UserListParameters,
        values=new_user,
        make=lambda db: make_user(db).id,
        kinds={
            "name": "str",
        },
    ),
    Case(
        path="/api/v1/categories",
        model=Category,
        create=CategoryCreate,
        update=CategoryUpdate,
        out=CategoryOut,
        parameters=CategoryListParameters,
        values=new_category,
        make=lambda db: make_category(db).id,
        kinds={
            "name": "str",
            "parent_id": "key",
        },
    ),
    Case(
        path="/api/v1/tags",
        model=Tag,
        create=TagCreate,
        update=TagUpdate,
        out=TagOut,
        parameters=TagListParameters,
        values=new_tag,
        make=lambda db: make_tag(db).id,
        kinds={
            "name": "str",
        },
    ),
    Case(
        path="/api/v1/posts",
        model=Post,
        create=PostCreate,
        update=PostUpdate,
        out=PostOut,
        parameters=PostListParameters,
        values=new_post,
        make=lambda db: make_post(db).id,
        kinds={
            "title": "str",
            "body": "text",
            "author_id": "key",
            "category_id": "key",
            "tags": "keys",
        },
    ),
    Case(
        path="/api/v1/comments",
        model=Comment,
        create=CommentCreate,
        update=CommentUpdate,
        out=CommentOut,
        parameters=CommentListParameters,
        values=new_comment,
        make=lambda db: make_comment(db).id,
        kinds={
            "body": "text",
            "post_id": "key",
            "author_id": "key",
        },
    ),
]


def _parametrize(cases: Iterable[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


every_entity = _parametrize(CASES)
every_writable_entity = _parametrize([case for case in CASES if case.writable])
every_sent_field = pytest.mark.parametrize(
    ("case", "field", "kind"),
    [
        pytest.param(case, name, kind, id=f"{case.name}.{name}")
        for case in CASES
        if case.writable
        for name, kind in case.kinds.items()
    ],
)
every_linked_entity = _parametrize([case for case in CASES if case.writable and case.linked])
every_soft_deletable_entity = _parametrize([case for case in CASES if case.writable and case.soft_delete])
every_clashing_entity = _parametrize([case for case in CASES if case.writable and case.clashes])
every_versioned_entity = _parametrize([case for case in CASES if case.writable and case.versioned and case.changes])
