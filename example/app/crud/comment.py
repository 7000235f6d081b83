from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.models.comment import Comment
from app.db.models.post import Post
from app.db.models.user import User
from app.queries.creating import create_rows
from app.queries.lookup import KEY, check_references, check_references_of_all, get_detail, get_one
from app.queries.paging import Slice, fetch_slice
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, claim_version
from app.schemas.comment import CommentCreate, CommentQuery, CommentUpdate

LISTED = select(
    Comment.id,
    Comment.body,
    Comment.post_id,
    Comment.author_id,
    Comment.created_at,
    Comment.updated_at,
    Comment.deleted_at,
)

ONE = select(Comment).where(Comment.id == KEY)

REFERENCES = {
    "post_id": Post.id,
    "author_id": User.id,
}

DETAIL = ONE.options(
    joinedload(Comment.post),
    joinedload(Comment.author),
)


def list_comments(db: Session, query: CommentQuery) -> Slice:
    return fetch_slice(db, LISTED, query)


def list_comments_of_user(db: Session, user_id: int, query: CommentQuery) -> Slice:
    get_one(db, select(User.id).where(User.id == KEY), user_id, "user")
    return fetch_slice(db, LISTED.where(Comment.author_id == user_id), query)


def list_comments_of_post(db: Session, post_id: int, query: CommentQuery) -> Slice:
    get_one(db, select(Post.id).where(Post.id == KEY), post_id, "post")
    return fetch_slice(db, LISTED.where(Comment.post_id == post_id), query)


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
    return get_one(db, ONE, comment_id, "comment")


def get_comment_detail(db: Session, comment_id: int) -> Comment:
    """With all that the detail embeds."""
    return get_detail(db, DETAIL, comment_id, "comment")


def update_comment(db: Session, comment_id: int, data: CommentUpdate, versions: Versions = None) -> Comment:
    claim_version(db, Comment.id == comment_id, Comment.updated_at, versions)
    comment = get_comment(db, comment_id)
    check_references(db, REFERENCES, data)
    values = data.model_dump()
    for name, value in values.items():
        setattr(comment, name, value)
    db.flush()
    return comment


def delete_comment(db: Session, comment_id: int, versions: Versions = None) -> None:
    claim_version(db, Comment.id == comment_id, Comment.updated_at, versions)
    comment = get_one(db, ONE.with_for_update(), comment_id, "comment")
    soft_delete_row(db, comment, comment_id)


def restore_comment(db: Session, comment_id: int) -> Comment:
    statement = ONE.with_for_update().execution_options(include_deleted=True)
    comment = get_one(db, statement, comment_id, "comment")
    restore_row(db, comment, comment_id)
    return comment
