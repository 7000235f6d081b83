"""Answers for errors: problem details (RFC 9457), the same shape for every status."""

import logging
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from app.db import dialect
from app.errors import DomainError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class ErrorItem(BaseModel):
    """One mistake: where it is, for example `["body", "email"]`, and what it is."""

    loc: list[str | int]
    msg: str
    type: str


class Problem(BaseModel):
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[ErrorItem] = []


def phrase(status: int) -> str:
    """The name of a status in RFC 9110: Python before 3.13 has older names for two of them."""
    return {413: "Content Too Large", 422: "Unprocessable Content"}.get(status) or HTTPStatus(status).phrase


def problem_docs(*statuses: int) -> dict[int | str, dict[str, object]]:
    """For `responses=`: each of these statuses is answered with problem details."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {status: {"description": phrase(status), "content": {MEDIA_TYPE: schema}} for status in statuses}


def answer(status: int, title: str, detail: str, errors: Sequence[ErrorItem] = ()) -> JSONResponse:
    problem = Problem(title=title, status=status, detail=detail, errors=list(errors))
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(problem.model_dump(), status, headers, MEDIA_TYPE)


def on_domain_error(_: Request, error: DomainError) -> JSONResponse:
    errors = [ErrorItem(loc=list(error.location), msg=error.detail, type="value_error")] if error.location else []
    return answer(error.status, error.title, error.detail, errors)


def on_invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
    # The input itself is not repeated: it may be a secret, or nothing that JSON can say.
    errors = [
        ErrorItem(loc=list(item["loc"]), msg=item["msg"].removeprefix("Value error, "), type=item["type"])
        for item in error.errors()
    ]
    return answer(422, "Invalid input", "The request does not match its schema.", errors)


def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
    response = answer(error.status_code, phrase(error.status_code), error.detail)
    response.headers.update(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # Each route knows its own method only.
        response.headers["Allow"] = ", ".join(allowed_methods(request)) or response.headers["Allow"]
    return response


def allowed_methods(request: Request) -> list[str]:
    """What the document says of this path."""
    app: FastAPI = request.app
    operations = [
        operations
        for template, operations in app.openapi()["paths"].items()
        if compile_path(template)[0].fullmatch(request.url.path)
    ]
    return sorted({method.upper() for methods in operations for method in methods})


def on_integrity_error(_: Request, error: IntegrityError) -> JSONResponse:
    if dialect.is_missing_value(error):
        return answer(422, "Invalid input", "A value is missing or out of its limits.")
    columns = dialect.clashing_columns(error)
    if not columns:
        return answer(409, "Conflict", "Other rows refer to this one, or a row that it refers to is gone.")
    errors = [ErrorItem(loc=["body", column], msg="This value is taken.", type="unique") for column in columns]
    return answer(409, "Conflict", f"There is already a row with this {', '.join(columns)}.", errors)


def on_data_error(_: Request, __: DataError) -> JSONResponse:
    return answer(422, "Invalid input", "The database cannot store a value of this request.")


def on_pool_timeout(_: Request, __: PoolTimeout) -> JSONResponse:
    return answer(503, "Busy", "No database connection is free. Try again shortly.")


def on_database_error(_: Request, error: DBAPIError) -> JSONResponse:
    if dialect.is_unavailable(error):
        logger.error("the database is not available: %s", error.orig)
        return answer(503, "Database unavailable", "The database is not available. Try again shortly.")
    logger.error("unexpected error of the database", exc_info=error)
    return answer(500, "Internal server error", "Something went wrong on our side.")


async def on_unexpected(_: Request, __: Exception) -> JSONResponse:
    # The server logs it, once: Starlette raises it once more after the answer.
    return answer(500, "Internal server error", "Something went wrong on our side.")


def install(app: FastAPI) -> None:
    """The most specific handler of an error's class answers."""
    app.exception_handler(DomainError)(on_domain_error)
    app.exception_handler(RequestValidationError)(on_invalid_request)
    app.exception_handler(HTTPException)(on_http_error)
    app.exception_handler(IntegrityError)(on_integrity_error)
    app.exception_handler(DataError)(on_data_error)
    app.exception_handler(PoolTimeout)(on_pool_timeout)
    app.exception_handler(DBAPIError)(on_database_error)
    app.exception_handler(Exception)(on_unexpected)
