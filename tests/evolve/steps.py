"""The life of a project as data: what its owner writes, and what then becomes of code and rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

BORN = """\
Customer(name:str(60), email:email unique, note:text?, age:int(0..150)?)
Tag(label:str(40) unique)
Product(sku:str(20) unique, name:str(100), price:decimal(10,2,0..), stock:int(0..)=0, tags:Tag[])
Order(number:str(20), customer:Customer, status:enum(new,paid)=new, placed:datetime=now, hint:str(200)?)
OrderLine(order:Order cascade, product:Product, qty:int(1..999))
Coupon(code:str(20), percent:int(1..100))
"""

BRIEF = ("tests/test_fields.py", "tests/test_migrations.py", "tests/test_own.py")
WHOLE = ("tests",)


@dataclass(frozen=True)
class Step:
    name: str
    edits: Mapping[str, str] = field(default_factory=dict)
    """In entities.txt: what is there, once, and what the owner writes in its place."""
    arguments: tuple[str, ...] = ()
    needs: str = ""
    """One of the arguments, without which the step is refused: before anything is written, or by the migration."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Old and new names of tables, as `customers`, and of columns, as `customers.name`, with their table's old name."""
    words: Mapping[str, str] = field(default_factory=dict)
    """In the lines of the owner's code that the command names: what is replaced."""
    gone: tuple[str, ...] = ()
    """Tables and columns that end, by their old names."""
    purged: Mapping[str, str] = field(default_factory=dict)
    """Tables whose deleted rows end, and the column with which other tables refer to them."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """SQL and the one value that it finds after the migration."""
    refusal: tuple[str, ...] = ()
    """What the migration says while the rows do not fit."""
    mends: Mapping[str, str] = field(default_factory=dict)
    """Columns, by their old names, and the SQL that makes the rows fit then. Without any, the step is given up."""
    migrates: bool = True
    """Whether the schema of the database changes."""
    suite: tuple[str, ...] = BRIEF


LIFE = (
    Step(
        "an entity that refers to an old one",
        {
            "Coupon(": "# What was sent to whom.\nInvoice(order:Order, amount:decimal(10,2,0..), paid:bool=false)\nCoupon("
        },
        facts={"SELECT count(*) FROM invoices": 0},
    ),
    Step(
        "an optional field",
        {"age:int(0..150)?)": "age:int(0..150)?, phone:str(30)?)"},
        facts={"SELECT count(*) FROM customers WHERE phone IS NULL": 300},
    ),
    Step(
        "a required field",
        {"hint:str(200)?)": "hint:str(200)?, channel:str(10))"},
        ("--fill", "Order.channel=web"),
        needs="--fill",
        facts={"SELECT count(*) FROM orders WHERE channel = 'web'": 300},
    ),
    Step(
        "a required field with a default",
        {"stock:int(0..)=0,": "stock:int(0..)=0, weight:decimal(8,3)=1.5, kind:enum(good,service)=good,"},
        facts={"SELECT count(*) FROM products WHERE weight = 1.5 AND kind = 'good'": 100},
    ),
    Step("a value of an enum", {"enum(new,paid)": "enum(new,paid,shipped)"}, migrates=False),
    Step(
        "a many-to-many",
        {"channel:str(10))": "channel:str(10), tags:Tag[])"},
        facts={"SELECT count(*) FROM order_tags": 0},
    ),
    Step(
        "a field with another name",
        {"Customer(name:str(60)": "Customer(full_name:str(60) was=name"},
        renames={"customers.name": "customers.full_name"},
        words={"name": "full_name"},
    ),
    Step(
        "an entity with another name",
        {
            "Customer(full_name": "Client(full_name",
            "customer:Customer": "customer:Client",
            "150)?, phone:str(30)?)": "150)?, phone:str(30)?) was=Customer",
        },
        renames={"customers": "clients"},
        words={"Customer": "Client", "customer": "client", "customers": "clients", "make_customer": "make_client"},
    ),
    Step(
        "a reference with another name",
        {"customer:Client": "client:Client was=customer"},
        renames={"orders.customer_id": "orders.client_id"},
        words={"customer_id": "client_id"},
    ),
    Step(
        "wider types",
        {
            "full_name:str(60)": "full_name:str(200)",
            "price:decimal(10,2,0..)": "price:decimal(12,4,0..)",
            "stock:int(0..)": "stock:bigint(0..)",
        },
    ),
    Step("a narrower type", {"name:str(100)": "name:str(50)"}),
    Step("a narrower type than a value", {"sku:str(20)": "sku:str(3)"}, refusal=("products", "sku", "100")),
    Step(
        "a required field that was optional",
        {"age:int(0..150)?": "age:int(0..150)"},
        refusal=("clients", "age", "150"),
        mends={"clients.age": "UPDATE clients SET age = 18 WHERE age IS NULL"},
        facts={"SELECT count(*) FROM clients WHERE age = 18": 150},
    ),
    Step(
        "an optional field that was required",
        {"note:text?, age:int(0..150)": "note:text?, age:int(0..150)?"},
    ),
    Step(
        "unique values",
        {"number:str(20)": "number:str(20) unique"},
        refusal=("orders", "number", "N-7"),
        mends={"orders.number": "UPDATE orders SET number = 'N-again' WHERE id = 300"},
    ),
    Step("an index", {"placed:datetime=now": "placed:datetime=now index"}),
    Step("an index of two", {"tags:Tag[])\nOrderLine": "tags:Tag[], index(status, placed))\nOrderLine"}),
    Step("a field less", {" hint:str(200)?,": ""}, ("--drop",), needs="--drop", gone=("orders.hint",)),
    Step(
        "an entity less",
        {"Coupon(code:str(20), percent:int(1..100))\n": ""},
        ("--drop",),
        needs="--drop",
        gone=("coupons",),
    ),
    Step(
        "soft delete off",
        {
            "stock:bigint(0..)=0, weight:decimal(8,3)=1.5, kind:enum(good,service)=good, tags:Tag[])": "stock:bigint(0..)=0, weight:decimal(8,3)=1.5, kind:enum(good,service)=good, tags:Tag[]) softdelete=off"
        },
        ("--purge-deleted",),
        needs="--purge-deleted",
        gone=("products.deleted_at", "products._live"),
        purged={"products": "product_id"},
        facts={"SELECT count(*) FROM products": 90},
    ),
    Step(
        "soft delete on",
        {" softdelete=off": ""},
        facts={"SELECT count(*) FROM products WHERE deleted_at IS NULL": 90},
    ),
    Step("another answer", arguments=("pool_size=4",), migrates=False),
)


def at_once(name: str, *names: str) -> Step:
    """Return some steps of the life as a single one."""
    steps = [step for step in LIFE if step.name in names]
    assert [step.name for step in steps] == [*names]

    def all_of(part: str) -> dict[str, Any]:
        return {key: value for step in steps for key, value in getattr(step, part).items()}

    return Step(
        name,
        all_of("edits"),
        tuple(word for step in steps for word in step.arguments),
        renames=all_of("renames"),
        words=all_of("words"),
        gone=tuple(place for step in steps for place in step.gone),
        facts=all_of("facts"),
    )


SHORT = (
    at_once(
        "all that is new",
        "an entity that refers to an old one",
        "an optional field",
        "a required field",
        "a required field with a default",
        "a value of an enum",
        "a many-to-many",
    ),
    at_once(
        "all that has another name",
        "a field with another name",
        "an entity with another name",
        "a reference with another name",
    ),
    at_once("all that is different", "wider types", "a narrower type", "an index", "an index of two"),
    at_once("all that ends", "a field less", "an entity less"),
)
