from typing import TYPE_CHECKING

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Timestamps
from app.db.keys import PrimaryKey
from app.db.soft_delete import SoftDelete, unique_while_live

if TYPE_CHECKING:
    from app.db.models.comment import Comment
    from app.db.models.post import Post


class User(Timestamps, SoftDelete, Base):
    __tablename__ = "users"
    __table_args__ = (
        unique_while_live("uq_users_name", "name"),
        Index("ix_users_created_at", "created_at", "id"),
    )

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(80))

    posts: Mapped[list["Post"]] = relationship(
        back_populates="author",
        passive_deletes="all",
        order_by="Post.id",
        lazy="raise_on_sql",
    )
    comments: Mapped[list["Comment"]] = relationship(
        back_populates="author",
        passive_deletes="all",
        order_by="Comment.id",
        lazy="raise_on_sql",
    )
