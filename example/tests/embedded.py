"""Every list in a detail, for the tests of where it ends."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from tests.factories.comment import make_comment
from tests.factories.post import make_post
from tests.factories.tag import make_tag
from tests.keys import Key


@dataclass(frozen=True)
class EmbeddedList:
    path: str
    name: str
    item_path: str
    is_link: bool
    """Whether items are linked to their owner, instead of referring to it."""
    make_owner: Callable[[Session], Key]
    make_item: Callable[[Session, Key], Key]


LISTS = [
    EmbeddedList(
        path="/api/v1/posts",
        name="tags",
        item_path="/api/v1/tags",
        is_link=True,
        make_owner=lambda db: make_post(db).id,
        make_item=lambda db, _: make_tag(db).id,
    ),
    EmbeddedList(
        path="/api/v1/posts",
        name="comments",
        item_path="/api/v1/comments",
        is_link=False,
        make_owner=lambda db: make_post(db).id,
        make_item=lambda db, key: make_comment(db, post_id=key).id,
    ),
]

every_embedded_list = pytest.mark.parametrize("embedded", LISTS, ids=lambda each: f"{each.path}.{each.name}")
