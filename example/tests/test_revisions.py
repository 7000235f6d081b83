"""A local start says what is wrong with the migrations, or with the database for them, and goes on."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, inspect, text

from app.db.local import prepare_local_database
from app.db.session import new_engine
from tests.database import scratch_database

REVISION = 'revision, down_revision = "{}", {}\ndef upgrade() -> None: pass\n'
ONE, TWO, OTHER = REVISION.format(1, None), REVISION.format(2, '"1"'), REVISION.format(3, '"1"')
UNREADABLE = "cannot read the migrations; run: alembic heads ("


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with scratch_database() as url:
        engine = new_engine(SecretStr(url))
        yield engine
        engine.dispose()


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of revisions that take the place of the project's."""
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[tool.alembic]\nscript_location = "%(here)s/migrations"\n', encoding="utf-8")
    monkeypatch.setattr("app.db.revisions.PYPROJECT", pyproject)
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    return versions


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ([ONE, TWO, OTHER], "the migrations have several heads; run: uv run alembic merge heads"),
        ([ONE, ONE], f"{UNREADABLE}CommandError: two revisions have the same identifier)"),
        ([TWO], f"{UNREADABLE}KeyError: '1')"),
        (["import nothing_of_this_name"], f"{UNREADABLE}ModuleNotFoundError: No module named 'nothing_of_this_name')"),
    ],
)
def test_migrations_that_cannot_be_used(
    modules: list[str], message: str, engine: Engine, versions: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for number, module in enumerate(modules):
        (versions / f"{number}.py").write_text(module, encoding="utf-8")

    with warnings.catch_warnings():
        # Alembic says it as a warning, too.
        warnings.simplefilter("ignore")
        prepare_local_database(engine)

    assert caplog.messages == [message]
    assert inspect(engine).get_table_names() == []


def test_migrations_that_are_not_there(engine: Engine, versions: Path, caplog: pytest.LogCaptureFixture) -> None:
    versions.rmdir()
    versions.parent.rmdir()

    prepare_local_database(engine)

    (message,) = caplog.messages
    assert message.startswith(f"{UNREADABLE}CommandError: Path doesn't exist")


@pytest.mark.parametrize(
    ("current", "message"),
    [
        (["2"], ""),
        ([], "the database is behind its migrations; run: uv run alembic upgrade head"),
        (["1"], "the database is behind its migrations; run: uv run alembic upgrade head"),
        (["9"], "the database is at revision 9, which migrations/ does not have: it is that of newer code"),
        (["1", "9"], "the database is at revision 9, which migrations/ does not have: it is that of newer code"),
    ],
)
def test_database_at_another_revision(
    current: list[str], message: str, engine: Engine, versions: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name, module in {"1.py": ONE, "2.py": TWO}.items():
        (versions / name).write_text(module, encoding="utf-8")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        for revision in current:
            connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})

    prepare_local_database(engine)

    assert caplog.messages == ([message] if message else [])
    assert inspect(engine).get_table_names() == ["alembic_version"]
