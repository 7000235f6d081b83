from app.schemas.comment import CommentOut
from app.schemas.post import PostOut
from app.schemas.user import UserOut


class CommentDetail(CommentOut):
    """Comment with what it refers to and what belongs to it, one level deep."""

    post: PostOut | None
    author: UserOut | None
