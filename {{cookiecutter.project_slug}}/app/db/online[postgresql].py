"""What a revision does while the tables are in use, in an `autocommit_block`.

Each can be repeated: what an earlier attempt has left is removed first.
"""

import time
from collections.abc import Sequence
from typing import Any

from alembic import context, op
from alembic.util import CommandError
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError

from app.settings import settings

# Seconds between the attempts to get a lock.
PAUSE = 3


def build_index(name: str, table: str, columns: Sequence[str], **options: Any) -> None:
    remove_index(name, table)
    op.create_index(name, table, columns, postgresql_concurrently=True, **options)


def remove_index(name: str, table: str) -> None:
    op.drop_index(name, table, if_exists=True, postgresql_concurrently=True)


def build_unique(name: str, table: str, columns: Sequence[str]) -> None:
    """Make a unique constraint of an index."""
    _briefly(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS {name}')
    build_index(name, table, columns, unique=True)
    _briefly(f'ALTER TABLE "{table}" ADD CONSTRAINT {name} UNIQUE USING INDEX {name}')


def replace_by_index(name: str, table: str, columns: Sequence[str], **options: Any) -> None:
    """Let an index take the place of a unique constraint or an index of its name, which holds until it is there."""
    build_index(_temporary(name), table, columns, **options)
    _briefly(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS {name}')
    remove_index(name, table)
    _briefly(f"ALTER INDEX {_temporary(name)} RENAME TO {name}")


def replace_by_constraint(name: str, table: str, columns: Sequence[str]) -> None:
    """Do the same with a unique constraint."""
    build_index(_temporary(name), table, columns, unique=True)
    _briefly(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS {name}')
    remove_index(name, table)
    _briefly(f'ALTER TABLE "{table}" ADD CONSTRAINT {name} UNIQUE USING INDEX {_temporary(name)}')


def validate(table: str, constraint: str) -> None:
    """Check the rows that were there before a constraint."""
    op.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT {constraint}')


def require(table: str, column: str) -> None:
    """Make a column NOT NULL: a check that is valid spares a look at the rows under the lock."""
    check = _temporary(f"{table}_{column}_given")
    _briefly(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS {check}')
    _briefly(f'ALTER TABLE "{table}" ADD CONSTRAINT {check} CHECK ("{column}" IS NOT NULL) NOT VALID')
    validate(table, check)
    _briefly(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET NOT NULL')
    _briefly(f'ALTER TABLE "{table}" DROP CONSTRAINT {check}')


def _temporary(name: str) -> str:
    """Return a name for what takes another's place; PostgreSQL would cut off its end."""
    return f"_{name}"[:63]


def _briefly(statement: str) -> None:
    """Execute what locks the table: others wait behind it, so it waits for a short time, and tries again."""
    if context.is_offline_mode():
        op.execute(statement)
        return
    op.execute(f"SET lock_timeout = '{settings.migration_lock_timeout}s'")
    try:
        for _ in range(settings.migration_attempts):
            try:
                op.execute(statement)
            except OperationalError as error:
                if not isinstance(error.orig, LockNotAvailable):
                    raise
                time.sleep(PAUSE)
            else:
                return
    finally:
        op.execute("RESET lock_timeout")
    raise CommandError(
        f"other transactions were in the way, {settings.migration_attempts} times for "
        f"{settings.migration_lock_timeout} seconds: end long ones, or set MIGRATION_LOCK_TIMEOUT and "
        f"MIGRATION_ATTEMPTS, and run the migration again. {statement}"
    )
