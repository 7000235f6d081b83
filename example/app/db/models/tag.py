from typing import TYPE_CHECKING

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Timestamps
from app.db.keys import PrimaryKey
from app.db.soft_delete import SoftDelete, unique_while_live

if TYPE_CHECKING:
    from app.db.models.post import Post


class Tag(Timestamps, SoftDelete, Base):
    __tablename__ = "tags"
    __table_args__ = (
        unique_while_live("uq_tags_name", "name"),
        Index("ix_tags_created_at", "created_at", "id"),
    )

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(40))

    posts: Mapped[list["Post"]] = relationship(
        secondary="post_tags",
        back_populates="tags",
        passive_deletes=True,
        order_by="Post.id",
        lazy="raise_on_sql",
    )
