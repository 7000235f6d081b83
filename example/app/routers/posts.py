from fastapi import APIRouter

from app.crud import comment as comment_crud, post as crud, tag as tag_crud
from app.dependencies import DbSession, DeletablePageParams, MaySeeDeleted, PageParams
from app.keys import Id
from app.problems import problem_docs
from app.schemas.base import Page
from app.schemas.comment import CommentOut
from app.schemas.post import PostCreate, PostOut, PostUpdate
from app.schemas.post_detail import PostDetail
from app.schemas.tag import TagOut

router = APIRouter(prefix="/posts", tags=["posts"], responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_posts(db: DbSession, page: DeletablePageParams) -> Page[PostOut]:
    """List posts, oldest first."""
    rows = crud.list_posts(db, page)
    return Page[PostOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409))
def create_post(data: PostCreate, db: DbSession) -> PostOut:
    """Create a post."""
    post = crud.create_post(db, data)
    db.commit()
    return PostOut.model_validate(post)


@router.get("/{post_id}", responses=problem_docs(404))
def get_post(post_id: Id, db: DbSession) -> PostDetail:
    """Get a post with what belongs to it."""
    post = crud.get_post_detail(db, post_id)
    return PostDetail.model_validate(post)


@router.patch("/{post_id}", responses=problem_docs(400, 404, 409))
def update_post(post_id: Id, data: PostUpdate, db: DbSession) -> PostOut:
    """Change the given fields of a post."""
    post = crud.update_post(db, post_id, data)
    db.commit()
    return PostOut.model_validate(post)


@router.delete("/{post_id}", status_code=204, responses=problem_docs(404, 409))
def delete_post(post_id: Id, db: DbSession) -> None:
    """Delete a post."""
    crud.delete_post(db, post_id)
    db.commit()


@router.post("/{post_id}/restore", responses=problem_docs(403, 404, 409), dependencies=[MaySeeDeleted])
def restore_post(post_id: Id, db: DbSession) -> PostOut:
    """Bring a post back with all that was deleted together with it."""
    post = crud.restore_post(db, post_id)
    db.commit()
    return PostOut.model_validate(post)


@router.get("/{post_id}/comments", responses=problem_docs(404))
def list_comments_of_post(post_id: Id, db: DbSession, page: PageParams) -> Page[CommentOut]:
    """List the comments of a post, oldest first."""
    rows = comment_crud.list_comments_of_post(db, post_id, page)
    return Page[CommentOut].model_validate(rows)


@router.get("/{post_id}/tags", responses=problem_docs(404))
def list_tags_of_post(post_id: Id, db: DbSession, page: PageParams) -> Page[TagOut]:
    """List the tags of a post, oldest first."""
    rows = tag_crud.list_tags_of_post(db, post_id, page)
    return Page[TagOut].model_validate(rows)


@router.put("/{post_id}/tags/{tag_id}", status_code=204, responses=problem_docs(404, 409))
def add_to_post_tags(post_id: Id, tag_id: Id, db: DbSession) -> None:
    """Add a tag to the tags of a post."""
    crud.add_to_post_tags(db, post_id, tag_id)
    db.commit()


@router.delete("/{post_id}/tags/{tag_id}", status_code=204, responses=problem_docs(404))
def remove_from_post_tags(post_id: Id, tag_id: Id, db: DbSession) -> None:
    """Take a tag out of the tags of a post."""
    crud.remove_from_post_tags(db, post_id, tag_id)
    db.commit()
