"""What is specific to SQLite: each of its errors has its status."""

import sqlite3

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import DatabaseError

from app.main import create_app


def status_after(name: str) -> int:
    """Return the status of a request that fails with SQLite's error of this name."""
    app = create_app(routers=())

    @app.get("/fail")
    def fail() -> None:
        error = sqlite3.DatabaseError("failed")
        error.sqlite_errorname = name
        raise DatabaseError("SELECT 1", None, error)

    with TestClient(app, raise_server_exceptions=False) as client:
        return client.get("/fail").status_code


MAY_SUCCEED_LATER = (
    *("SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED_SHAREDCACHE", "SQLITE_PROTOCOL", "SQLITE_SCHEMA"),
    *("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_READONLY_DBMOVED", "SQLITE_FULL", "SQLITE_IOERR_WRITE"),
    *("SQLITE_INTERRUPT", "SQLITE_NOMEM"),
)
FAILS_AGAIN = (
    *("SQLITE_ERROR", "SQLITE_INTERNAL", "SQLITE_PERM", "SQLITE_ABORT", "SQLITE_CORRUPT", "SQLITE_CORRUPT_INDEX"),
    *("SQLITE_NOTFOUND", "SQLITE_MISUSE", "SQLITE_NOLFS", "SQLITE_AUTH", "SQLITE_FORMAT", "SQLITE_RANGE"),
    "SQLITE_NOTADB",
)


@pytest.mark.parametrize("name", MAY_SUCCEED_LATER)
def test_error_that_a_retry_may_mend_is_a_503(name: str) -> None:
    assert status_after(name) == 503


@pytest.mark.parametrize("name", FAILS_AGAIN)
def test_error_that_a_retry_does_not_mend_is_a_500(name: str) -> None:
    assert status_after(name) == 500


def test_value_that_does_not_fit_is_a_422() -> None:
    assert status_after("SQLITE_TOOBIG") == 422
