"""While a version that has more values is being deployed, this one reads its rows."""

from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.db.column_types import EnumText
from tests.cases import every_entity
from tests.expectations import Case
from tests.test_lists import listed, orders


@every_entity
def test_unknown_value_is_shown_as_it_is(client: TestClient, db: Session, case: Case) -> None:
    enums = {column.name for column in case.columns if isinstance(column.type, EnumText)}
    values = dict.fromkeys(enums, "newer")
    key = case.make(db)
    db.execute(update(case.table).values({"id": case.table.c.id} | values))

    item = client.get(f"{case.path}/{key}").json()
    if case.writable:
        # What is not sent stays as it is.
        item = client.patch(f"{case.path}/{key}", json={}).json()

    items = [each for each in client.get(case.path).json()["items"] if each["id"] == item["id"]]
    shown = {name: value for name, value in values.items() if name in case.out.model_fields}
    assert [{name: each[name] for name in shown} for each in (item, *items)] == [shown, shown]


@every_entity
def test_unknown_value_has_a_place_in_every_order(client: TestClient, db: Session, case: Case) -> None:
    enums = {column.name for column in case.columns if isinstance(column.type, EnumText)}
    made = [case.make(db) for _ in range(min(3, case.rows))]
    for number, row in enumerate(db.execute(select(case.table.c.id)).all()):
        values = dict.fromkeys(enums, f"newer_{number}")
        db.execute(update(case.table).where(case.table.c.id == row.id).values({"id": row.id} | values))

    for order in orders(case):
        if order.removeprefix("-") in enums:
            assert len(listed(client, case, sort=order)) == len(made), order
