from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, event

from app.db.session import engine

KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """Record every statement that reads or writes rows while the block runs."""
    statements: list[str] = []

    def record(
        connection: Connection, cursor: object, statement: str, parameters: object, context: object, many: bool
    ) -> None:
        if statement.lstrip().startswith(KINDS):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", record)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", record)
