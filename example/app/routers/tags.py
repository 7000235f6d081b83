from fastapi import APIRouter

from app.crud import post as post_crud, tag as crud
from app.dependencies import DbSession, DeletablePageParams, MaySeeDeleted, PageParams
from app.keys import Id
from app.problems import problem_docs
from app.schemas.base import Page
from app.schemas.post import PostOut
from app.schemas.tag import TagCreate, TagOut, TagUpdate

router = APIRouter(prefix="/tags", tags=["tags"], responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_tags(db: DbSession, page: DeletablePageParams) -> Page[TagOut]:
    """List tags, oldest first."""
    rows = crud.list_tags(db, page)
    return Page[TagOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409))
def create_tag(data: TagCreate, db: DbSession) -> TagOut:
    """Create a tag."""
    tag = crud.create_tag(db, data)
    db.commit()
    return TagOut.model_validate(tag)


@router.get("/{tag_id}", responses=problem_docs(404))
def get_tag(tag_id: Id, db: DbSession) -> TagOut:
    """Get a tag."""
    tag = crud.get_tag(db, tag_id)
    return TagOut.model_validate(tag)


@router.patch("/{tag_id}", responses=problem_docs(400, 404, 409))
def update_tag(tag_id: Id, data: TagUpdate, db: DbSession) -> TagOut:
    """Change the given fields of a tag."""
    tag = crud.update_tag(db, tag_id, data)
    db.commit()
    return TagOut.model_validate(tag)


@router.delete("/{tag_id}", status_code=204, responses=problem_docs(404, 409))
def delete_tag(tag_id: Id, db: DbSession) -> None:
    """Delete a tag."""
    crud.delete_tag(db, tag_id)
    db.commit()


@router.post("/{tag_id}/restore", responses=problem_docs(403, 404, 409), dependencies=[MaySeeDeleted])
def restore_tag(tag_id: Id, db: DbSession) -> TagOut:
    """Bring a tag back with all that was deleted together with it."""
    tag = crud.restore_tag(db, tag_id)
    db.commit()
    return TagOut.model_validate(tag)


@router.get("/{tag_id}/posts", responses=problem_docs(404))
def list_posts_of_tag(tag_id: Id, db: DbSession, page: PageParams) -> Page[PostOut]:
    """List the posts of a tag, oldest first."""
    rows = post_crud.list_posts_of_tag(db, tag_id, page)
    return Page[PostOut].model_validate(rows)
