from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.models.post import Post, post_tags
from app.db.models.tag import Tag
from app.queries.creating import create_rows
from app.queries.lookup import KEY, get_one
from app.queries.paging import Slice, fetch_slice
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, claim_version
from app.schemas.tag import TagCreate, TagQuery, TagUpdate

LISTED = select(
    Tag.id,
    Tag.name,
    Tag.created_at,
    Tag.updated_at,
    Tag.deleted_at,
)

ONE = select(Tag).where(Tag.id == KEY)


def list_tags(db: Session, query: TagQuery) -> Slice:
    return fetch_slice(db, LISTED, query)


def list_tags_of_post(db: Session, post_id: int, query: TagQuery) -> Slice:
    get_one(db, select(Post.id).where(Post.id == KEY), post_id, "post")
    return fetch_slice(
        db,
        LISTED.where(Tag.id.in_(select(post_tags.c.tag_id).where(post_tags.c.post_id == post_id))),
        query,
    )


def create_tag(db: Session, data: TagCreate) -> Tag:
    tag = Tag(**data.model_dump())
    db.add(tag)
    db.flush()
    return tag


def bulk_create_tags(db: Session, data: Sequence[TagCreate]) -> Sequence[Tag]:
    return create_rows(db, Tag, [item.model_dump() for item in data])


def get_tag(db: Session, tag_id: int) -> Tag:
    return get_one(db, ONE, tag_id, "tag")


def update_tag(db: Session, tag_id: int, data: TagUpdate, versions: Versions = None) -> Tag:
    claim_version(db, Tag.id == tag_id, Tag.updated_at, versions)
    tag = get_tag(db, tag_id)
    values = data.model_dump()
    for name, value in values.items():
        setattr(tag, name, value)
    db.flush()
    return tag


def delete_tag(db: Session, tag_id: int, versions: Versions = None) -> None:
    claim_version(db, Tag.id == tag_id, Tag.updated_at, versions)
    tag = get_one(db, ONE.with_for_update(), tag_id, "tag")
    soft_delete_row(db, tag, tag_id)


def restore_tag(db: Session, tag_id: int) -> Tag:
    statement = ONE.with_for_update().execution_options(include_deleted=True)
    tag = get_one(db, statement, tag_id, "tag")
    restore_row(db, tag, tag_id)
    return tag
