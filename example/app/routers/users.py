from typing import Annotated

from fastapi import Depends, Response

from app.crud import comment as comment_crud, post as post_crud, user as crud
from app.dependencies import DbSession, MaySeeDeleted, require_may_see_deleted
from app.keys import Id
from app.parameters import QueryReader
from app.problems import problem_docs
from app.routing import Router
from app.schemas.base import Bulk, Page
from app.schemas.comment import CommentOut, CommentQuery
from app.schemas.post import PostOut, PostQuery
from app.schemas.user import UserCreate, UserOut, UserQuery, UserUpdate
from app.versions import IfMatch, etag, etag_docs

router = Router(prefix="/users", tags=["users"], responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_users(
    db: DbSession,
    query: Annotated[UserQuery, Depends(QueryReader(UserQuery))],
    allowed: MaySeeDeleted,
) -> Page[UserOut]:
    """List users: filtered, sorted, a page at a time."""
    if query.include_deleted:
        require_may_see_deleted(allowed)
    rows = crud.list_users(db, query)
    return Page[UserOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409, 413) | etag_docs(201))
def create_user(data: UserCreate, db: DbSession, response: Response) -> UserOut:
    """Create a user."""
    user = crud.create_user(db, data)
    db.commit()
    response.headers["ETag"] = etag(user.updated_at)
    return UserOut.model_validate(user)


@router.post("/bulk", status_code=201, responses=problem_docs(400, 409, 413))
def bulk_create_users(data: Bulk[UserCreate], db: DbSession) -> list[UserOut]:
    """Create up to 1000 users, all of them or none, and answer with them in the same order."""
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


@router.post("/{user_id}/restore", responses=problem_docs(403, 404, 409) | etag_docs(200))
def restore_user(user_id: Id, db: DbSession, allowed: MaySeeDeleted, response: Response) -> UserOut:
    """Bring a user back with all that was deleted together with it."""
    require_may_see_deleted(allowed)
    user = crud.restore_user(db, user_id)
    db.commit()
    response.headers["ETag"] = etag(user.updated_at)
    return UserOut.model_validate(user)


@router.get("/{user_id}/posts", responses=problem_docs(403, 404))
def list_posts_of_user(
    user_id: Id,
    db: DbSession,
    query: Annotated[PostQuery, Depends(QueryReader(PostQuery))],
    allowed: MaySeeDeleted,
) -> Page[PostOut]:
    """List the posts of a user: filtered, sorted, a page at a time."""
    if query.include_deleted:
        require_may_see_deleted(allowed)
    rows = post_crud.list_posts_of_user(db, user_id, query)
    return Page[PostOut].model_validate(rows)


@router.get("/{user_id}/comments", responses=problem_docs(403, 404))
def list_comments_of_user(
    user_id: Id,
    db: DbSession,
    query: Annotated[CommentQuery, Depends(QueryReader(CommentQuery))],
    allowed: MaySeeDeleted,
) -> Page[CommentOut]:
    """List the comments of a user: filtered, sorted, a page at a time."""
    if query.include_deleted:
        require_may_see_deleted(allowed)
    rows = comment_crud.list_comments_of_user(db, user_id, query)
    return Page[CommentOut].model_validate(rows)
