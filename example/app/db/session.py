"""Engines with their pools, and session factories. `get_db` in app/dependencies.py opens the session of a request."""

from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction, sessionmaker

from app.db import dialect
from app.settings import settings


def new_engine(url: SecretStr) -> Engine:
    address = make_url(url.get_secret_value())
    made = create_engine(
        address,
        pool_size=settings.db_pool_size,
        max_overflow=settings.db_max_overflow,
        pool_timeout=settings.db_pool_timeout,
        pool_recycle=settings.db_pool_recycle,
        pool_pre_ping=dialect.PRE_PING,
        pool_use_lifo=True,
        hide_parameters=True,  # errors are logged, but not what users sent
        connect_args=dialect.connect_args(address),
    )
    dialect.prepare(made)
    return made


read_url = settings.read_database_url or settings.database_url
engine = new_engine(settings.database_url)
read_engine = engine if read_url == settings.database_url else new_engine(read_url)

# Once closed, a session stays closed: the thread of a cancelled request may go on, and must not write the second half
# of its work when the first has been rolled back.
SessionLocal = sessionmaker(engine, autoflush=False, expire_on_commit=False, close_resets_only=False)

# For GET.
ReadSession = sessionmaker(read_engine, autoflush=False, expire_on_commit=False, execution_options=dialect.READ_OPTIONS)
PrimaryReadSession = sessionmaker(
    engine, autoflush=False, expire_on_commit=False, execution_options=dialect.READ_OPTIONS
)


@event.listens_for(PrimaryReadSession, "before_flush")
@event.listens_for(ReadSession, "before_flush")
def refuse_flush(db: Session, context: UOWTransaction, instances: object) -> None:
    # Without a transaction, a write could not be rolled back.
    raise RuntimeError("a GET handler has a session for reading: write in a POST, PUT, PATCH or DELETE handler")


@event.listens_for(PrimaryReadSession, "do_orm_execute")
@event.listens_for(ReadSession, "do_orm_execute")
def refuse_write(state: ORMExecuteState) -> None:
    if not state.is_select:
        raise RuntimeError("a GET handler has a session for reading: it takes select(), or text().columns() that reads")


UNSAVED = "unsaved"


@event.listens_for(SessionLocal, "after_flush")
def note_flush(db: Session, context: UOWTransaction) -> None:
    note_write(db)


@event.listens_for(SessionLocal, "do_orm_execute")
def note_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        note_write(state.session)


def note_write(db: Session) -> None:
    # What is written in a savepoint is up to the handler.
    if not db.in_nested_transaction():
        db.info[UNSAVED] = True


@event.listens_for(SessionLocal, "after_transaction_end")
def forget_writes(db: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        db.info.pop(UNSAVED, None)


def has_unsaved_changes(db: Session) -> bool:
    """Tell whether rows were added, changed or deleted since the last commit or rollback, other than by `text()`."""
    return UNSAVED in db.info or bool(db.new or db.deleted) or any(map(db.is_modified, db.dirty))
