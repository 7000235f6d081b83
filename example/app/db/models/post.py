from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Timestamps
from app.db.keys import PrimaryKey
from app.db.soft_delete import SoftDelete

if TYPE_CHECKING:
    from app.db.models.category import Category
    from app.db.models.comment import Comment
    from app.db.models.tag import Tag
    from app.db.models.user import User

post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Post(Timestamps, SoftDelete, Base):
    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_author_id", "author_id", "id"),
        Index("ix_posts_category_id", "category_id", "id"),
        Index("ix_posts_created_at", "created_at", "id"),
    )

    id: Mapped[PrimaryKey]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text())
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="SET NULL"))

    author: Mapped["User"] = relationship(back_populates="posts", lazy="raise_on_sql")
    category: Mapped["Category | None"] = relationship(back_populates="posts", lazy="raise_on_sql")
    tags: Mapped[list["Tag"]] = relationship(
        secondary="post_tags",
        back_populates="posts",
        passive_deletes=True,
        order_by="Tag.id",
        lazy="raise_on_sql",
    )
    comments: Mapped[list["Comment"]] = relationship(
        back_populates="post",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="Comment.id",
        lazy="raise_on_sql",
    )
