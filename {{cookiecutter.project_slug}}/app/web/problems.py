"""Error answers: problem details (RFC 9457), the same shape for every status."""

import logging
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.client import responses

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.utils import is_body_allowed_for_status_code
from pydantic import BaseModel, Field, JsonValue
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException

from app.db import driver_errors
from app.errors import MOST_ERRORS, DomainError
from app.web.routing import path_of

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class ErrorItem(BaseModel):
    """One mistake in a request."""

    loc: list[str | int] = Field(description="Where it is", examples=[["body", "email"]])
    msg: str = Field(description="What it is, for people", examples=["Field required"])
    type: str = Field(description="What it is, for programs", examples=["missing"])


class Problem(BaseModel):
    """Problem details as in RFC 9457, the same for every error."""

    type: str = Field(default="about:blank", description="Says no more than the status")
    title: str = Field(description="The kind of problem, the same each time", examples=["Invalid input"])
    status: int = Field(description="The status of the answer", examples=[422])
    detail: str = Field(description="What went wrong", examples=["The request does not match its schema."])
    errors: list[ErrorItem] = Field(
        default=[],
        max_length=MOST_ERRORS,
        description="What is wrong with the request, where that can be told: the first mistakes, if there are many",
    )


# For the OpenAPI document, by status: its meaning, and the title, the detail and the errors of an example.
MEANINGS: dict[int, tuple[str, str, str, list[ErrorItem]]] = {
    400: ("The body cannot be read.", "Bad Request", "There was an error parsing the body", []),
    403: ("This client may not do that.", "Forbidden", "Deleted rows are not shown to you.", []),
    404: ("There is no such row.", "Not found", "There is no such row.", []),
    409: (
        "The request conflicts with existing rows.",
        "Conflict",
        "There is already a row with this email.",
        [ErrorItem(loc=["body", "email"], msg="This value is taken.", type="unique")],
    ),
    412: ("The row has changed.", "Precondition failed", "The row has changed since you read it. Get it again.", []),
    413: ("The body is too large.", "Content Too Large", "The body has more than 2097152 bytes.", []),
    422: (
        "The request does not match its schema.",
        "Invalid input",
        "The request does not match its schema.",
        [ErrorItem(loc=["body", "email"], msg="Field required", type="missing")],
    ),
    503: (
        "The service is busy, or its database is away. A change may have been made all the same.",
        "Busy",
        "No database connection is free. Try again shortly.",
        [],
    ),
}


def phrase(status: int) -> str:
    """Return the name of a status in RFC 9110; Python before 3.13 has older names for two of them."""
    return {413: "Content Too Large", 422: "Unprocessable Content"}.get(status) or responses.get(status, "Error")


def problem_docs(*statuses: int) -> dict[int | str, dict[str, object]]:
    """For `responses=`: document problem details for each of these statuses."""
    return {status: _docs(status) for status in statuses}


def _docs(status: int) -> dict[str, object]:
    name = phrase(status)
    description, title, detail, errors = MEANINGS.get(status, (f"{name}.", name, f"{name}.", []))
    example = Problem(title=title, status=status, detail=detail, errors=errors)
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example.model_dump()}
    docs: dict[str, object] = {"description": description, "content": {MEDIA_TYPE: content}}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        seconds = {"description": "Seconds to wait before the next try", "schema": {"type": "integer"}}
        docs["headers"] = {"Retry-After": seconds}
    return docs


def answer(status: int, title: str, detail: JsonValue, errors: Sequence[ErrorItem] = ()) -> JSONResponse:
    """Make an error answer. `detail` is text, unless a handler raises an HTTPException with other JSON."""
    problem = Problem(title=title, status=status, detail=str(detail), errors=list(errors))
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(problem.model_dump() | {"detail": detail}, status, headers, MEDIA_TYPE)


def on_domain_error(_: Request, error: DomainError) -> JSONResponse:
    errors = [ErrorItem(loc=list(error.location), msg=error.detail, type="value_error")] if error.location else []
    return answer(error.status, error.title, error.detail, errors)


