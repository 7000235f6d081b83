"""The format of log lines: plain text, each with the id of its request."""

import logging
from contextvars import ContextVar

# `app.web.middleware` sets it. Handlers that run in the thread pool see it too.
request_id = ContextVar("request_id", default="-")


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        about = f"{self.formatTime(record)} {record.levelname} [{request_id.get()}] {record.name}"
        return f"{about}: {super().format(record)}"


def without_query(record: logging.LogRecord) -> bool:
    """Remove the query from the path in uvicorn's access log: filters hold what users have typed."""
    if isinstance(record.args, tuple) and len(record.args) > 2:
        client, method, path, *rest = record.args
        record.args = (client, method, str(path).partition("?")[0], *rest)
    return True


def configure(level: str) -> None:
    """Use this format for all lines from `level` up. A server sets up its own loggers before it imports us."""
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter())
    # This does nothing if the root logger already has a handler, as in tests.
    logging.basicConfig(level=level, handlers=[handler])
    for name in ("uvicorn", "uvicorn.access"):
        for theirs in logging.getLogger(name).handlers:
            theirs.setFormatter(LineFormatter())
            theirs.setLevel(level)
    logging.getLogger("uvicorn.access").addFilter(without_query)
