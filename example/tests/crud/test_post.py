import pytest
from sqlalchemy.orm import Session

from app.crud.post import delete_post, get_post, list_posts, update_post
from app.errors import NotFoundError
from app.schemas.post import PostListParameters, PostOut, PostUpdate
from tests.factories.post import make_post, new_post


def test_create_and_get_post(db: Session) -> None:
    row = make_post(db)
    db.expunge_all()

    found = get_post(db, row.id)

    assert found.id == row.id
    assert found.title == row.title
    assert found.body == row.body
    assert found.author_id == row.author_id
    assert found.category_id == row.category_id
    assert found.created_at == row.created_at
    assert found.updated_at == row.updated_at
    assert found.deleted_at == row.deleted_at


def test_list_posts(db: Session) -> None:
    row = make_post(db)

    page = list_posts(db, PostListParameters())

    assert [PostOut.model_validate(item) for item in page.items] == [PostOut.model_validate(row)]
    assert page.next_cursor is None


def test_update_post(db: Session) -> None:
    row = make_post(db)
    data = PostUpdate.model_validate(new_post(db))

    updated = update_post(db, row.id, data)

    assert updated.id == row.id
    assert {name: getattr(updated, name) for name in data.model_fields_set} == data.model_dump()


def test_delete_post(db: Session) -> None:
    row = make_post(db)

    delete_post(db, row.id)

    with pytest.raises(NotFoundError):
        get_post(db, row.id)