def on_invalid_request(request: Request, error: RequestValidationError) -> Response:
    in_path = any("path" in item["loc"][:1] for item in error.errors())
    own = methods_of(request, lambda route, path: route.path == path) if in_path else set()
    if own and request.method not in own:
        # A fixed path, such as /users/bulk, was taken for one with a key.
        return on_http_error(request, HTTPException(HTTPStatus.METHOD_NOT_ALLOWED))
    # The input itself is not repeated: it may be secret, or impossible to express in JSON.
    errors = [
        ErrorItem(loc=list(item["loc"]), msg=item["msg"].removeprefix("Value error, "), type=item["type"])
        for item in error.errors()[:MOST_ERRORS]
    ]
    more = f" These are its first {MOST_ERRORS} mistakes." if len(error.errors()) > MOST_ERRORS else ""
    return answer(422, "Invalid input", f"The request does not match its schema.{more}", errors)


def on_http_error(request: Request, error: HTTPException) -> Response:
    if not is_body_allowed_for_status_code(error.status_code):
        return Response(status_code=error.status_code, headers=error.headers)
    response = answer(error.status_code, phrase(error.status_code), error.detail)
    response.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # Each route knows only its own method.
        methods = methods_of(request, lambda route, path: route.path == path) or methods_of(
            request, lambda route, path: route.path_regex.match(path) is not None
        )
        if methods:
            response.headers["Allow"] = ", ".join(sorted(methods))
    return response


def methods_of(request: Request, chosen: Callable[[RouteContext, str], bool]) -> set[str]:
    """Return the methods of the routes that `chosen` picks for the request's path."""
    path = path_of(request.scope)
    routes = (route for route in iter_route_contexts(request.app.routes) if route.methods and chosen(route, path))
    return {method for route in routes for method in route.methods or ()}


def on_integrity_error(_: Request, error: IntegrityError) -> JSONResponse:
    if driver_errors.is_missing_from_models(error):
        return unexpected(error)
    if driver_errors.is_missing_value(error):
        return answer(422, "Invalid input", "A value is missing or out of its limits.")
    if driver_errors.is_broken_reference(error):
        return answer(409, "Conflict", "Other rows refer to this one, or a row that it refers to is gone.")
    columns = driver_errors.clashing_columns(error)
    if not columns:
        return answer(409, "Conflict", "This conflicts with existing rows.")
    errors = [ErrorItem(loc=["body", column], msg="This value is taken.", type="unique") for column in columns]
    return answer(409, "Conflict", f"There is already a row with this {', '.join(columns)}.", errors)


def on_stale_row(_: Request, __: StaleDataError) -> JSONResponse:
    """Only code that changes a row without locking it first, by `lock_one`, can find it gone."""
    return answer(409, "Conflict", "A row was deleted while this request was changing it.")


def on_pool_timeout(_: Request, __: PoolTimeout) -> JSONResponse:
    return answer(503, "Busy", "No database connection is free. Try again shortly.")


def on_database_error(_: Request, error: DBAPIError) -> JSONResponse:
    """Answer 422 to a value that does not fit, 503 if the same request may succeed later, and otherwise 500."""
    if driver_errors.is_bad_value(error):
        return answer(422, "Invalid input", "The database cannot store a value of this request.")
    if driver_errors.is_unavailable(error):
        logger.error("the database is not available: %s", error.orig)
        return answer(503, "Database unavailable", "The database is not available. Try again shortly.")
    return unexpected(error)


def unexpected(error: DBAPIError) -> JSONResponse:
    logger.error("unexpected error of the database", exc_info=error)
    return answer(500, "Internal server error", "Something went wrong on our side.")


def install(app: FastAPI) -> None:
    """Register the handlers; the one for the most specific class of an error answers."""
    app.exception_handler(DomainError)(on_domain_error)
    app.exception_handler(RequestValidationError)(on_invalid_request)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(IntegrityError)(on_integrity_error)
    app.exception_handler(StaleDataError)(on_stale_row)
    app.exception_handler(PoolTimeout)(on_pool_timeout)
    app.exception_handler(DBAPIError)(on_database_error)
