"""Tests of every entity's model."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.cases import every_entity
from tests.expectations import Case


@every_entity
def test_text_of_a_row_has_its_key_and_nothing_else(db: Session, case: Case) -> None:
    key = case.make(db)

    row = db.scalars(select(case.model)).one()

    assert repr(row) == f"<{case.model.__name__} {key}>"
    assert repr(case.model()) == f"<{case.model.__name__} without a key>"
