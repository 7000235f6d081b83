"""Decimals of more digits than SQLite keeps are rounded when they are sent, and read as they were answered."""

from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import AfterValidator, TypeAdapter, ValidationError
from sqlalchemy import Column, MetaData, NullPool, Table, create_engine, func, insert, select

from app.db.column_types import RoundedNumeric
from app.db.models import Base
from app.schemas.decimals import DecimalNumber, with_places
from app.values import as_double

SENT = [
    (19, "0.1", "0.1000000000000000000"),
    (19, "-1.2345678901234567890", "-1.2345678901234600000"),
    (17, "0.3", "0.30000000000000000"),
    (20, "12.34567890123455", "12.34567890123460000000"),
    (30, "0.000000000000000000000000000001", "0.000000000000000000000000000001"),
    (2, "123456789012345678.91", "123456789012346000.00"),
    (0, "-98765432109876543210", "-98765432109876500000"),
]


@pytest.mark.parametrize(("places", "sent", "answered"), SENT)
def test_sent_number_is_rounded(places: int, sent: str, answered: str) -> None:
    adapter = TypeAdapter(Annotated[DecimalNumber, AfterValidator(as_double), with_places(places)])

    assert f"{adapter.validate_python(sent):f}" == answered


@pytest.mark.parametrize("sent", [10**15 + 1, -(10**15) - 1, -(10**15) - 0.5])
def test_number_is_checked_before_it_is_rounded(sent: float) -> None:
    adapter = TypeAdapter(Annotated[DecimalNumber, AfterValidator(as_double), with_places(2)])

    with pytest.raises(ValidationError, match="send it as text"):
        adapter.validate_python(sent)


@pytest.mark.parametrize(("places", "sent", "answered"), SENT)
def test_stored_number_is_read_as_it_was_answered(places: int, sent: str, answered: str) -> None:
    table = Table("numbers", MetaData(), Column("number", RoundedNumeric(38, places)))
    engine = create_engine("sqlite://", poolclass=NullPool)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"number": Decimal(sent)}, {"number": None}])

        empty, number = connection.scalars(select(table.c.number).order_by(table.c.number)).all()
        found = connection.scalar(select(func.count()).where(table.c.number == Decimal(sent)))
        largest = connection.scalar(select(func.max(table.c.number)))

    assert (empty, f"{number:f}") == (None, answered)
    assert (found, largest) == (1, number)


def test_every_long_decimal_is_rounded() -> None:
    columns = [column for table in Base.metadata.tables.values() for column in table.columns]
    exact = {str(column) for column in columns if (getattr(column.type, "precision", None) or 0) > 15}

    rounded = {str(column) for column in columns if isinstance(column.type, RoundedNumeric)}

    assert exact <= rounded
