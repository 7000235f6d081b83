from typing import Annotated

from fastapi import Depends, Response

from app.crud import comment as crud
from app.dependencies import DbSession, MaySeeDeleted, require_may_see_deleted
from app.keys import Id
from app.parameters import QueryReader
from app.problems import problem_docs
from app.routing import Router
from app.schemas.base import Bulk, Page
from app.schemas.comment import CommentCreate, CommentOut, CommentQuery, CommentUpdate
from app.schemas.comment_detail import CommentDetail
from app.versions import IfMatch, etag, etag_docs

router = Router(prefix="/comments", tags=["comments"], responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_comments(
    db: DbSession,
    query: Annotated[CommentQuery, Depends(QueryReader(CommentQuery))],
    allowed: MaySeeDeleted,
) -> Page[CommentOut]:
    """List comments: filtered, sorted, a page at a time."""
    if query.include_deleted:
        require_may_see_deleted(allowed)
    rows = crud.list_comments(db, query)
    return Page[CommentOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409, 413) | etag_docs(201))
def create_comment(data: CommentCreate, db: DbSession, response: Response) -> CommentOut:
    """Create a comment."""
    comment = crud.create_comment(db, data)
    db.commit()
    response.headers["ETag"] = etag(comment.updated_at)
    return CommentOut.model_validate(comment)


@router.post("/bulk", status_code=201, responses=problem_docs(400, 409, 413))
def bulk_create_comments(data: Bulk[CommentCreate], db: DbSession) -> list[CommentOut]:
    """Create up to 1000 comments, all of them or none, and answer with them in the same order."""
    rows = crud.bulk_create_comments(db, data)
    db.commit()
    return [CommentOut.model_validate(row) for row in rows]


@router.get("/{comment_id}", responses=problem_docs(404) | etag_docs(200))
def get_comment(comment_id: Id, db: DbSession, response: Response) -> CommentDetail:
    """Get a comment with what belongs to it."""
    comment = crud.get_comment_detail(db, comment_id)
    response.headers["ETag"] = etag(comment.updated_at)
    return CommentDetail.model_validate(comment)


@router.patch("/{comment_id}", responses=problem_docs(400, 404, 409, 412, 413) | etag_docs(200))
def update_comment(
    comment_id: Id,
    data: CommentUpdate,
    db: DbSession,
    versions: IfMatch,
    response: Response,
) -> CommentOut:
    """Change the given fields of a comment."""
    comment = crud.update_comment(db, comment_id, data, versions)
    db.commit()
    response.headers["ETag"] = etag(comment.updated_at)
    return CommentOut.model_validate(comment)


@router.delete("/{comment_id}", status_code=204, responses=problem_docs(404, 409, 412))
def delete_comment(comment_id: Id, db: DbSession, versions: IfMatch) -> None:
    """Delete a comment."""
    crud.delete_comment(db, comment_id, versions)
    db.commit()


@router.post("/{comment_id}/restore", responses=problem_docs(403, 404, 409) | etag_docs(200))
def restore_comment(comment_id: Id, db: DbSession, allowed: MaySeeDeleted, response: Response) -> CommentOut:
    """Bring a comment back with all that was deleted together with it."""
    require_may_see_deleted(allowed)
    comment = crud.restore_comment(db, comment_id)
    db.commit()
    response.headers["ETag"] = etag(comment.updated_at)
    return CommentOut.model_validate(comment)
