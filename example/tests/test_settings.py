import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import QueuePool

from app.db.session import engine
from app.settings import DRIVERS, Settings, settings


def test_database_url_is_required_outside_local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("ENVIRONMENT", "production")

    with pytest.raises(ValidationError, match="DATABASE_URL must be set"):
        Settings()


def test_database_url_is_never_printed() -> None:
    assert settings.database_url.get_secret_value() not in repr(settings)


@pytest.mark.parametrize(
    "address", ["oracle://host/name", "sqlite://", "postgresql+asyncpg://host/name", "nothing", ""]
)
def test_address_of_another_database_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match=r"for another database see README\.md"):
        Settings(database_url=SecretStr(address))


def test_address_that_cannot_be_read_is_refused() -> None:
    scheme, _ = settings.database_url.get_secret_value().split("://")

    with pytest.raises(ValidationError, match="this is not a URL") as raised:
        Settings(database_url=SecretStr(f"{scheme}://user:hunter2@host:port/name"))

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("written", DRIVERS)
def test_address_may_leave_out_the_driver(written: str) -> None:
    _, _, rest = settings.database_url.get_secret_value().partition("://")

    address = Settings(database_url=SecretStr(f"{written}://{rest}")).database_url

    assert address.get_secret_value() == f"{DRIVERS[written]}://{rest}"


def test_invalid_setting_is_not_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENVIRONMENT", "hunter2")

    with pytest.raises(ValidationError) as raised:
        Settings()

    assert "environment" in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", []),
        ("https://app.example.com", ["https://app.example.com"]),
        ("https://a.example, http://localhost:3000,", ["https://a.example", "http://localhost:3000"]),
        ("*", ["*"]),
    ],
)
def test_cors_origins_are_a_list_with_commas(text: str, origins: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", text)

    assert Settings(environment="local").cors_origins == origins


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("https://app.example.com/", "local"),
        ("app.example.com", "local"),
        ("https://*.example.com", "local"),
        ("null", "local"),
        ("*", "staging"),
        ("https://a.example,*", "production"),
    ],
)
def test_cors_origins_that_no_browser_sends(text: str, environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", text)
    monkeypatch.setenv("ENVIRONMENT", environment)

    with pytest.raises(ValidationError, match="CORS_ORIGINS holds origins such as"):
        Settings()


def test_log_level_in_small_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")

    assert Settings().log_level == "DEBUG"


def test_pool_is_as_the_settings_say() -> None:
    pool = engine.pool

    assert isinstance(pool, QueuePool)
    assert pool.size() == settings.db_pool_size
    assert pool.timeout() == settings.db_pool_timeout


WRONG = "DB_POOL_SIZE: Input should be a valid integer, unable to parse string as an integer\n"


def run(tmp_path: Path, *words: str) -> tuple[int, str]:
    """Run a module with a wrong setting, and return its status and what it says."""
    command = [sys.executable, "-m", *words]
    environment = os.environ | {"DB_POOL_SIZE": "many", "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        command, check=False, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stderr


def test_wrong_setting_ends_the_process_with_a_sentence(tmp_path: Path) -> None:
    assert run(tmp_path, "app.settings") == (1, WRONG)


def test_wrong_setting_ends_every_worker_for_good(tmp_path: Path) -> None:
    _, said = run(tmp_path, "uvicorn", "app.main:app", "--workers=2", "--port=0")

    assert WRONG in said
    assert "failed to start, stopping the parent process" in said
