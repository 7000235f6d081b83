from typing import Annotated

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import mapped_column

from app.values import Key

PrimaryKey = Annotated[Key, mapped_column(BigInteger(), Identity(), primary_key=True)]
