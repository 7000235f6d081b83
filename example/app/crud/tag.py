from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.models.post import Post, post_tags
from app.db.models.tag import Tag
from app.queries.creating import create_rows
from app.queries.lookup import KEY, get_one, lock_one
from app.queries.paging import Slice, fetch_slice, fetch_slice_of, select_columns
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, check_version
from app.schemas.tag import TagCreate, TagListParameters, TagOut, TagUpdate

LISTED = select_columns(Tag, TagOut)

BY_ID = select(Tag).where(Tag.id == KEY)
TO_UPDATE = BY_ID.with_for_update(key_share=True)
TO_DELETE = BY_ID.with_for_update()


def list_tags(db: Session, parameters: TagListParameters) -> Slice:
    return fetch_slice(db, LISTED, parameters)


def list_tags_of_post(db: Session, post_id: int, parameters: TagListParameters) -> Slice:
    statement = LISTED.where(Tag.id.in_(select(post_tags.c.tag_id).where(post_tags.c.post_id == post_id)))
    return fetch_slice_of(db, Post.id, post_id, statement, parameters)


def create_tag(db: Session, data: TagCreate) -> Tag:
    tag = Tag(**data.model_dump())
    db.add(tag)
    db.flush()
    return tag


def bulk_create_tags(db: Session, data: Sequence[TagCreate]) -> Sequence[Tag]:
    return create_rows(db, Tag, [item.model_dump() for item in data])


def get_tag(db: Session, tag_id: int) -> Tag:
    return get_one(db, BY_ID, tag_id)


def update_tag(db: Session, tag_id: int, data: TagUpdate, versions: Versions = None) -> Tag:
    tag = lock_one(db, TO_UPDATE, tag_id)
    check_version(tag, versions)
    values = data.model_dump()
    for name, value in values.items():
        setattr(tag, name, value)
    db.flush()
    return tag


def delete_tag(db: Session, tag_id: int, versions: Versions = None) -> None:
    tag = lock_one(db, TO_DELETE, tag_id)
    check_version(tag, versions)
    soft_delete_row(db, tag, tag_id)


def restore_tag(db: Session, tag_id: int) -> Tag:
    return restore_row(db, BY_ID, tag_id)
