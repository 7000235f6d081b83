"""Databases that exist for as long as the tests need them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_database() -> Iterator[str]:
    """The URL of an empty database."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        yield f"sqlite:///{Path(directory, 'test.db')}"
