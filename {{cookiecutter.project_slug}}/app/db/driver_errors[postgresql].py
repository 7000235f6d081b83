"""What the errors of PostgreSQL mean for a client, by SQLSTATEs or how these begin.

For what is in neither table, the answer is 500.
"""

import psycopg
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError

from app.db.base import constrained_columns, has_column

# A retry may help.
UNAVAILABLE = (
    *("08", "28"),  # the connection is lost or refused
    *("25006", "25P03", "25P04"),  # the server is read-only, or has ended a transaction that took too long
    "40",  # a deadlock, or another conflict of transactions
    *("53000", "53100", "53200", "53300"),  # the disk is full, or there is no memory or connection left
    *("55006", "55P03"),  # waited too long for what others have locked
    "57",  # took too long, or an operator has ended it
    *("58000", "58030"),  # the disk does not answer
    *("72000", "HV00N"),  # a snapshot is too old, or a foreign server is away
)
# A value of the client's does not fit into its column, or into an index.
BAD_VALUE = ("22", "54000")


def is_unavailable(error: DBAPIError) -> bool:
    """Tell whether a retry may help: the server is down, out of connections, or too slow."""
    state = _state(error)
    if error.connection_invalidated:
        return True
    return state.startswith(UNAVAILABLE) if state else isinstance(error, OperationalError | InterfaceError)


def is_outdated(error: BaseException) -> bool:
    """Tell whether a prepared statement cannot be used any more: a column of its result has another type."""
    if not isinstance(error, psycopg.errors.FeatureNotSupported):
        return False
    # The message may be in any language.
    return error.diag.source_function == "RevalidateCachedQuery"


def is_bad_value(error: DBAPIError) -> bool:
    """Tell whether the client has sent a value that cannot be stored. Reading a value has no statement."""
    state = _state(error)
    fits = not state.startswith(BAD_VALUE) if state else not isinstance(error, DataError)
    return error.statement is not None and not fits


def _state(error: DBAPIError) -> str:
    """Return the SQLSTATE of an error, "" for one of the driver's own, as when it finds no server."""
    return getattr(error.orig, "sqlstate", None) or ""


def is_missing_value(error: IntegrityError) -> bool:
    return isinstance(error.orig, psycopg.errors.NotNullViolation | psycopg.errors.CheckViolation)


def is_missing_from_models(error: IntegrityError) -> bool:
    """Tell whether a column that must have a value is not in the models, so that no client can give it one."""
    details = error.orig.diag if isinstance(error.orig, psycopg.errors.NotNullViolation) else None
    return details is not None and not has_column(details.table_name, details.column_name)


def is_broken_reference(error: IntegrityError) -> bool:
    """Tell whether a row that is referred to is missing, or would be."""
    return isinstance(error.orig, psycopg.errors.ForeignKeyViolation | psycopg.errors.RestrictViolation)


def clashing_columns(error: IntegrityError) -> list[str]:
    """Return the columns of the unique constraint that was violated, [] for any other error."""
    if not isinstance(error.orig, psycopg.errors.UniqueViolation):
        return []
    return constrained_columns(error.orig.diag.table_name, error.orig.diag.constraint_name)
