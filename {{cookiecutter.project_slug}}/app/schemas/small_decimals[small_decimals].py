"""Decimals with many places: Python writes small ones with an exponent, so that a zero with seven places is 0E-7."""

from decimal import Decimal
from typing import Annotated

from pydantic import PlainSerializer

from app.schemas.decimals import ShownDecimal


def _plain(number: Decimal) -> str:
    return f"{number:f}"


ShownSmallDecimal = Annotated[ShownDecimal, PlainSerializer(_plain, return_type=str, when_used="json")]
