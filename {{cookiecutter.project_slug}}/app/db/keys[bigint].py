from typing import Annotated

from sqlalchemy import Identity
from sqlalchemy.orm import mapped_column

from app.db.dialect import BIG_KEY
from app.keys import Key

PrimaryKey = Annotated[Key, mapped_column(BIG_KEY, Identity(), primary_key=True)]
