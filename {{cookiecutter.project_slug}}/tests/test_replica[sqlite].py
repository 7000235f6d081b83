import pytest
from pydantic import SecretStr, ValidationError

from app.settings import Settings


def test_replica_is_refused() -> None:
    with pytest.raises(ValidationError, match="READ_DATABASE_URL must be unset: SQLite has no replicas"):
        Settings(read_database_url=SecretStr("sqlite:///replica.db"))
