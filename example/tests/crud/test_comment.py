import pytest
from sqlalchemy.orm import Session

from app.crud.comment import delete_comment, get_comment, list_comments, update_comment
from app.errors import NotFoundError
from app.schemas.comment import CommentListParameters, CommentOut, CommentUpdate
from tests.factories.comment import make_comment, new_comment


def test_create_and_get_comment(db: Session) -> None:
    row = make_comment(db)
    db.expunge_all()

    found = get_comment(db, row.id)

    assert found.id == row.id
    assert found.body == row.body
    assert found.post_id == row.post_id
    assert found.author_id == row.author_id
    assert found.created_at == row.created_at
    assert found.updated_at == row.updated_at
    assert found.deleted_at == row.deleted_at


def test_list_comments(db: Session) -> None:
    row = make_comment(db)

    page = list_comments(db, CommentListParameters())

    assert [CommentOut.model_validate(item) for item in page.items] == [CommentOut.model_validate(row)]
    assert page.next_cursor is None


def test_update_comment(db: Session) -> None:
    row = make_comment(db)
    data = CommentUpdate.model_validate(new_comment(db))

    updated = update_comment(db, row.id, data)

    assert updated.id == row.id
    assert {name: getattr(updated, name) for name in data.model_fields_set} == data.model_dump()


def test_delete_comment(db: Session) -> None:
    row = make_comment(db)

    delete_comment(db, row.id)

    with pytest.raises(NotFoundError):
        get_comment(db, row.id)
