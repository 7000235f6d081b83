from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.factories.category import make_category, new_category
from tests.factories.post import make_post
from tests.keys import MISSING_KEY
from tests.statements import recorded_statements

PATH = "/api/v1/categories"


def test_create_category(client: TestClient, db: Session) -> None:
    values = new_category(db)

    response = client.post(PATH, json=values)

    assert response.status_code == 201
    body = response.json()
    assert {name: body[name] for name in values} == values


def test_create_category_with_a_taken_name(client: TestClient, db: Session) -> None:
    first = client.post(PATH, json=new_category(db)).json()

    response = client.post(PATH, json=new_category(db, name=first["name"]))

    assert response.status_code == 409
    assert response.json()["errors"] == [{"loc": ["body", "name"], "msg": "This value is taken.", "type": "unique"}]


def test_create_category_with_missing_parent_id(client: TestClient, db: Session) -> None:
    response = client.post(PATH, json=new_category(db, parent_id=MISSING_KEY))

    assert response.status_code == 409
    missing = {"loc": ["body", "parent_id"], "msg": "There is no such row.", "type": "value_error"}
    assert response.json()["errors"] == [missing]


def test_get_category_with_parent(client: TestClient, db: Session) -> None:
    item_key = make_category(db).id
    owner_key = make_category(db, parent_id=item_key).id

    body = client.get(f"{PATH}/{owner_key}").json()

    assert body["parent"]["id"] == item_key


def test_list_children_of_category(client: TestClient, db: Session) -> None:
    owner_key = make_category(db).id
    item_key = make_category(db, parent_id=owner_key).id

    with recorded_statements() as statements:
        response = client.get(f"{PATH}/{owner_key}/children")
    missing = client.get(f"{PATH}/{MISSING_KEY}/children")

    assert response.status_code == 200
    assert len(statements) <= 2
    assert [item["id"] for item in response.json()["items"]] == [item_key]
    assert missing.status_code == 404


def test_list_posts_of_category(client: TestClient, db: Session) -> None:
    owner_key = make_category(db).id
    item_key = make_post(db, category_id=owner_key).id

    with recorded_statements() as statements:
        response = client.get(f"{PATH}/{owner_key}/posts")
    missing = client.get(f"{PATH}/{MISSING_KEY}/posts")

    assert response.status_code == 200
    assert len(statements) <= 2
    assert [item["id"] for item in response.json()["items"]] == [item_key]
    assert missing.status_code == 404
