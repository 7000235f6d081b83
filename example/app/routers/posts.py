from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.crud import comment as comment_crud, post as crud, tag as tag_crud
from app.dependencies import DbSession, IfMatch, require_may_see_deleted
from app.schemas.base import Bulk, Page
from app.schemas.comment import CommentListParameters, CommentOut
from app.schemas.post import PostCreate, PostListParameters, PostOut, PostUpdate
from app.schemas.post_detail import PostDetail
from app.schemas.tag import TagListParameters, TagOut
from app.values import Id
from app.web.headers import created_docs, etag, etag_docs, location
from app.web.parameters import QueryParameters
from app.web.problems import problem_docs
from app.web.routing import OneThreadRoute

router = APIRouter(prefix="/posts", tags=["posts"], route_class=OneThreadRoute, responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_posts(
    db: DbSession,
    parameters: Annotated[PostListParameters, Depends(QueryParameters(PostListParameters))],
) -> Page[PostOut]:
    """List posts: filtered, sorted, a page at a time."""
    rows = crud.list_posts(db, parameters)
    return Page[PostOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409, 413) | created_docs(versioned=True))
def create_post(data: PostCreate, db: DbSession, request: Request, response: Response) -> PostDetail:
    """Create a post."""
    post = crud.create_post(db, data)
    post = crud.get_post_detail(db, post.id)
    db.commit()
    response.headers["Location"] = location(request, post.id)
    response.headers["ETag"] = etag(post.updated_at)
    return PostDetail.model_validate(post)


@router.post("/bulk", status_code=201, responses=problem_docs(400, 409, 413))
def bulk_create_posts(data: Bulk[PostCreate], db: DbSession) -> list[PostOut]:
    """Create up to 1000 posts, all or none of them, and return them in the same order."""
    rows = crud.bulk_create_posts(db, data)
    db.commit()
    return [PostOut.model_validate(row) for row in rows]


@router.get("/{post_id}", responses=problem_docs(404) | etag_docs(200))
def get_post(post_id: Id, db: DbSession, response: Response) -> PostDetail:
    """Get a post with what belongs to it."""
    post = crud.get_post_detail(db, post_id)
    response.headers["ETag"] = etag(post.updated_at)
    return PostDetail.model_validate(post)


@router.patch("/{post_id}", responses=problem_docs(400, 404, 409, 412, 413) | etag_docs(200))
def update_post(post_id: Id, data: PostUpdate, db: DbSession, versions: IfMatch, response: Response) -> PostDetail:
    """Change the given fields of a post."""
    post = crud.update_post(db, post_id, data, versions)
    post = crud.get_post_detail(db, post_id)
    db.commit()
    response.headers["ETag"] = etag(post.updated_at)
    return PostDetail.model_validate(post)


@router.delete("/{post_id}", status_code=204, responses=problem_docs(404, 409, 412))
def delete_post(post_id: Id, db: DbSession, versions: IfMatch) -> None:
    """Delete a post."""
    crud.delete_post(db, post_id, versions)
    db.commit()


@router.post(
    "/{post_id}/restore",
    dependencies=[Depends(require_may_see_deleted)],
    responses=problem_docs(403, 404, 409) | etag_docs(200),
)
def restore_post(post_id: Id, db: DbSession, response: Response) -> PostOut:
    """Bring a post back with all that was deleted together with it."""
    post = crud.restore_post(db, post_id)
    db.commit()
    response.headers["ETag"] = etag(post.updated_at)
    return PostOut.model_validate(post)


@router.get("/{post_id}/comments", responses=problem_docs(403, 404))
def list_comments_of_post(
    post_id: Id,
    db: DbSession,
    parameters: Annotated[CommentListParameters, Depends(QueryParameters(CommentListParameters))],
) -> Page[CommentOut]:
    """List a post's comments: filtered, sorted, a page at a time."""
    rows = comment_crud.list_comments_of_post(db, post_id, parameters)
    return Page[CommentOut].model_validate(rows)


@router.get("/{post_id}/tags", responses=problem_docs(403, 404))
def list_tags_of_post(
    post_id: Id,
    db: DbSession,
    parameters: Annotated[TagListParameters, Depends(QueryParameters(TagListParameters))],
) -> Page[TagOut]:
    """List a post's tags: filtered, sorted, a page at a time."""
    rows = tag_crud.list_tags_of_post(db, post_id, parameters)
    return Page[TagOut].model_validate(rows)


@router.put("/{post_id}/tags/{tag_id}", status_code=204, responses=problem_docs(404, 409))
def add_to_post_tags(post_id: Id, tag_id: Id, db: DbSession) -> None:
    """Add a tag to a post's tags."""
    crud.add_to_post_tags(db, post_id, tag_id)
    db.commit()


@router.delete("/{post_id}/tags/{tag_id}", status_code=204, responses=problem_docs(404))
def remove_from_post_tags(post_id: Id, tag_id: Id, db: DbSession) -> None:
    """Remove one of a post's tags."""
    crud.remove_from_post_tags(db, post_id, tag_id)
    db.commit()
