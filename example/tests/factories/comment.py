import itertools

from sqlalchemy.orm import Session

from app.crud.comment import create_comment
from app.db.models.comment import Comment
from app.schemas.comment import CommentCreate
from tests.factories.post import make_post

numbers = itertools.count(1)


def new_comment(db: Session, /, **changes: object) -> dict[str, object]:
    """What a client sends to create a comment."""
    if "post_id" not in changes:
        changes["post_id"] = make_post(db).id
    n = next(numbers)
    values: dict[str, object] = {
        "body": f"Body {n}",
    }
    return values | changes


def make_comment(db: Session, /, **changes: object) -> Comment:
    return create_comment(db, CommentCreate.model_validate(new_comment(db, **changes)))
