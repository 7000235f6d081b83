"""The textbook's application: a synchronous get_db, entities through response models, add + commit + refresh.

Two things are kinder than the textbook says, so that code is compared and nothing else: the foreign keys have an index,
and lists have an order.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, Numeric, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Session, relationship, sessionmaker

engine = create_engine(
    os.environ["DATABASE_URL"],
    pool_size=int(os.environ.get("POOL_SIZE", "10")),
    max_overflow=int(os.environ.get("MAX_OVERFLOW", "20")),
)
SessionLocal = sessionmaker(bind=engine, autocommit=False, autoflush=False)

# SQLite generates keys only for INTEGER columns.
Key = BigInteger().with_variant(Integer, "sqlite")


def get_db() -> Iterator[Session]:
    db = SessionLocal()
    try:
        yield db
    except Exception:
        db.rollback()
        raise
    finally:
        db.close()


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id = Column(Key, primary_key=True)
    name = Column(String(100), nullable=False)
    email = Column(String(254), unique=True, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    updated_at = Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    deleted_at = Column(DateTime(timezone=True), nullable=True, default=None)


class Order(Base):
    __tablename__ = "orders"

    id = Column(Key, primary_key=True)
    number = Column(String(20), unique=True, nullable=False)
    user_id: Column[int] = Column(ForeignKey("users.id"), index=True, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    updated_at = Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    deleted_at = Column(DateTime(timezone=True), nullable=True, default=None)

    user = relationship("User")
    order_lines = relationship("OrderLine", back_populates="order", order_by="OrderLine.id")


class OrderLine(Base):
    __tablename__ = "order_lines"

    id = Column(Key, primary_key=True)
    product = Column(String(100), nullable=False)
    qty = Column(Integer, nullable=False)
    price = Column(Numeric(10, 2), nullable=False)
    order_id: Column[int] = Column(ForeignKey("orders.id"), index=True, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    updated_at = Column(DateTime(timezone=True), server_default=func.now(), nullable=False)
    deleted_at = Column(DateTime(timezone=True), nullable=True, default=None)

    order = relationship("Order", back_populates="order_lines")


class UserCreate(BaseModel):
    name: str
    email: str


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class UserOut(Out):
    name: str
    email: str


class OrderLineOut(Out):
    order_id: int
    product: str
    qty: int
    price: Decimal


class OrderWithLines(Out):
    number: str
    user_id: int
    user: UserOut
    order_lines: list[OrderLineOut]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    Base.metadata.create_all(bind=engine)
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/users", response_model=list[UserOut])
def list_users(skip: int = 0, limit: int = 50, db: Session = Depends(get_db)) -> object:
    stmt = select(User).where(User.deleted_at.is_(None)).order_by(User.id).offset(skip).limit(limit)
    return db.scalars(stmt).all()


@app.get("/users/{user_id}", response_model=UserOut)
def get_user(user_id: int, db: Session = Depends(get_db)) -> object:
    user = db.get(User, user_id)
    if user is None:
        raise HTTPException(status_code=404, detail="User not found")
    return user


@app.post("/users", response_model=UserOut, status_code=201)
def create_user(user: UserCreate, db: Session = Depends(get_db)) -> object:
    db_user = User(name=user.name, email=user.email)
    db.add(db_user)
    db.commit()
    db.refresh(db_user)
    return UserOut.model_validate(db_user)


@app.get("/orders/{order_id}", response_model=OrderWithLines)
def get_order(order_id: int, db: Session = Depends(get_db)) -> object:
    """References are loaded when the answer is written: two more statements."""
    order = db.get(Order, order_id)
    if order is None:
        raise HTTPException(status_code=404, detail="Order not found")
    return order


# The overload scenario needs this of every application.


@app.get("/slow")
def slow(db: Session = Depends(get_db)) -> dict[str, bool]:
    db.execute(select(func.pg_sleep(0.02)))
    return {"done": True}


@app.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "live"}
