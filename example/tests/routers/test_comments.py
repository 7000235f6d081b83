from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.factories.comment import make_comment, new_comment
from tests.factories.post import make_post
from tests.factories.user import make_user
from tests.keys import MISSING_KEY

PATH = "/api/v1/comments"


def test_create_comment(client: TestClient, db: Session) -> None:
    values = new_comment(db)

    response = client.post(PATH, json=values)

    assert response.status_code == 201
    body = response.json()
    assert {name: body[name] for name in values} == values


def test_create_comment_with_missing_post_id(client: TestClient, db: Session) -> None:
    response = client.post(PATH, json=new_comment(db, post_id=MISSING_KEY))

    assert response.status_code == 409
    missing = {"loc": ["body", "post_id"], "msg": "There is no such row.", "type": "value_error"}
    assert response.json()["errors"] == [missing]


def test_create_comment_with_missing_author_id(client: TestClient, db: Session) -> None:
    response = client.post(PATH, json=new_comment(db, author_id=MISSING_KEY))

    assert response.status_code == 409
    missing = {"loc": ["body", "author_id"], "msg": "There is no such row.", "type": "value_error"}
    assert response.json()["errors"] == [missing]


def test_get_comment_with_post(client: TestClient, db: Session) -> None:
    item_key = make_post(db).id
    owner_key = make_comment(db, post_id=item_key).id

    body = client.get(f"{PATH}/{owner_key}").json()

    assert body["post"]["id"] == item_key


def test_get_comment_with_author(client: TestClient, db: Session) -> None:
    item_key = make_user(db).id
    owner_key = make_comment(db, author_id=item_key).id

    body = client.get(f"{PATH}/{owner_key}").json()

    assert body["author"]["id"] == item_key
