from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import QueuePool

from app.db.session import engine
from app.settings import Settings, settings


def test_database_url_is_required_outside_local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("ENVIRONMENT", "production")

    with pytest.raises(ValidationError, match="DATABASE_URL must be set"):
        Settings()


def test_database_url_is_never_printed() -> None:
    settings = Settings(database_url=SecretStr("sqlite:///secret.db"), read_database_url=None)

    assert "secret" not in repr(settings)


def test_invalid_setting_is_not_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENVIRONMENT", "secret")

    with pytest.raises(ValidationError) as raised:
        Settings()

    assert "environment" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_pool_is_as_the_settings_say() -> None:
    pool = engine.pool

    assert isinstance(pool, QueuePool)
    assert pool.size() == settings.db_pool_size
    assert pool.timeout() == settings.db_pool_timeout
