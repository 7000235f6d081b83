"""The engines with their pools, the session factories, and `get_db`: one session per request."""

from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, sessionmaker

from app.db import dialect
from app.errors import InvalidInputError
from app.settings import settings


def new_engine(url: SecretStr) -> Engine:
    made = create_engine(
        url.get_secret_value(),
        pool_size=settings.db_pool_size,
        max_overflow=settings.db_max_overflow,
        pool_timeout=settings.db_pool_timeout,
        pool_recycle=settings.db_pool_recycle,
        pool_pre_ping=dialect.PRE_PING,
        pool_use_lifo=True,
        hide_parameters=True,  # errors are logged; what users have sent is not
        connect_args=dialect.CONNECT_ARGS,
    )
    dialect.prepare(made)
    return made


read_url = settings.read_database_url or settings.database_url
engine = new_engine(settings.database_url)
read_engine = engine if read_url == settings.database_url else new_engine(read_url)

# Closed for good: the thread of a request that was given up may go on, and would otherwise write the rest without the
# beginning, which has been rolled back.
SessionLocal = sessionmaker(engine, autoflush=False, expire_on_commit=False, close_resets_only=False)

# For GET.
ReadSession = sessionmaker(read_engine, autoflush=False, expire_on_commit=False, execution_options=dialect.READ_OPTIONS)
PrimaryReadSession = sessionmaker(
    engine, autoflush=False, expire_on_commit=False, execution_options=dialect.READ_OPTIONS
)
# A replica is a little behind: who has to see what has just been written asks for "primary" in this header.
READ_FROM = "x-read-from"


@event.listens_for(PrimaryReadSession, "before_flush")
@event.listens_for(ReadSession, "before_flush")
def refuse_flush(db: Session, context: UOWTransaction, instances: object) -> None:
    # Where no transaction was begun, no rollback takes a write back.
    raise RuntimeError("a GET handler has a session for reading: write in a POST, PUT, PATCH or DELETE handler")


@event.listens_for(PrimaryReadSession, "do_orm_execute")
@event.listens_for(ReadSession, "do_orm_execute")
def refuse_write(state: ORMExecuteState) -> None:
    if not state.is_select:
        raise RuntimeError("a GET handler has a session for reading: it takes select() statements only")


async def get_db(request: Request) -> AsyncIterator[Session]:
    """Yield the request's one session; roll back on an error, close in any case, never commit.

    What waits for the database runs in the thread pool: rolling back does, closing after a commit or a read does not.
    """
    factory, slots = SessionLocal, request.app.state.slots
    if request.method in {"GET", "HEAD"}:
        match request.headers.get(READ_FROM):
            case None:
                factory, slots = ReadSession, request.app.state.read_slots
            case "primary":
                factory = PrimaryReadSession
            case _:
                raise InvalidInputError("Reads come from the primary, if this header says so.", ("header", READ_FROM))
    async with slots:
        db = factory()
        try:
            yield db
        except Exception:
            await run_in_threadpool(db.rollback)
            raise
        finally:
            if db.in_transaction() and (factory is SessionLocal or not dialect.READ_OPTIONS):
                await run_in_threadpool(db.close)
            else:
                db.close()
