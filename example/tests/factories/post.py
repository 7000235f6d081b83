import itertools

from sqlalchemy.orm import Session

from app.crud.post import create_post
from app.db.models.post import Post
from app.schemas.post import PostCreate
from tests.factories.user import make_user

numbers = itertools.count(1)


def new_post(db: Session, /, **changes: object) -> dict[str, object]:
    """What a client sends to create a post."""
    if "author_id" not in changes:
        changes["author_id"] = make_user(db).id
    n = next(numbers)
    values: dict[str, object] = {
        "title": f"Title {n}",
        "body": f"Body {n}",
    }
    return values | changes


def make_post(db: Session, /, **changes: object) -> Post:
    return create_post(db, PostCreate.model_validate(new_post(db, **changes)))
