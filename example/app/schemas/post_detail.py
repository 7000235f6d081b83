from app.schemas.base import First, NextCursor
from app.schemas.category import CategoryOut
from app.schemas.comment import CommentOut
from app.schemas.post import PostOut
from app.schemas.tag import TagOut
from app.schemas.user import UserOut


class PostDetail(PostOut):
    """Post with what it refers to and what belongs to it, one level deep."""

    author: UserOut | None
    category: CategoryOut | None
    tags: First[TagOut]
    next_cursor_of_tags: NextCursor
    comments: First[CommentOut]
    next_cursor_of_comments: NextCursor
