"""The ceiling for synchronous Python: Starlette, a pool of psycopg, SQL by hand, orjson, and no validation."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal

import orjson
from psycopg import Connection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SIZE = int(os.environ["POOL_SIZE"])

pool: ConnectionPool[Connection[DictRow]] = ConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=SIZE,
    max_size=SIZE,
    kwargs={"autocommit": True, "row_factory": dict_row},
    connection_class=Connection[DictRow],
    open=False,
)

USER = "id, name, email, created_at, updated_at, deleted_at"
GET_USER = f"SELECT {USER} FROM users WHERE id = %s AND deleted_at IS NULL"
LIST_USERS = f"SELECT {USER} FROM users WHERE deleted_at IS NULL ORDER BY id LIMIT %s"
GET_ORDER = """
    SELECT id, number, user_id, created_at, updated_at, deleted_at FROM orders WHERE id = %s AND deleted_at IS NULL
"""
GET_LINES = """
    SELECT id, order_id, product, qty, price, created_at, updated_at, deleted_at FROM order_lines
    WHERE order_id = %s AND deleted_at IS NULL ORDER BY id
"""
CREATE_USERS = f"""
    INSERT INTO users (name, email, created_at, updated_at)
    SELECT name, email, now(), now() FROM unnest(%s::text[], %s::text[]) AS new(name, email) RETURNING {USER}
"""


def respond(data: object, status: int = 200) -> Response:
    return Response(orjson.dumps(data, default=text_of), status, media_type="application/json")


def text_of(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError


def list_users(request: Request) -> Response:
    with pool.connection() as connection:
        return respond(connection.execute(LIST_USERS, [int(request.query_params.get("limit", 50))]).fetchall())


def get_user(request: Request) -> Response:
    with pool.connection() as connection:
        user = connection.execute(GET_USER, [request.path_params["user_id"]]).fetchone()
    return respond(user, 200 if user else 404)


def get_order(request: Request) -> Response:
    order_id = request.path_params["order_id"]
    with pool.connection() as connection:
        order = connection.execute(GET_ORDER, [order_id]).fetchone()
        if order is None:
            return respond(None, 404)
        user = connection.execute(GET_USER, [order["user_id"]]).fetchone()
        lines = connection.execute(GET_LINES, [order_id]).fetchall()
    return respond({**order, "user": user, "order_lines": lines})


def insert(users: list[Mapping[str, str]]) -> list[DictRow]:
    columns = [[user[name] for user in users] for name in ("name", "email")]
    with pool.connection() as connection:
        return connection.execute(CREATE_USERS, columns).fetchall()


async def create_user(request: Request) -> Response:
    rows = await run_in_threadpool(insert, [orjson.loads(await request.body())])
    return respond(rows[0], 201)


async def create_users(request: Request) -> Response:
    return respond(await run_in_threadpool(insert, orjson.loads(await request.body())), 201)


def slow(request: Request) -> Response:
    with pool.connection() as connection:
        connection.execute("SELECT pg_sleep(0.02)")
    return respond({"done": True})


async def live(request: Request) -> Response:
    return respond({"status": "live"})


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    with pool:
        yield


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/users", list_users),
        Route("/users/{user_id:int}", get_user),
        Route("/users", create_user, methods=["POST"]),
        Route("/users/bulk", create_users, methods=["POST"]),
        Route("/orders/{order_id:int}", get_order),
        Route("/slow", slow),
        Route("/health/live", live),
    ],
)
