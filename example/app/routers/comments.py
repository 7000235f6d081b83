from fastapi import APIRouter

from app.crud import comment as crud
from app.dependencies import DbSession, DeletablePageParams, MaySeeDeleted
from app.keys import Id
from app.problems import problem_docs
from app.schemas.base import Page
from app.schemas.comment import CommentCreate, CommentOut, CommentUpdate
from app.schemas.comment_detail import CommentDetail

router = APIRouter(prefix="/comments", tags=["comments"], responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_comments(db: DbSession, page: DeletablePageParams) -> Page[CommentOut]:
    """List comments, oldest first."""
    rows = crud.list_comments(db, page)
    return Page[CommentOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409))
def create_comment(data: CommentCreate, db: DbSession) -> CommentOut:
    """Create a comment."""
    comment = crud.create_comment(db, data)
    db.commit()
    return CommentOut.model_validate(comment)


@router.get("/{comment_id}", responses=problem_docs(404))
def get_comment(comment_id: Id, db: DbSession) -> CommentDetail:
    """Get a comment with what belongs to it."""
    comment = crud.get_comment_detail(db, comment_id)
    return CommentDetail.model_validate(comment)


@router.patch("/{comment_id}", responses=problem_docs(400, 404, 409))
def update_comment(comment_id: Id, data: CommentUpdate, db: DbSession) -> CommentOut:
    """Change the given fields of a comment."""
    comment = crud.update_comment(db, comment_id, data)
    db.commit()
    return CommentOut.model_validate(comment)


@router.delete("/{comment_id}", status_code=204, responses=problem_docs(404, 409))
def delete_comment(comment_id: Id, db: DbSession) -> None:
    """Delete a comment."""
    crud.delete_comment(db, comment_id)
    db.commit()


@router.post("/{comment_id}/restore", responses=problem_docs(403, 404, 409), dependencies=[MaySeeDeleted])
def restore_comment(comment_id: Id, db: DbSession) -> CommentOut:
    """Bring a comment back with all that was deleted together with it."""
    comment = crud.restore_comment(db, comment_id)
    db.commit()
    return CommentOut.model_validate(comment)
