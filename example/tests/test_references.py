"""What happens to rows when the row that they refer to is deleted, for every reference."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.db.session import SessionLocal
from tests.keys import MISSING_KEY
from tests.references import Reference, every_reference
from tests.simultaneous import beside
from tests.statements import recorded_statements


@every_reference
def test_delete_follows_the_rule(client: TestClient, db: Session, reference: Reference) -> None:
    parent = reference.make_parent(db)
    child = reference.make_child(db, parent)

    deleted = client.delete(f"{reference.parent_path}/{parent}")
    found = client.get(f"{reference.child_path}/{child}")

    expected = {"restrict": (409, 200, parent), "cascade": (204, 404, None), "setnull": (204, 200, None)}
    assert (deleted.status_code, found.status_code, found.json().get(reference.column)) == expected[reference.rule]
    assert (reference.child_table in deleted.text) is (reference.rule == "restrict")


@every_reference
def test_delete_without_the_child(client: TestClient, db: Session, reference: Reference) -> None:
    parent = reference.make_parent(db)
    other = reference.make_parent(db)
    child = reference.make_child(db, other)

    deleted = client.delete(f"{reference.parent_path}/{parent}")
    found = client.get(f"{reference.child_path}/{child}").json()

    assert deleted.status_code == 204
    assert found[reference.column] == other


@every_reference
def test_statements_do_not_grow_with_the_children(client: TestClient, db: Session, reference: Reference) -> None:
    counts = []
    for children in (1, reference.rows):
        parent = reference.make_parent(db)
        for _ in range(children):
            reference.make_child(db, parent)
        db.expunge_all()
        with recorded_statements() as detail:
            client.get(f"{reference.parent_path}/{parent}")
        with recorded_statements() as listed:
            client.get(f"{reference.parent_path}/{parent}{reference.collection}")
        with recorded_statements() as deleted:
            client.delete(f"{reference.parent_path}/{parent}")
        counts.append((len(detail), len(listed), len(deleted)))

    assert counts[0] == counts[1]


@every_reference
def test_deleted_child_leaves_no_trace(client: TestClient, db: Session, reference: Reference) -> None:
    parent = reference.make_parent(db)
    before = client.get(f"{reference.parent_path}/{parent}").json()
    child = reference.make_child(db, parent)

    client.delete(f"{reference.child_path}/{child}")
    db.expunge_all()

    assert client.get(f"{reference.parent_path}/{parent}").json() == before


@every_reference
def test_create_under_a_deleted_parent(client: TestClient, db: Session, reference: Reference) -> None:
    parent = reference.make_parent(db)
    client.delete(f"{reference.parent_path}/{parent}")

    response = client.post(reference.child_path, json=reference.new_child(db, parent))

    assert response.status_code == 409
    assert response.json()["errors"][0]["loc"] == ["body", reference.column]


@every_reference
def test_bulk_create_names_the_row_whose_parent_is_missing(
    client: TestClient, db: Session, reference: Reference
) -> None:
    bodies = [reference.new_child(db, reference.make_parent(db)), reference.new_child(db, MISSING_KEY)]

    response = client.post(f"{reference.child_path}/bulk", json=bodies)

    assert response.status_code == 409
    assert response.json()["errors"] == [
        {"loc": ["body", 1, reference.column], "msg": "There is no such row.", "type": "value_error"}
    ]


@every_reference
def test_create_that_loses_the_race(
    committing_client: TestClient, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parent is deleted between the check and the insertion: the foreign key catches it."""
    monkeypatch.setattr(f"{reference.child_module}.check_references", lambda db, references, values: None)
    with SessionLocal() as db:
        body = reference.new_child(db, MISSING_KEY)
        db.commit()

    response = committing_client.post(reference.child_path, json=body)

    assert response.status_code == 409
    assert response.json()["title"] == "Conflict"


@every_reference
def test_restore_follows_the_rule(client: TestClient, db: Session, reference: Reference) -> None:
    parent = reference.make_parent(db)
    child = reference.make_child(db, parent)
    client.delete(f"{reference.parent_path}/{parent}")

    restored = client.post(f"{reference.parent_path}/{parent}/restore")
    found = client.get(f"{reference.child_path}/{child}")

    hard = {"restrict": (404, 200, parent), "cascade": (404, 404, None), "setnull": (404, 200, None)}
    soft = {"restrict": (200, 200, parent), "cascade": (200, 200, parent), "setnull": (200, 200, None)}
    expected = (soft if reference.restores_parent else hard)[reference.rule]
    assert (restored.status_code, found.status_code, found.json().get(reference.column)) == expected


@every_reference
def test_restore_under_a_deleted_parent(client: TestClient, db: Session, reference: Reference) -> None:
    parent = reference.make_parent(db)
    child = reference.make_child(db, parent)
    client.delete(f"{reference.child_path}/{child}")
    client.delete(f"{reference.parent_path}/{parent}")

    restored = client.post(f"{reference.child_path}/{child}/restore")

    # With setnull, the child has no parent any more; without soft delete, there is no such route.
    blocked = reference.restores_parent and reference.rule != "setnull"
    assert restored.status_code == (409 if blocked else 200) if reference.restores_child else 404


@every_reference
@pytest.mark.parametrize("change", ["create", "move here", "restore"])
def test_deletion_waits_for_a_new_child(committing_client: TestClient, reference: Reference, change: str) -> None:
    """Or else a child would be left below a deleted parent."""
    client = committing_client
    with SessionLocal() as db:
        parent, other = reference.make_parent(db), reference.make_parent(db)
        body = reference.new_child(db, parent)
        child = None if change == "create" else reference.make_child(db, other if change == "move here" else parent)
        db.commit()
    path = f"{reference.child_path}/{child}"
    if change == "restore":
        client.delete(path)
    send = {
        "create": lambda: client.post(reference.child_path, json=body),
        "move here": lambda: client.patch(path, json={reference.column: parent}),
        "restore": lambda: client.post(f"{path}/restore"),
    }[change]

    changed, deleted = beside(send, lambda: client.delete(f"{reference.parent_path}/{parent}"))

    done = changed.status_code in {200, 201}
    assert done or (change, reference.restores_child) == ("restore", False)
    assert deleted.status_code == (409 if done and reference.rule == "restrict" else 204)
    found = client.get(f"{reference.child_path}/{changed.json()['id']}" if change == "create" else path)
    if done and reference.rule == "cascade":
        assert found.status_code == 404
    elif done:
        assert found.json()[reference.column] == (parent if reference.rule == "restrict" else None)


@every_reference
def test_child_moves_away_beside_the_deletion(committing_client: TestClient, reference: Reference) -> None:
    """It is deleted with its old parent, or is below the new one."""
    client = committing_client
    with SessionLocal() as db:
        parent, other = reference.make_parent(db), reference.make_parent(db)
        path = f"{reference.child_path}/{reference.make_child(db, parent)}"
        db.commit()

    deleted, moved = beside(
        lambda: client.delete(f"{reference.parent_path}/{parent}"),
        lambda: client.patch(path, json={reference.column: other}),
    )

    assert deleted.status_code == (409 if reference.rule == "restrict" else 204)
    assert moved.status_code == (404 if reference.rule == "cascade" else 200)
    assert client.get(path).status_code == moved.status_code
