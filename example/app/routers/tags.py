from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.crud import post as post_crud, tag as crud
from app.dependencies import DbSession, IfMatch, require_may_see_deleted
from app.schemas.base import Bulk, Page
from app.schemas.post import PostListParameters, PostOut
from app.schemas.tag import TagCreate, TagListParameters, TagOut, TagUpdate
from app.values import Id
from app.web.headers import created_docs, etag, etag_docs, location
from app.web.parameters import QueryParameters
from app.web.problems import problem_docs
from app.web.routing import OneThreadRoute

router = APIRouter(prefix="/tags", tags=["tags"], route_class=OneThreadRoute, responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_tags(
    db: DbSession,
    parameters: Annotated[TagListParameters, Depends(QueryParameters(TagListParameters))],
) -> Page[TagOut]:
    """List tags: filtered, sorted, a page at a time."""
    rows = crud.list_tags(db, parameters)
    return Page[TagOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409, 413) | created_docs(versioned=True))
def create_tag(data: TagCreate, db: DbSession, request: Request, response: Response) -> TagOut:
    """Create a tag."""
    tag = crud.create_tag(db, data)
    db.commit()
    response.headers["Location"] = location(request, tag.id)
    response.headers["ETag"] = etag(tag.updated_at)
    return TagOut.model_validate(tag)


@router.post("/bulk", status_code=201, responses=problem_docs(400, 409, 413))
def bulk_create_tags(data: Bulk[TagCreate], db: DbSession) -> list[TagOut]:
    """Create up to 1000 tags, all or none of them, and return them in the same order."""
    rows = crud.bulk_create_tags(db, data)
    db.commit()
    return [TagOut.model_validate(row) for row in rows]


@router.get("/{tag_id}", responses=problem_docs(404) | etag_docs(200))
def get_tag(tag_id: Id, db: DbSession, response: Response) -> TagOut:
    """Get a tag."""
    tag = crud.get_tag(db, tag_id)
    response.headers["ETag"] = etag(tag.updated_at)
    return TagOut.model_validate(tag)


@router.patch("/{tag_id}", responses=problem_docs(400, 404, 409, 412, 413) | etag_docs(200))
def update_tag(tag_id: Id, data: TagUpdate, db: DbSession, versions: IfMatch, response: Response) -> TagOut:
    """Change the given fields of a tag."""
    tag = crud.update_tag(db, tag_id, data, versions)
    db.commit()
    response.headers["ETag"] = etag(tag.updated_at)
    return TagOut.model_validate(tag)


@router.delete("/{tag_id}", status_code=204, responses=problem_docs(404, 409, 412))
def delete_tag(tag_id: Id, db: DbSession, versions: IfMatch) -> None:
    """Delete a tag."""
    crud.delete_tag(db, tag_id, versions)
    db.commit()


@router.post(
    "/{tag_id}/restore",
    dependencies=[Depends(require_may_see_deleted)],
    responses=problem_docs(403, 404, 409) | etag_docs(200),
)
def restore_tag(tag_id: Id, db: DbSession, response: Response) -> TagOut:
    """Bring a tag back with all that was deleted together with it."""
    tag = crud.restore_tag(db, tag_id)
    db.commit()
    response.headers["ETag"] = etag(tag.updated_at)
    return TagOut.model_validate(tag)


@router.get("/{tag_id}/posts", responses=problem_docs(403, 404))
def list_posts_of_tag(
    tag_id: Id,
    db: DbSession,
    parameters: Annotated[PostListParameters, Depends(QueryParameters(PostListParameters))],
) -> Page[PostOut]:
    """List a tag's posts: filtered, sorted, a page at a time."""
    rows = post_crud.list_posts_of_tag(db, tag_id, parameters)
    return Page[PostOut].model_validate(rows)
