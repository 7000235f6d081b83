"""All models. `Base`, imported from here, knows every table."""

from app.db.base import Base
from app.db.models.category import Category
from app.db.models.comment import Comment
from app.db.models.post import Post
from app.db.models.tag import Tag
from app.db.models.user import User

__all__ = [
    "Base",
    "Category",
    "Comment",
    "Post",
    "Tag",
    "User",
]
