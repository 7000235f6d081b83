"""Changing a row only if the client knows its version, the time of its last change."""

import datetime as dt
from collections.abc import Collection

from app.db.base import Timestamps
from app.errors import StaleVersionError

# None stands for any version.
Versions = Collection[dt.datetime] | None


def check_version(row: Timestamps, versions: Versions) -> None:
    """Check that the row, which is locked, has one of `versions`. Errors: StaleVersionError, if it has another."""
    if versions is not None and row.updated_at not in versions:
        raise StaleVersionError
