"""Settings from the environment, or from a file .env beside pyproject.toml (see .env.example)."""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    # An error at start names the setting, never its value: it may be a password.
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    environment: Literal["local", "staging", "production"] = "local"

    database_url: SecretStr = SecretStr("postgresql+psycopg://postgres:postgres@localhost:5432/postgres")
    migration_database_url: SecretStr | None = Field(
        default=None, description="Where migrations run, if not at DATABASE_URL"
    )

    # The pool of one worker process. All workers together: workers * (db_pool_size + db_max_overflow + 1).
    db_pool_size: int = Field(default=8, ge=1, description="Connections kept open")
    db_max_overflow: int = Field(default=0, ge=0, description="More of them for bursts")
    db_pool_timeout: float = Field(default=5, gt=0, description="Seconds to wait for one, then 503")
    db_pool_recycle: int = Field(default=1800, ge=1, description="Seconds until one is replaced")

    @model_validator(mode="after")
    def require_database_url(self) -> Self:
        if self.environment != "local" and "database_url" not in self.model_fields_set:
            raise ValueError("DATABASE_URL must be set where ENVIRONMENT is not local")
        return self


settings = Settings()
