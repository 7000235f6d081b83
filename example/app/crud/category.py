from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.db.models.category import Category
from app.queries.creating import create_rows
from app.queries.lookup import KEY, check_references, check_references_of_all, get_detail, get_one
from app.queries.paging import Slice, fetch_slice
from app.queries.soft_deleting import restore_row, soft_delete_row
from app.queries.versions import Versions, claim_version
from app.schemas.category import CategoryCreate, CategoryQuery, CategoryUpdate

LISTED = select(
    Category.id,
    Category.name,
    Category.parent_id,
    Category.created_at,
    Category.updated_at,
    Category.deleted_at,
)

ONE = select(Category).where(Category.id == KEY)

REFERENCES = {
    "parent_id": Category.id,
}

DETAIL = ONE.options(
    joinedload(Category.parent),
)


def list_categories(db: Session, query: CategoryQuery) -> Slice:
    return fetch_slice(db, LISTED, query)


def list_children_of_category(db: Session, category_id: int, query: CategoryQuery) -> Slice:
    get_one(db, select(Category.id).where(Category.id == KEY), category_id, "category")
    return fetch_slice(db, LISTED.where(Category.parent_id == category_id), query)


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
    return get_one(db, ONE, category_id, "category")


def get_category_detail(db: Session, category_id: int) -> Category:
    """With all that the detail embeds."""
    return get_detail(db, DETAIL, category_id, "category")


def update_category(db: Session, category_id: int, data: CategoryUpdate, versions: Versions = None) -> Category:
    claim_version(db, Category.id == category_id, Category.updated_at, versions)
    category = get_category(db, category_id)
    check_references(db, REFERENCES, data)
    values = data.model_dump()
    for name, value in values.items():
        setattr(category, name, value)
    db.flush()
    return category


def delete_category(db: Session, category_id: int, versions: Versions = None) -> None:
    claim_version(db, Category.id == category_id, Category.updated_at, versions)
    category = get_one(db, ONE.with_for_update(), category_id, "category")
    soft_delete_row(db, category, category_id)


def restore_category(db: Session, category_id: int) -> Category:
    statement = ONE.with_for_update().execution_options(include_deleted=True)
    category = get_one(db, statement, category_id, "category")
    restore_row(db, category, category_id)
    return category
