import itertools

from sqlalchemy.orm import Session

from app.crud.tag import create_tag
from app.db.models.tag import Tag
from app.schemas.tag import TagCreate

numbers = itertools.count(1)


def new_tag(db: Session, /, **changes: object) -> dict[str, object]:
    """What a client sends to create a tag."""
    n = next(numbers)
    values: dict[str, object] = {
        "name": f"Name {n}",
    }
    return values | changes


def make_tag(db: Session, /, **changes: object) -> Tag:
    return create_tag(db, TagCreate.model_validate(new_tag(db, **changes)))
