import sys
from typing import Annotated

from sqlalchemy.orm import mapped_column

from app.values import Key

if sys.version_info >= (3, 14):
    from uuid import uuid7
else:
    from uuid_utils.compat import uuid7

PrimaryKey = Annotated[Key, mapped_column(default=uuid7, primary_key=True)]
