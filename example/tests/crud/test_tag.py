import pytest
from sqlalchemy.orm import Session

from app.crud.tag import delete_tag, get_tag, list_tags, update_tag
from app.errors import NotFoundError
from app.schemas.tag import TagListParameters, TagOut, TagUpdate
from tests.factories.tag import make_tag, new_tag


def test_create_and_get_tag(db: Session) -> None:
    row = make_tag(db)
    db.expunge_all()

    found = get_tag(db, row.id)

    assert found.id == row.id
    assert found.name == row.name
    assert found.created_at == row.created_at
    assert found.updated_at == row.updated_at
    assert found.deleted_at == row.deleted_at


def test_list_tags(db: Session) -> None:
    row = make_tag(db)

    page = list_tags(db, TagListParameters())

    assert [TagOut.model_validate(item) for item in page.items] == [TagOut.model_validate(row)]
    assert page.next_cursor is None


def test_update_tag(db: Session) -> None:
    row = make_tag(db)
    data = TagUpdate.model_validate(new_tag(db))

    updated = update_tag(db, row.id, data)

    assert updated.id == row.id
    assert {name: getattr(updated, name) for name in data.model_fields_set} == data.model_dump()


def test_delete_tag(db: Session) -> None:
    row = make_tag(db)

    delete_tag(db, row.id)

    with pytest.raises(NotFoundError):
        get_tag(db, row.id)
