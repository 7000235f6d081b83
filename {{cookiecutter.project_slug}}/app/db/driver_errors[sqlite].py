"""What the errors of SQLite mean for a client, by how their names begin. For others than these, the answer is 500."""

import re

from sqlalchemy.exc import DBAPIError, IntegrityError

from app.db.base import has_column

# A retry may help: the file is locked, gone or read-only, the disk is full, or does not answer.
UNAVAILABLE = (
    *("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL", "SQLITE_SCHEMA"),
    *("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR"),
    *("SQLITE_INTERRUPT", "SQLITE_NOMEM"),
)
# A value of the client's is too long.
BAD_VALUE = ("SQLITE_TOOBIG",)


def is_unavailable(error: DBAPIError) -> bool:
    """Tell whether a retry may help, and the statement itself is fine."""
    return _name(error).startswith(UNAVAILABLE)


def is_bad_value(error: DBAPIError) -> bool:
    """Tell whether the client has sent a value that cannot be stored."""
    return _name(error).startswith(BAD_VALUE)


def _name(error: DBAPIError) -> str:
    """Return SQLite's name of an error, "" for one of the driver's own."""
    return getattr(error.orig, "sqlite_errorname", "")


def is_missing_value(error: IntegrityError) -> bool:
    return _name(error) in {"SQLITE_CONSTRAINT_NOTNULL", "SQLITE_CONSTRAINT_CHECK"}


def is_missing_from_models(error: IntegrityError) -> bool:
    """Tell whether a column that must have a value is not in the models, so that no client can give it one."""
    return _name(error) == "SQLITE_CONSTRAINT_NOTNULL" and not all(has_column(*pair) for pair in _columns(error))


def is_broken_reference(error: IntegrityError) -> bool:
    """Tell whether a row that is referred to is missing, or would be."""
    # By the message: under RESTRICT, the error name is that of a trigger.
    return str(error.orig) == "FOREIGN KEY constraint failed"


def clashing_columns(error: IntegrityError) -> list[str]:
    """Return the columns of the unique constraint that was violated, [] for any other error."""
    if _name(error) != "SQLITE_CONSTRAINT_UNIQUE":
        return []
    columns = _columns(error)
    return [name for _, name in columns] if all(has_column(*pair) for pair in columns) else []


def _columns(error: IntegrityError) -> list[tuple[str, str]]:
    """Return the columns that a message names, each with its table."""
    return re.findall(r"(\w+)\.(\w+)", str(error.orig))
