"""What the errors of MySQL and MariaDB mean for a client. For what is in none of these tables, the answer is 500.

SQLSTATEs are given by how they begin; numbers are those of errors that have no SQLSTATE of their own, or one that means
several things.
"""

import re
import sys

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from app.db.base import Base, constrained_columns

# A retry may help.
READ_ONLY = {1290, 1792, 1836, 1874}
UNAVAILABLE_STATES = ("08", "28", "40", "70")  # connections, logins, deadlocks, statements that were ended
UNAVAILABLE = {
    *READ_ONLY,
    *(0, 2002, 2003, 2006, 2013, 2014, 2026, 2045, 2055, 4031),  # the connection is lost
    *(1044, 1049, 1129, 1130, 1524, 1820, 1862, 2054, 2059, 2061, 3118, 3159, 3955, 4150, 4151),  # it is refused
    *(1040, 1203, 1226, 1637),  # too many connections or transactions
    *(1927, 3032),  # the server has ended the connection, or is offline
    *(3, 1021, 1026, 1114, 1878),  # the disk is full
    *(5, 1037, 1041, 1135, 1998),  # there is no memory
    *(1205, 1206, 1689, 3572),  # waited too long for a lock, or there are too many
    *(1020, 1180, 1412, 1615, 1964),  # another transaction or migration came first
    *(1028, 3024),  # took too long
}

# A value of the client's does not fit.
BAD_VALUE_STATES = ("22",)
BAD_VALUE = {
    *(1265, 1292, 1300, 1366, 1411, 1525, 1690, 3988),  # into its column
    *(3140, 3156, 3157),  # into JSON
    *(1118, 1713),  # into a row
}

# It breaks a constraint. A deletion that cascades through more than fifteen foreign keys is one of the conflicts.
NO_DEFAULT = 1364
MISSING_VALUE = {NO_DEFAULT, 1048, 3819, 4025}
REFERENCE = {1216, 1217, 1451, 1452}
CONFLICT = {1022, 1062, 1169, 1586, 1761, 1762, 1859} | {1296, 1991, 3008}

# How much a statement may hold, in the `info` of a connection.
MAX_PACKET = "max_allowed_packet"


def number_and_text(error: BaseException | None) -> tuple[object, str]:
    """Return the number and the message of a driver's error."""
    return (error.args[0], str(error.args[-1])) if error and error.args else (None, "")


def _state(error: BaseException | None) -> str:
    """Return the SQLSTATE of a driver's error, "" if it has none."""
    return getattr(error, "sqlstate", None) or ""


def classify(context: ExceptionContext) -> DBAPIError | None:
    """Correct the class of an exception, since PyMySQL does not know most of the numbers."""
    error = context.original_exception
    number, _ = number_and_text(error)
    too_long = _is_too_long(context)
    if too_long or number in READ_ONLY:
        # The server hangs up on such a statement; and after a failover, the next connection goes to another server.
        context.is_disconnect, context.invalidate_pool_on_disconnect = True, False
    if number in MISSING_VALUE | REFERENCE | CONFLICT:
        return IntegrityError(context.statement, None, error, hide_parameters=True)
    if too_long or number in BAD_VALUE or _state(error).startswith(BAD_VALUE_STATES):
        return DataError(context.statement, None, error, hide_parameters=True)
    return None


def _is_too_long(context: ExceptionContext) -> bool:
    """Tell whether a statement is longer than the server allows. It says so, or only hangs up while that is sent."""
    number, _ = number_and_text(context.original_exception)
    if number == 1153 or context.connection is None or number not in {2006, 2013}:
        return number == 1153
    limit: int = context.connection.info.get(MAX_PACKET, sys.maxsize)
    return len(f"{context.statement} {context.parameters}".encode(errors="replace")) > limit


def is_unavailable(error: DBAPIError) -> bool:
    """Tell whether a retry may help: the server is down or out of resources, or a lock took too long."""
    number, _ = number_and_text(error.orig)
    return number in UNAVAILABLE or _state(error.orig).startswith(UNAVAILABLE_STATES)


def is_bad_value(error: DBAPIError) -> bool:
    """Tell whether the client has sent a value that cannot be stored."""
    return isinstance(error, DataError)


def is_missing_value(error: IntegrityError) -> bool:
    return number_and_text(error.orig)[0] in MISSING_VALUE


def is_missing_from_models(error: IntegrityError) -> bool:
    """Tell whether a column that must have a value is not in the models, so that no client can give it one."""
    # An INSERT of a model names all of its columns.
    return number_and_text(error.orig)[0] == NO_DEFAULT


def is_broken_reference(error: IntegrityError) -> bool:
    """Tell whether a row that is referred to is missing, or would be."""
    return number_and_text(error.orig)[0] in REFERENCE


def clashing_columns(error: IntegrityError) -> list[str]:
    """Return the columns of the unique constraint that was violated, [] for any other error."""
    # The constraint's name comes last, on MySQL after the table's. The values before it come from the client.
    number, message = number_and_text(error.orig)
    key = re.search(r"for key '(?:\w+\.)?(\w+)'$", message)
    if number != 1062 or not key:
        return []
    columns = (column for table in Base.metadata.tables for column in constrained_columns(table, key[1]))
    return [column for column in columns if column != "_live"]
