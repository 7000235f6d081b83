import pytest
from sqlalchemy.orm import Session

from app.crud.user import delete_user, get_user, list_users, update_user
from app.errors import NotFoundError
from app.schemas.user import UserListParameters, UserOut, UserUpdate
from tests.factories.user import make_user, new_user


def test_create_and_get_user(db: Session) -> None:
    row = make_user(db)
    db.expunge_all()

    found = get_user(db, row.id)

    assert found.id == row.id
    assert found.name == row.name
    assert found.created_at == row.created_at
    assert found.updated_at == row.updated_at
    assert found.deleted_at == row.deleted_at


def test_list_users(db: Session) -> None:
    row = make_user(db)

    page = list_users(db, UserListParameters())

    assert [UserOut.model_validate(item) for item in page.items] == [UserOut.model_validate(row)]
    assert page.next_cursor is None


def test_update_user(db: Session) -> None:
    row = make_user(db)
    data = UserUpdate.model_validate(new_user(db))

    updated = update_user(db, row.id, data)

    assert updated.id == row.id
    assert {name: getattr(updated, name) for name in data.model_fields_set} == data.model_dump()


def test_delete_user(db: Session) -> None:
    row = make_user(db)

    delete_user(db, row.id)

    with pytest.raises(NotFoundError):
        get_user(db, row.id)
