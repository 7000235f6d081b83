from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.crud import comment as crud
from app.dependencies import DbSession, IfMatch, require_may_see_deleted
from app.schemas.base import Bulk, Page
from app.schemas.comment import CommentCreate, CommentListParameters, CommentOut, CommentUpdate
from app.schemas.comment_detail import CommentDetail
from app.values import Id
from app.web.headers import created_docs, etag, etag_docs, location
from app.web.parameters import QueryParameters
from app.web.problems import problem_docs
from app.web.routing import OneThreadRoute

router = APIRouter(prefix="/comments", tags=["comments"], route_class=OneThreadRoute, responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_comments(
    db: DbSession,
    parameters: Annotated[CommentListParameters, Depends(QueryParameters(CommentListParameters))],
) -> Page[CommentOut]:
    """List comments: filtered, sorted, a page at a time."""
    rows = crud.list_comments(db, parameters)
    return Page[CommentOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409, 413) | created_docs(versioned=True))
def create_comment(data: CommentCreate, db: DbSession, request: Request, response: Response) -> CommentOut:
    """Create a comment."""
    comment = crud.create_comment(db, data)
    db.commit()
    response.headers["Location"] = location(request, comment.id)
    response.headers["ETag"] = etag(comment.updated_at)
    return CommentOut.model_validate(comment)


@router.post("/bulk", status_code=201, responses=problem_docs(400, 409, 413))
def bulk_create_comments(data: Bulk[CommentCreate], db: DbSession) -> list[CommentOut]:
    """Create up to 1000 comments, all or none of them, and return them in the same order."""
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


@router.post(
    "/{comment_id}/restore",
    dependencies=[Depends(require_may_see_deleted)],
    responses=problem_docs(403, 404, 409) | etag_docs(200),
)
def restore_comment(comment_id: Id, db: DbSession, response: Response) -> CommentOut:
    """Bring a comment back with all that was deleted together with it."""
    comment = crud.restore_comment(db, comment_id)
    db.commit()
    response.headers["ETag"] = etag(comment.updated_at)
    return CommentOut.model_validate(comment)
