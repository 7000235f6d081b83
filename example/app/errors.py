"""Errors of the domain. `app.web.problems` turns them into answers."""

from typing import ClassVar

# An answer lists no more mistakes of a request than this.
MOST_ERRORS = 100


class DomainError(Exception):
    """An error whose own text is sent to the client."""

    status: ClassVar[int]
    title: ClassVar[str]

    def __init__(self, detail: str, location: tuple[str | int, ...] = ()) -> None:
        """`location`: where in the request the cause is, for example `("body", "user_id")`."""
        super().__init__(detail)
        self.detail = detail
        self.location = location


class NotFoundError(DomainError):
    status = 404
    title = "Not found"


class ForbiddenError(DomainError):
    status = 403
    title = "Forbidden"


class HiddenRowsError(ForbiddenError):
    def __init__(self) -> None:
        super().__init__("Deleted rows are not shown to you.")


class ConflictError(DomainError):
    status = 409
    title = "Conflict"


class StaleVersionError(DomainError):
    status = 412
    title = "Precondition failed"

    def __init__(self) -> None:
        super().__init__("The row has changed since you read it. Get it again.", ("header", "If-Match"))


class InvalidInputError(DomainError):
    status = 422
    title = "Invalid input"


class BusyError(DomainError):
    status = 503
    title = "Busy"

    def __init__(self) -> None:
        super().__init__("Too many requests wait for the database. Try again shortly.")
