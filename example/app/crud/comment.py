from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.models.comment import Comment
from app.db.models.post import Post
from app.db.models.user import User
from app.queries.creating import create_rows
from app.queries.lookup import KEY, check_references, check_references_of_all, get_one, lock_one
from app.queries.paging import Slice, fetch_slice, fetch_slice_of, select_columns
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, check_version
from app.schemas.comment import CommentCreate, CommentListParameters, CommentOut, CommentUpdate

LISTED = select_columns(Comment, CommentOut)

BY_ID = select(Comment).where(Comment.id == KEY)
TO_UPDATE = BY_ID.with_for_update(key_share=True)
TO_DELETE = BY_ID.with_for_update()

DETAIL = BY_ID.options(joinedload(Comment.post), joinedload(Comment.author))

REFERENCES = {
    "post_id": Post.id,
    "author_id": User.id,
}


def list_comments(db: Session, parameters: CommentListParameters) -> Slice:
    return fetch_slice(db, LISTED, parameters)


def list_comments_of_user(db: Session, user_id: int, parameters: CommentListParameters) -> Slice:
    statement = LISTED.where(Comment.author_id == user_id)
    return fetch_slice_of(db, User.id, user_id, statement, parameters)


def list_comments_of_post(db: Session, post_id: int, parameters: CommentListParameters) -> Slice:
    statement = LISTED.where(Comment.post_id == post_id)
    return fetch_slice_of(db, Post.id, post_id, statement, parameters)


def create_comment(db: Session, data: CommentCreate) -> Comment:
    check_references(db, REFERENCES, data)
    comment = Comment(**data.model_dump())
    db.add(comment)
    db.flush()
    return comment


def bulk_create_comments(db: Session, data: Sequence[CommentCreate]) -> Sequence[Comment]:
    check_references_of_all(db, REFERENCES, data)
    return create_rows(db, Comment, [item.model_dump() for item in data])


def get_comment(db: Session, comment_id: int) -> Comment:
    return get_one(db, BY_ID, comment_id)


def get_comment_detail(db: Session, comment_id: int) -> Comment:
    """Load everything that the detail embeds, too."""
    return get_one(db, DETAIL, comment_id)


def update_comment(db: Session, comment_id: int, data: CommentUpdate, versions: Versions = None) -> Comment:
    check_references(db, REFERENCES, data)
    comment = lock_one(db, TO_UPDATE, comment_id)
    check_version(comment, versions)
    values = data.model_dump()
    for name, value in values.items():
        setattr(comment, name, value)
    db.flush()
    return comment


def delete_comment(db: Session, comment_id: int, versions: Versions = None) -> None:
    comment = lock_one(db, TO_DELETE, comment_id)
    check_version(comment, versions)
    soft_delete_row(db, comment, comment_id)


def restore_comment(db: Session, comment_id: int) -> Comment:
    return restore_row(db, BY_ID, comment_id)
