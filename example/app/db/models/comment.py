from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Timestamps
from app.db.keys import PrimaryKey
from app.db.soft_delete import SoftDelete

if TYPE_CHECKING:
    from app.db.models.post import Post
    from app.db.models.user import User


class Comment(Timestamps, SoftDelete, Base):
    __tablename__ = "comments"
    __table_args__ = (
        Index("ix_comments_post_id", "post_id", "id"),
        Index("ix_comments_author_id", "author_id", "id"),
        Index("ix_comments_created_at", "created_at", "id"),
    )

    id: Mapped[PrimaryKey]
    body: Mapped[str] = mapped_column(Text())
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    post: Mapped["Post"] = relationship(back_populates="comments", lazy="raise_on_sql")
    author: Mapped["User | None"] = relationship(back_populates="comments", lazy="raise_on_sql")
