"""The primary key of every entity: a number that the database counts up."""

from typing import Annotated

from sqlalchemy import Identity
from sqlalchemy.orm import mapped_column

from app.db.dialect import BIG_KEY

PrimaryKey = Annotated[int, mapped_column(BIG_KEY, Identity(), primary_key=True)]
