import pytest
from sqlalchemy.orm import Session

from app.crud.category import delete_category, get_category, list_categories, update_category
from app.errors import NotFoundError
from app.schemas.category import CategoryListParameters, CategoryOut, CategoryUpdate
from tests.factories.category import make_category, new_category


def test_create_and_get_category(db: Session) -> None:
    category = make_category(db)
    db.expunge_all()

    found = get_category(db, category.id)

    assert found.id == category.id
    assert found.name == category.name
    assert found.parent_id == category.parent_id
    assert found.created_at == category.created_at
    assert found.updated_at == category.updated_at
    assert found.deleted_at == category.deleted_at


def test_list_categories(db: Session) -> None:
    category = make_category(db)

    page = list_categories(db, CategoryListParameters())

    assert [CategoryOut.model_validate(item) for item in page.items] == [CategoryOut.model_validate(category)]
    assert page.next_cursor is None


def test_update_category(db: Session) -> None:
    category = make_category(db)
    data = CategoryUpdate.model_validate(new_category(db))

    updated = update_category(db, category.id, data)

    assert updated.id == category.id
    assert {name: getattr(updated, name) for name in data.model_fields_set} == data.model_dump()


def test_delete_category(db: Session) -> None:
    category = make_category(db)

    delete_category(db, category.id)

    with pytest.raises(NotFoundError):
        get_category(db, category.id)
