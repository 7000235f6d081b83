"""Every entity with routes, for the tests that hold for all of them."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from app.db.models import Base, Category, Comment, Post, Tag, User
from app.schemas.base import ListParameters, Output
from app.schemas.category import CategoryOut, CategoryQuery
from app.schemas.comment import CommentOut, CommentQuery
from app.schemas.post import PostOut, PostQuery
from app.schemas.tag import TagOut, TagQuery
from app.schemas.user import UserOut, UserQuery
from tests.factories.category import make_category, new_category
from tests.factories.comment import make_comment, new_comment
from tests.factories.post import make_post, new_post
from tests.factories.tag import make_tag, new_tag
from tests.factories.user import make_user, new_user
from tests.keys import Key


@dataclass(frozen=True)
class Case:
    path: str
    key: str
    """The name of the path parameter."""
    model: type[Base]
    out: type[Output]
    query: type[ListParameters]
    values: Callable[[Session], dict[str, object]]
    """What a client sends to create a row."""
    make: Callable[[Session], Key]
    """Makes a row and returns its key."""
    rows: int
    """How many rows a test may make: fewer where unique columns have few values."""
    required: tuple[str, ...]
    """The fields that a body cannot set to null."""
    kinds: dict[str, str]
    """The types of the fields that a client sends, in the words of the specification."""
    soft_delete: bool
    writable: bool
    clashes: bool
    """Whether the same body cannot be sent twice."""
    changes: bool
    """Whether what `values` gives differs from call to call."""
    versioned: bool
    """Whether answers say which version of a row they carry."""
    get_statements: int
    create_statements: int
    update_statements: int
    delete_statements: int
    restore_statements: int


CASES = [
    Case(
        path="/api/v1/users",
        key="user_id",
        model=User,
        out=UserOut,
        query=UserQuery,
        values=new_user,
        make=lambda db: make_user(db).id,
        rows=50,
        required=("name",),
        kinds={
            "name": "str",
        },
        soft_delete=True,
        writable=True,
        clashes=True,
        changes=True,
        versioned=True,
        get_statements=1,
        create_statements=1,
        update_statements=2,
        delete_statements=4,
        restore_statements=2,
    ),
    Case(
        path="/api/v1/categories",
        key="category_id",
        model=Category,
        out=CategoryOut,
        query=CategoryQuery,
        values=new_category,
        make=lambda db: make_category(db).id,
        rows=50,
        required=("name",),
        kinds={
            "name": "str",
            "parent_id": "key",
        },
        soft_delete=True,
        writable=True,
        clashes=True,
        changes=True,
        versioned=True,
        get_statements=1,
        create_statements=1,
        update_statements=2,
        delete_statements=4,
        restore_statements=3,
    ),
    Case(
        path="/api/v1/tags",
        key="tag_id",
        model=Tag,
        out=TagOut,
        query=TagQuery,
        values=new_tag,
        make=lambda db: make_tag(db).id,
        rows=50,
        required=("name",),
        kinds={
            "name": "str",
        },
        soft_delete=True,
        writable=True,
        clashes=True,
        changes=True,
        versioned=True,
        get_statements=1,
        create_statements=1,
        update_statements=2,
        delete_statements=2,
        restore_statements=2,
    ),
    Case(
        path="/api/v1/posts",
        key="post_id",
        model=Post,
        out=PostOut,
        query=PostQuery,
        values=new_post,
        make=lambda db: make_post(db).id,
        rows=50,
        required=(
            "title",
            "body",
            "author_id",
            "tags",
        ),
        kinds={
            "title": "str",
            "body": "text",
            "author_id": "key",
            "category_id": "key",
            "tags": "keys",
        },
        soft_delete=True,
        writable=True,
        clashes=False,
        changes=True,
        versioned=True,
        get_statements=3,
        create_statements=2,
        update_statements=3,
        delete_statements=3,
        restore_statements=5,
    ),
    Case(
        path="/api/v1/comments",
        key="comment_id",
        model=Comment,
        out=CommentOut,
        query=CommentQuery,
        values=new_comment,
        make=lambda db: make_comment(db).id,
        rows=50,
        required=(
            "body",
            "post_id",
        ),
        kinds={
            "body": "text",
            "post_id": "key",
            "author_id": "key",
        },
        soft_delete=True,
        writable=True,
        clashes=False,
        changes=True,
        versioned=True,
        get_statements=1,
        create_statements=2,
        update_statements=3,
        delete_statements=2,
        restore_statements=4,
    ),
]


def _parametrize(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.path.rpartition("/")[2])


every_entity = _parametrize(CASES)
every_writable_entity = _parametrize([case for case in CASES if case.writable])
every_sent_field = pytest.mark.parametrize(
    ("case", "field", "kind"),
    [
        pytest.param(case, field, kind, id=f"{case.path.rpartition('/')[2]}.{field}")
        for case in CASES
        if case.writable
        for field, kind in case.kinds.items()
    ],
)
every_soft_deletable_entity = _parametrize([case for case in CASES if case.writable and case.soft_delete])
every_clashing_entity = _parametrize([case for case in CASES if case.writable and case.clashes])
every_versioned_entity = _parametrize([case for case in CASES if case.writable and case.versioned and case.changes])
