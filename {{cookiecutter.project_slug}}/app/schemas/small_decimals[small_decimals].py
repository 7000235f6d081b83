"""Decimals with many places: Python writes small ones with an exponent, so that a zero with seven places is 0E-7."""

from typing import Annotated

from pydantic import PlainSerializer

from app.schemas.decimals import ShownDecimal

ShownSmallDecimal = Annotated[ShownDecimal, PlainSerializer("{:f}".format, return_type=str, when_used="json")]
