"""Changing a row only if the client knows its version, the time of its last change."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import StaleVersionError

# None stands for any version.
Versions = Collection[dt.datetime] | None


def claim_version(
    db: Session, chosen: ColumnElement[bool], updated_at: InstrumentedAttribute[dt.datetime], versions: Versions
) -> None:
    """Lock the chosen row for this transaction if it has one of `versions`, checked by the same statement.

    A missing row is left to the look-up that follows. Errors: StaleVersionError, if it has another version.
    """
    if versions is None:
        return
    claim = update(updated_at.class_).where(chosen, updated_at.in_(versions)).values({updated_at: updated_at})
    claimed = db.execute(claim, execution_options={"synchronize_session": False})
    assert isinstance(claimed, CursorResult)
    if not claimed.rowcount and db.scalar(select(updated_at).where(chosen)) is not None:
        raise StaleVersionError
