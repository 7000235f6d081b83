"""What the owner of a project adds to it: code of their own, beside and among the generated, and rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi.testclient import TestClient

# In a file: after a text that is there once, or at the end.
ADDED = {
    "app/db/models/customer.py": {
        "    age: Mapped[int | None]\n": '    loyalty: Mapped[int] = mapped_column(default=0, server_default="0")\n',
        "": '\n    def initials(self) -> str:\n        return "".join(word[0] for word in self.name.split())\n',
    },
    "app/schemas/customer.py": {
        "    age: int | None\n": "    loyalty: int\n",
        "": "\n\nclass LoyaltyTotal(Output):\n    loyalty: int\n",
    },
    "app/crud/customer.py": {
        "from sqlalchemy import ": "func, ",
        "": "\n\ndef total_loyalty(db: Session) -> int:\n"
        "    return db.scalar(select(func.sum(Customer.loyalty))) or 0\n",
    },
    "app/routers/customers.py": {
        "CustomerListParameters, CustomerOut, CustomerUpdate": ", LoyaltyTotal",
        "": '\n\n@router.get("/totals/loyalty")\ndef get_total_loyalty(db: DbSession) -> LoyaltyTotal:\n'
        '    """Add up the loyalty of all."""\n    return LoyaltyTotal(loyalty=crud.total_loyalty(db))\n',
    },
    "tests/cases.py": {
        '            "age": "int",\n        },\n': "        left_out={\n"
        '            "loyalty": ("create", "update", "parameters"),\n        },\n',
    },
}
FILES = {
    "migrations/versions/0002_loyalty.py": '''\
"""Count loyalty.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("loyalty", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("customers", "loyalty")
''',
    "tests/test_own.py": """\
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from tests.factories.customer import make_customer


def test_initials(db: Session) -> None:
    row = make_customer(db, name="Ada Lovelace")

    assert row.initials() == "AL"


def test_total_loyalty(client: TestClient, db: Session) -> None:
    row = make_customer(db)
    row.loyalty = 3
    db.flush()

    answer = client.get("/api/v1/customers/totals/loyalty")

    assert answer.json() == {"loyalty": 3}
""",
}
# Without the names that steps change.
TRACES = (
    "loyalty: Mapped[int]",
    "def initials(self)",
    "loyalty: int\n",
    "class LoyaltyTotal(",
    "def total_loyalty(",
    "func.sum(",
    "def get_total_loyalty(",
    '"loyalty": ("create", "update", "parameters")',
    "def test_total_loyalty(",
    'server_default="0", nullable=False',
)


ROWS = 1020


def write_code(project: Path) -> None:
    for name, additions in ADDED.items():
        path = project / name
        content = path.read_text(encoding="utf-8")
        for anchor, added in additions.items():
            before, found, after = content.partition(anchor) if anchor else (content, "", "")
            assert found == anchor
            assert not anchor or anchor not in after
            content = before + found + added + after
        path.write_text(content, encoding="utf-8", newline="\n")
    for name, content in FILES.items():
        (project / name).write_text(content, encoding="utf-8", newline="\n")


def fill() -> None:
    """In a process of the newborn project: make rows by its API, also deleted ones."""
    from app.main import app

    with TestClient(app) as client:

        def create(path: str, *items: Mapping[str, object]) -> list[int]:
            answer = client.post(f"/api/v1/{path}/bulk", json=items)
            assert answer.status_code == 201, answer.text
            return [row["id"] for row in answer.json()]

        def delete(path: str, *keys: int) -> None:
            for key in keys:
                answer = client.delete(f"/api/v1/{path}/{key}", headers={"If-Match": "*"})
                assert answer.status_code == 204, answer.text

        customers = create(
            "customers",
            *(
                {
                    "name": f"Ada Ü{n}",
                    "email": f"a{n}@example.com",
                    "note": None if n % 3 else f"Note\n{n}",
                    "age": n % 2 or None,
                }
                for n in range(300)
            ),
        )
        tags = create("tags", *({"label": f"label {n}"} for n in range(20)))
        products = create(
            "products",
            *(
                {"sku": f"SKU-{n}", "name": f"Thing {n}", "price": f"{n}.{n:02}", "stock": n, "tags": tags[: n % 4]}
                for n in range(100)
            ),
        )
        orders = create(
            "orders",
            *(
                {
                    "number": {298: "N-0", 299: "N-7"}.get(n, f"N-{n}"),
                    "customer_id": customers[n % 280],
                    "status": ("new", "paid")[n % 2],
                    "placed": f"2024-02-{n % 28 + 1:02}T10:00:00.123456Z",
                    "hint": f"Hint {n}" if n % 5 else None,
                }
                for n in range(300)
            ),
        )
        create(
            "order_lines",
            *({"order_id": orders[n % 300], "product_id": products[n % 90], "qty": n + 1} for n in range(280)),
        )
        create("coupons", *({"code": f"C{n}", "percent": n + 1} for n in range(20)))
        delete("customers", *customers[290:])
        delete("products", *products[90:])
        delete("orders", *orders[:2])
