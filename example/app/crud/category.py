from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.models.category import Category
from app.queries.creating import create_rows
from app.queries.lookup import KEY, check_references, check_references_of_all, get_one, lock_one
from app.queries.paging import Slice, fetch_slice, fetch_slice_of, select_columns
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, check_version
from app.schemas.category import CategoryCreate, CategoryListParameters, CategoryOut, CategoryUpdate

LISTED = select_columns(Category, CategoryOut)

BY_ID = select(Category).where(Category.id == KEY)
TO_UPDATE = BY_ID.with_for_update(key_share=True)
TO_DELETE = BY_ID.with_for_update()

DETAIL = BY_ID.options(joinedload(Category.parent))

REFERENCES = {
    "parent_id": Category.id,
}


def list_categories(db: Session, parameters: CategoryListParameters) -> Slice:
    return fetch_slice(db, LISTED, parameters)


def list_children_of_category(db: Session, category_id: int, parameters: CategoryListParameters) -> Slice:
    statement = LISTED.where(Category.parent_id == category_id)
    return fetch_slice_of(db, Category.id, category_id, statement, parameters)


def create_category(db: Session, data: CategoryCreate) -> Category:
    check_references(db, REFERENCES, data)
    category = Category(**data.model_dump())
    db.add(category)
    db.flush()
    return category


def bulk_create_categories(db: Session, data: Sequence[CategoryCreate]) -> Sequence[Category]:
    check_references_of_all(db, REFERENCES, data)
    return create_rows(db, Category, [item.model_dump() for item in data])


def get_category(db: Session, category_id: int) -> Category:
    return get_one(db, BY_ID, category_id)


def get_category_detail(db: Session, category_id: int) -> Category:
    """Load everything that the detail embeds, too."""
    return get_one(db, DETAIL, category_id)


def update_category(db: Session, category_id: int, data: CategoryUpdate, versions: Versions = None) -> Category:
    check_references(db, REFERENCES, data)
    category = lock_one(db, TO_UPDATE, category_id)
    check_version(category, versions)
    values = data.model_dump()
    for name, value in values.items():
        setattr(category, name, value)
    db.flush()
    return category


def delete_category(db: Session, category_id: int, versions: Versions = None) -> None:
    category = lock_one(db, TO_DELETE, category_id)
    check_version(category, versions)
    soft_delete_row(db, category, category_id)


def restore_category(db: Session, category_id: int) -> Category:
    return restore_row(db, BY_ID, category_id)
