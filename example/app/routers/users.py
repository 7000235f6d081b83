from fastapi import APIRouter

from app.crud import comment as comment_crud, post as post_crud, user as crud
from app.dependencies import DbSession, DeletablePageParams, MaySeeDeleted, PageParams
from app.keys import Id
from app.problems import problem_docs
from app.schemas.base import Page
from app.schemas.comment import CommentOut
from app.schemas.post import PostOut
from app.schemas.user import UserCreate, UserOut, UserUpdate

router = APIRouter(prefix="/users", tags=["users"], responses=problem_docs(422, 503))


@router.get("", responses=problem_docs(403))
def list_users(db: DbSession, page: DeletablePageParams) -> Page[UserOut]:
    """List users, oldest first."""
    rows = crud.list_users(db, page)
    return Page[UserOut].model_validate(rows)


@router.post("", status_code=201, responses=problem_docs(400, 409))
def create_user(data: UserCreate, db: DbSession) -> UserOut:
    """Create a user."""
    user = crud.create_user(db, data)
    db.commit()
    return UserOut.model_validate(user)


@router.get("/{user_id}", responses=problem_docs(404))
def get_user(user_id: Id, db: DbSession) -> UserOut:
    """Get a user."""
    user = crud.get_user(db, user_id)
    return UserOut.model_validate(user)


@router.patch("/{user_id}", responses=problem_docs(400, 404, 409))
def update_user(user_id: Id, data: UserUpdate, db: DbSession) -> UserOut:
    """Change the given fields of a user."""
    user = crud.update_user(db, user_id, data)
    db.commit()
    return UserOut.model_validate(user)


@router.delete("/{user_id}", status_code=204, responses=problem_docs(404, 409))
def delete_user(user_id: Id, db: DbSession) -> None:
    """Delete a user."""
    crud.delete_user(db, user_id)
    db.commit()


@router.post("/{user_id}/restore", responses=problem_docs(403, 404, 409), dependencies=[MaySeeDeleted])
def restore_user(user_id: Id, db: DbSession) -> UserOut:
    """Bring a user back with all that was deleted together with it."""
    user = crud.restore_user(db, user_id)
    db.commit()
    return UserOut.model_validate(user)


@router.get("/{user_id}/posts", responses=problem_docs(404))
def list_posts_of_user(user_id: Id, db: DbSession, page: PageParams) -> Page[PostOut]:
    """List the posts of a user, oldest first."""
    rows = post_crud.list_posts_of_user(db, user_id, page)
    return Page[PostOut].model_validate(rows)


@router.get("/{user_id}/comments", responses=problem_docs(404))
def list_comments_of_user(user_id: Id, db: DbSession, page: PageParams) -> Page[CommentOut]:
    """List the comments of a user, oldest first."""
    rows = comment_crud.list_comments_of_user(db, user_id, page)
    return Page[CommentOut].model_validate(rows)
