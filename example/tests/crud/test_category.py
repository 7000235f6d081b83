import pytest
from sqlalchemy.orm import Session

from app.crud.category import delete_category, get_category, list_categories, update_category
from app.errors import NotFoundError
from app.schemas.category import CategoryListParameters, CategoryOut, CategoryUpdate
from tests.factories.category import make_category, new_category


def test_create_and_get_category(db: Session) -> None:
    row = make_category(db)
    db.expunge_all()

    found = get_category(db, row.id)

    assert found.id == row.id
    assert found.name == row.name
    assert found.parent_id == row.parent_id
    assert found.created_at == row.created_at
    assert found.updated_at == row.updated_at
    assert found.deleted_at == row.deleted_at


def test_list_categories(db: Session) -> None:
    row = make_category(db)

    page = list_categories(db, CategoryListParameters())

    assert [CategoryOut.model_validate(item) for item in page.items] == [CategoryOut.model_validate(row)]
    assert page.next_cursor is None


def test_update_category(db: Session) -> None:
    row = make_category(db)
    data = CategoryUpdate.model_validate(new_category(db))

    updated = update_category(db, row.id, data)

    assert updated.id == row.id
    assert {name: getattr(updated, name) for name in data.model_fields_set} == data.model_dump()


def test_delete_category(db: Session) -> None:
    row = make_category(db)

    delete_category(db, row.id)

    with pytest.raises(NotFoundError):
        get_category(db, row.id)
