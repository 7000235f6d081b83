from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db.session import SessionLocal
from tests.factories.category import make_category
from tests.factories.comment import make_comment
from tests.factories.post import make_post, new_post
from tests.factories.tag import make_tag
from tests.factories.user import make_user
from tests.keys import MISSING_KEY
from tests.simultaneous import beside
from tests.statements import recorded_statements

PATH = "/api/v1/posts"


def test_create_post(client: TestClient, db: Session) -> None:
    values = new_post(db)

    response = client.post(PATH, json=values)

    assert response.status_code == 201
    body = response.json()
    assert {name: body[name] for name in values} == values


def test_create_post_with_missing_author_id(client: TestClient, db: Session) -> None:
    response = client.post(PATH, json=new_post(db, author_id=MISSING_KEY))

    assert response.status_code == 409
    missing = {"loc": ["body", "author_id"], "msg": "There is no such row.", "type": "value_error"}
    assert response.json()["errors"] == [missing]


def test_create_post_with_missing_category_id(client: TestClient, db: Session) -> None:
    response = client.post(PATH, json=new_post(db, category_id=MISSING_KEY))

    assert response.status_code == 409
    missing = {"loc": ["body", "category_id"], "msg": "There is no such row.", "type": "value_error"}
    assert response.json()["errors"] == [missing]


def test_create_post_with_missing_tags(client: TestClient, db: Session) -> None:
    response = client.post(PATH, json=new_post(db, tags=[MISSING_KEY]))

    assert response.status_code == 409
    missing = {"loc": ["body", "tags"], "msg": "There is no such row.", "type": "value_error"}
    assert response.json()["errors"] == [missing]


def test_get_post_with_author(client: TestClient, db: Session) -> None:
    item_key = make_user(db).id
    owner_key = make_post(db, author_id=item_key).id

    body = client.get(f"{PATH}/{owner_key}").json()

    assert body["author"]["id"] == item_key


def test_get_post_with_category(client: TestClient, db: Session) -> None:
    item_key = make_category(db).id
    owner_key = make_post(db, category_id=item_key).id

    body = client.get(f"{PATH}/{owner_key}").json()

    assert body["category"]["id"] == item_key


def test_get_post_with_comments(client: TestClient, db: Session) -> None:
    owner_key = make_post(db).id
    item_key = make_comment(db, post_id=owner_key).id

    body = client.get(f"{PATH}/{owner_key}").json()

    assert body["comments"][0]["id"] == item_key


def test_get_post_with_tags(client: TestClient, db: Session) -> None:
    item_key = make_tag(db).id
    owner_key = make_post(db, tags=[item_key]).id

    body = client.get(f"{PATH}/{owner_key}").json()

    assert body["tags"][0]["id"] == item_key


def test_list_comments_of_post(client: TestClient, db: Session) -> None:
    owner_key = make_post(db).id
    item_key = make_comment(db, post_id=owner_key).id

    with recorded_statements() as statements:
        response = client.get(f"{PATH}/{owner_key}/comments")
    missing = client.get(f"{PATH}/{MISSING_KEY}/comments")

    assert response.status_code == 200
    assert len(statements) <= 2
    assert [item["id"] for item in response.json()["items"]] == [item_key]
    assert missing.status_code == 404


def test_list_tags_of_post(client: TestClient, db: Session) -> None:
    item_key = make_tag(db).id
    owner_key = make_post(db, tags=[item_key]).id

    with recorded_statements() as statements:
        response = client.get(f"{PATH}/{owner_key}/tags")
    missing = client.get(f"{PATH}/{MISSING_KEY}/tags")

    assert response.status_code == 200
    assert len(statements) <= 2
    assert [item["id"] for item in response.json()["items"]] == [item_key]
    assert missing.status_code == 404


def test_change_post_tags(client: TestClient, db: Session) -> None:
    owner_key = make_post(db).id
    first = make_tag(db).id
    second = make_tag(db).id
    path = f"{PATH}/{owner_key}/tags"

    with recorded_statements() as statements:
        statuses = [client.put(f"{path}/{key}").status_code for key in (first, second, first)]
    added = [item["id"] for item in client.get(path).json()["items"]]
    statuses += [client.delete(f"{path}/{first}").status_code for _ in range(2)]
    removed = [item["id"] for item in client.get(path).json()["items"]]
    client.patch(f"{PATH}/{owner_key}", json={"tags": [first, first]})
    replaced = [item["id"] for item in client.get(path).json()["items"]]

    assert statuses == [204] * 5
    assert len(statements) <= 3 * 4
    assert (added, removed, replaced) == ([first, second], [second], [first])
    assert client.put(f"{path}/{MISSING_KEY}").status_code == 404
    assert client.put(f"{PATH}/{MISSING_KEY}/tags/{first}").status_code == 404


def test_replace_post_tags_twice_at_once(committing_client: TestClient) -> None:
    with SessionLocal() as db:
        owner_key = make_post(db).id
        first = make_tag(db).id
        second = make_tag(db).id
        db.commit()
    path = f"{PATH}/{owner_key}"

    answers = beside(
        lambda: committing_client.patch(path, json={"tags": [first]}),
        lambda: committing_client.patch(path, json={"tags": [second]}),
    )
    left = committing_client.get(f"{path}/tags").json()["items"]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [item["id"] for item in left] == [second]


def test_deleted_rows_leave_post_tags(client: TestClient, db: Session) -> None:
    owner_key = make_post(db).id
    item_key = make_tag(db).id
    path = f"{PATH}/{owner_key}/tags"

    added = client.put(f"{path}/{item_key}")
    client.delete(f"/api/v1/tags/{item_key}")
    patched = client.patch(f"{PATH}/{owner_key}", json={"tags": [item_key]})

    assert (added.status_code, patched.status_code) == (204, 409)
    assert client.get(path).json()["items"] == []
    assert client.put(f"{path}/{item_key}").status_code == 404
