from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.crud import comment as comment_crud, post as post_crud, user as crud
from app.dependencies import DbSession, IfMatch, require_may_see_deleted
from app.schemas.base import Bulk, Page
from app.schemas.comment import CommentListParameters, CommentOut
from app.schemas.post import PostListParameters, PostOut
from app.schemas.user import UserCreate, UserListParameters, UserOut, UserUpdate
from app.values import Id
from app.web.headers import created_docs, etag, etag_docs, location
from app.web.parameters import QueryParameters
from app.web.problems import problem_docs
from app.web.routing import OneThreadRoute

router = APIRouter(prefix="/users", tags=["users"], route_class=OneThreadRoute, responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_users(
    db: DbSession,
    parameters: Annotated[UserListParameters, Depends(QueryParameters(UserListParameters))],
) -> Page[UserOut]:
    """List users: filtered, sorted, a page at a time."""
    rows = crud.list_users(db, parameters)
    return Page[UserOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409, 413) | created_docs(versioned=True))
def create_user(data: UserCreate, db: DbSession, request: Request, response: Response) -> UserOut:
    """Create a user."""
    user = crud.create_user(db, data)
    db.commit()
    response.headers["Location"] = location(request, user.id)
    response.headers["ETag"] = etag(user.updated_at)
    return UserOut.model_validate(user)


@router.post("/bulk", status_code=201, responses=problem_docs(400, 409, 413))
def bulk_create_users(data: Bulk[UserCreate], db: DbSession) -> list[UserOut]:
    """Create up to 1000 users, all or none of them, and return them in the same order."""
    rows = crud.bulk_create_users(db, data)
    db.commit()
    return [UserOut.model_validate(row) for row in rows]


@router.get("/{user_id}", responses=problem_docs(404) | etag_docs(200))
def get_user(user_id: Id, db: DbSession, response: Response) -> UserOut:
    """Get a user."""
    user = crud.get_user(db, user_id)
    response.headers["ETag"] = etag(user.updated_at)
    return UserOut.model_validate(user)


@router.patch("/{user_id}", responses=problem_docs(400, 404, 409, 412, 413) | etag_docs(200))
def update_user(user_id: Id, data: UserUpdate, db: DbSession, versions: IfMatch, response: Response) -> UserOut:
    """Change the given fields of a user."""
    user = crud.update_user(db, user_id, data, versions)
    db.commit()
    response.headers["ETag"] = etag(user.updated_at)
    return UserOut.model_validate(user)


@router.delete("/{user_id}", status_code=204, responses=problem_docs(404, 409, 412))
def delete_user(user_id: Id, db: DbSession, versions: IfMatch) -> None:
    """Delete a user."""
    crud.delete_user(db, user_id, versions)
    db.commit()


@router.post(
    "/{user_id}/restore",
    dependencies=[Depends(require_may_see_deleted)],
    responses=problem_docs(403, 404, 409) | etag_docs(200),
)
def restore_user(user_id: Id, db: DbSession, response: Response) -> UserOut:
    """Bring a user back with all that was deleted together with it."""
    user = crud.restore_user(db, user_id)
    db.commit()
    response.headers["ETag"] = etag(user.updated_at)
    return UserOut.model_validate(user)


@router.get("/{user_id}/posts", responses=problem_docs(403, 404))
def list_posts_of_user(
    user_id: Id,
    db: DbSession,
    parameters: Annotated[PostListParameters, Depends(QueryParameters(PostListParameters))],
) -> Page[PostOut]:
    """List a user's posts: filtered, sorted, a page at a time."""
    rows = post_crud.list_posts_of_user(db, user_id, parameters)
    return Page[PostOut].model_validate(rows)


@router.get("/{user_id}/comments", responses=problem_docs(403, 404))
def list_comments_of_user(
    user_id: Id,
    db: DbSession,
    parameters: Annotated[CommentListParameters, Depends(QueryParameters(CommentListParameters))],
) -> Page[CommentOut]:
    """List a user's comments: filtered, sorted, a page at a time."""
    rows = comment_crud.list_comments_of_user(db, user_id, parameters)
    return Page[CommentOut].model_validate(rows)
