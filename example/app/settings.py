"""Settings from the environment, or from a file .env beside pyproject.toml (see .env.example)."""

import re
import sys
from multiprocessing import parent_process
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ORIGIN = re.compile(r"https?://[^/\s*?#@]+")


# How an address of PostgreSQL may begin, and how SQLAlchemy spells it.
DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def _with_driver(address: SecretStr) -> SecretStr:
    scheme, _, rest = address.get_secret_value().partition("://")
    if scheme not in DRIVERS or not rest:
        raise ValueError(
            "an address of PostgreSQL begins with postgresql+psycopg://; for another database see README.md",
        )
    written = f"{DRIVERS[scheme]}://{rest}"
    try:
        make_url(written)
    except (ArgumentError, ValueError):
        raise ValueError("this is not a URL; in a password, write @ as %40 and / as %2F") from None
    return SecretStr(written)


DatabaseUrl = Annotated[SecretStr, AfterValidator(_with_driver)]


def _words(text: object) -> object:
    return [word.strip() for word in text.split(",") if word.strip()] if isinstance(text, str) else text


def _upper(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


class Settings(BaseSettings):
    # An error at start names the setting, never its value: it may be a password.
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    environment: Literal["local", "staging", "production"] = "local"
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    docs_enabled: bool = Field(default=True, description="Whether /docs and /openapi.json are served")

    # Room for a thousand rows of two kilobytes. Reading a request may take several times as much memory.
    max_body_bytes: int = Field(default=2 * 1024 * 1024, ge=1, description="A longer body is answered with 413")
    # Room for a thousand rows of fifty values. Nothing else is served while a body is read and checked.
    max_body_values: int = Field(default=50_000, ge=1, description="A JSON body with more values is answered with 413")
    cors_origins: Annotated[list[str], NoDecode, BeforeValidator(_words)] = Field(
        default=[], description="Web pages that may call this API, such as https://app.example.com, separated by commas"
    )

    database_url: DatabaseUrl = SecretStr("postgresql+psycopg://postgres:postgres@localhost:5432/postgres")
    migration_database_url: DatabaseUrl | None = Field(
        default=None, description="Where migrations run, if not at DATABASE_URL"
    )
    read_database_url: DatabaseUrl | None = Field(default=None, description="Where GET reads, if not at DATABASE_URL")

    # The pool of one worker process. All workers together: workers * (db_pool_size + db_max_overflow + 1).
    db_pool_size: int = Field(default=8, ge=1, description="Connections kept open")
    db_max_overflow: int = Field(default=0, ge=0, description="More of them for bursts")
    db_pool_timeout: float = Field(default=5, gt=0, description="Seconds to wait for one, then 503")
    db_pool_recycle: int = Field(default=1800, ge=1, description="Seconds until one is replaced")
    db_pgbouncer: bool = Field(default=False, description="Whether DATABASE_URL is that of PgBouncer")

    # Requests wait behind a migration that waits for a lock. So it gives up soon, and tries again.
    migration_lock_timeout: int = Field(default=2, ge=1, description="Seconds that a migration waits for a lock")
    migration_attempts: int = Field(default=10, ge=1, description="How often it tries, before it fails")

    @model_validator(mode="after")
    def require_database_url(self) -> Self:
        if self.environment != "local" and "database_url" not in self.model_fields_set:
            raise ValueError("DATABASE_URL must be set where ENVIRONMENT is not local")
        return self

    @model_validator(mode="after")
    def check_origins(self) -> Self:
        for origin in self.cors_origins:
            if not ORIGIN.fullmatch(origin) and (origin != "*" or self.environment != "local"):
                raise ValueError("CORS_ORIGINS holds origins such as https://app.example.com, and * in local alone")
        return self

    @property
    def migration_url(self) -> str:
        if self.db_pgbouncer and self.migration_database_url is None:
            raise ValueError("MIGRATION_DATABASE_URL must be set where DB_PGBOUNCER is: the server's own address")
        return (self.migration_database_url or self.database_url).get_secret_value()


def load_settings() -> Settings:
    """Return the settings. If one is wrong, say which and end the process."""
    try:
        return Settings()
    except ValidationError as error:
        for item in error.errors():
            place = "".join(f"{str(name).upper()}: " for name in item["loc"])
            print(f"{place}{item['msg'].removeprefix('Value error, ')}", file=sys.stderr)
        # uvicorn goes on replacing a worker that ends with any other status than 3.
        sys.exit(3 if parent_process() else 1)


settings = load_settings()
