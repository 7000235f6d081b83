from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.models.category import Category
from app.db.models.comment import Comment
from app.db.models.post import Post, post_tags
from app.db.models.tag import Tag
from app.db.models.user import User
from app.queries.creating import create_rows
from app.queries.details import Detail, get_detail
from app.queries.links import Link, add_link, add_links, hold_item, remove_link, replace_links
from app.queries.lookup import KEY, check_references, check_references_of_all, get_one, lock_one
from app.queries.paging import Slice, fetch_slice, fetch_slice_of, select_columns
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, check_version
from app.schemas.post import PostCreate, PostListParameters, PostOut, PostUpdate

LISTED = select_columns(Post, PostOut)

BY_ID = select(Post).where(Post.id == KEY)
TO_UPDATE = BY_ID.with_for_update(key_share=True)
TO_DELETE = BY_ID.with_for_update()

DETAIL = Detail(
    BY_ID.options(joinedload(Post.author), joinedload(Post.category)),
    {
        "tags": select(Tag).where(Tag.id.in_(select(post_tags.c.tag_id).where(post_tags.c.post_id == KEY))),
        "comments": select(Comment).where(Comment.post_id == KEY),
    },
)

REFERENCES = {
    "author_id": User.id,
    "category_id": Category.id,
    "tags": Tag.id,
}

POST_TAGS = Link(
    table=post_tags,
    owner=post_tags.c.post_id,
    item=post_tags.c.tag_id,
    item_key=Tag.id,
)


def list_posts(db: Session, parameters: PostListParameters) -> Slice:
    return fetch_slice(db, LISTED, parameters)


def list_posts_of_user(db: Session, user_id: int, parameters: PostListParameters) -> Slice:
    statement = LISTED.where(Post.author_id == user_id)
    return fetch_slice_of(db, User.id, user_id, statement, parameters)


def list_posts_of_category(db: Session, category_id: int, parameters: PostListParameters) -> Slice:
    statement = LISTED.where(Post.category_id == category_id)
    return fetch_slice_of(db, Category.id, category_id, statement, parameters)


def list_posts_of_tag(db: Session, tag_id: int, parameters: PostListParameters) -> Slice:
    statement = LISTED.where(Post.id.in_(select(post_tags.c.post_id).where(post_tags.c.tag_id == tag_id)))
    return fetch_slice_of(db, Tag.id, tag_id, statement, parameters)


def create_post(db: Session, data: PostCreate) -> Post:
    check_references(db, REFERENCES, data)
    post = Post(**data.model_dump(exclude={"tags"}))
    db.add(post)
    db.flush()
    add_links(db, POST_TAGS, {post.id: data.tags})
    return post


def bulk_create_posts(db: Session, data: Sequence[PostCreate]) -> Sequence[Post]:
    check_references_of_all(db, REFERENCES, data)
    rows = create_rows(db, Post, [item.model_dump(exclude={"tags"}) for item in data])
    add_links(db, POST_TAGS, {row.id: item.tags for row, item in zip(rows, data, strict=True)})
    return rows


def get_post(db: Session, post_id: int) -> Post:
    return get_one(db, BY_ID, post_id)


def get_post_detail(db: Session, post_id: int) -> Post:
    """Load everything that the detail embeds, too."""
    return get_detail(db, DETAIL, post_id)


def update_post(db: Session, post_id: int, data: PostUpdate, versions: Versions = None) -> Post:
    check_references(db, REFERENCES, data)
    post = lock_one(db, TO_UPDATE, post_id)
    check_version(post, versions)
    values = data.model_dump()
    if "tags" in values:
        replace_links(db, POST_TAGS, post, post_id, values.pop("tags"))
    for name, value in values.items():
        setattr(post, name, value)
    db.flush()
    return post


def add_to_post_tags(db: Session, post_id: int, tag_id: int) -> None:
    hold_item(db, POST_TAGS, tag_id)
    post = lock_one(db, TO_UPDATE, post_id)
    add_link(db, POST_TAGS, post, post_id, tag_id)


def remove_from_post_tags(db: Session, post_id: int, tag_id: int) -> None:
    post = lock_one(db, TO_UPDATE, post_id)
    remove_link(db, POST_TAGS, post, post_id, tag_id)


def delete_post(db: Session, post_id: int, versions: Versions = None) -> None:
    post = lock_one(db, TO_DELETE, post_id)
    check_version(post, versions)
    soft_delete_row(db, post, post_id)


def restore_post(db: Session, post_id: int) -> Post:
    return restore_row(db, BY_ID, post_id)
