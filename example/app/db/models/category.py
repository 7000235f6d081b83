from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, Timestamps
from app.db.keys import PrimaryKey
from app.db.soft_delete import SoftDelete, unique_while_live

if TYPE_CHECKING:
    from app.db.models.post import Post


class Category(Timestamps, SoftDelete, Base):
    __tablename__ = "categories"
    __table_args__ = (
        unique_while_live("uq_categories_name", "name"),
        Index("ix_categories_parent_id", "parent_id", "id"),
        Index("ix_categories_created_at", "created_at", "id"),
    )

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="SET NULL"))

    parent: Mapped["Category | None"] = relationship(
        back_populates="children",
        remote_side="Category.id",
        lazy="raise_on_sql",
    )
    children: Mapped[list["Category"]] = relationship(
        back_populates="parent",
        passive_deletes="all",
        order_by="Category.id",
        lazy="raise_on_sql",
    )
    posts: Mapped[list["Post"]] = relationship(
        back_populates="category",
        passive_deletes="all",
        order_by="Post.id",
        lazy="raise_on_sql",
    )
