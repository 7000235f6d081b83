"""A detail shows the first items of each list, and says where the list goes on."""

import pytest
from fastapi.testclient import TestClient
from pydantic import JsonValue
from sqlalchemy.orm import Session

from app.queries import details
from tests.embedded import EmbeddedList, every_embedded_list
from tests.keys import Key

Row = dict[str, JsonValue]


def make_items(client: TestClient, db: Session, embedded: EmbeddedList, count: int) -> tuple[str, list[Key]]:
    """Make an owner with so many items, and return the owner's path and the keys of the items."""
    owner_key = embedded.make_owner(db)
    path = f"{embedded.path}/{owner_key}"
    keys = [embedded.make_item(db, owner_key) for _ in range(count)]
    if embedded.is_link:
        for key in reversed(keys):
            client.put(f"{path}/{embedded.name}/{key}")
    return path, keys


def shown(detail: Row, embedded: EmbeddedList) -> tuple[list[object], object]:
    """Return the keys of the items in a detail, and the cursor beside them."""
    items = detail[embedded.name]
    assert isinstance(items, list)
    return [item["id"] for item in items if isinstance(item, dict)], detail[f"next_cursor_of_{embedded.name}"]


@every_embedded_list
def test_detail_shows_the_first_items(
    client: TestClient, db: Session, monkeypatch: pytest.MonkeyPatch, embedded: EmbeddedList
) -> None:
    path, keys = make_items(client, db, embedded, 3)

    monkeypatch.setattr(details, "EMBEDDED", 2)
    first, cursor = shown(client.get(path).json(), embedded)
    rest = client.get(f"{path}/{embedded.name}", params={"cursor": str(cursor)}).json()

    assert first == keys[:2]
    assert [item["id"] for item in rest["items"]] == keys[2:]
    assert rest["next_cursor"] is None


@every_embedded_list
def test_detail_says_that_a_list_is_whole(
    client: TestClient, db: Session, monkeypatch: pytest.MonkeyPatch, embedded: EmbeddedList
) -> None:
    path, keys = make_items(client, db, embedded, 3)

    monkeypatch.setattr(details, "EMBEDDED", 3)
    whole = client.get(path).json()
    monkeypatch.setattr(details, "EMBEDDED", 2)
    client.delete(f"{embedded.item_path}/{keys[0]}")
    without_deleted = client.get(path).json()

    assert shown(whole, embedded) == (keys, None)
    assert shown(without_deleted, embedded) == (keys[1:], None)


@every_embedded_list
def test_answer_to_a_change_shows_what_the_detail_shows(
    client: TestClient, db: Session, monkeypatch: pytest.MonkeyPatch, embedded: EmbeddedList
) -> None:
    path, keys = make_items(client, db, embedded, 3)

    monkeypatch.setattr(details, "EMBEDDED", 2)
    changed = client.patch(path, json={embedded.name: keys} if embedded.is_link else {}).json()
    detail = client.get(path).json()

    assert changed == {name: detail[name] for name in changed}
    assert embedded.name in changed or not embedded.is_link
