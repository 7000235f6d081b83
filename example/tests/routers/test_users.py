from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.factories.comment import make_comment
from tests.factories.post import make_post
from tests.factories.user import make_user, new_user
from tests.keys import MISSING_KEY
from tests.statements import recorded_statements

PATH = "/api/v1/users"


def test_create_user(client: TestClient, db: Session) -> None:
    values = new_user(db)

    response = client.post(PATH, json=values)

    assert response.status_code == 201
    body = response.json()
    assert {name: body[name] for name in values} == values


def test_create_user_with_a_taken_name(client: TestClient, db: Session) -> None:
    first = client.post(PATH, json=new_user(db)).json()

    response = client.post(PATH, json=new_user(db, name=first["name"]))

    assert response.status_code == 409
    assert response.json()["errors"] == [{"loc": ["body", "name"], "msg": "This value is taken.", "type": "unique"}]


def test_list_posts_of_user(client: TestClient, db: Session) -> None:
    owner_key = make_user(db).id
    item_key = make_post(db, author_id=owner_key).id

    with recorded_statements() as statements:
        response = client.get(f"{PATH}/{owner_key}/posts")
    missing = client.get(f"{PATH}/{MISSING_KEY}/posts")

    assert response.status_code == 200
    assert len(statements) <= 2
    assert [item["id"] for item in response.json()["items"]] == [item_key]
    assert missing.status_code == 404


def test_list_comments_of_user(client: TestClient, db: Session) -> None:
    owner_key = make_user(db).id
    item_key = make_comment(db, author_id=owner_key).id

    with recorded_statements() as statements:
        response = client.get(f"{PATH}/{owner_key}/comments")
    missing = client.get(f"{PATH}/{MISSING_KEY}/comments")

    assert response.status_code == 200
    assert len(statements) <= 2
    assert [item["id"] for item in response.json()["items"]] == [item_key]
    assert missing.status_code == 404
