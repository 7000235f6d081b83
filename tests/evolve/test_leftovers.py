"""Lines of the owner's that use a name which is no longer there are listed."""

from __future__ import annotations

import pytest

from entity_spec.evolve.changes import Decisions, Version, compare
from entity_spec.evolve.leftovers import old_names
from entity_spec.evolve.merging import File
from entity_spec.language.parser import parse

ANSWERS = {"database": "sqlite", "primary_key": "bigint", "soft_delete": "yes", "pgbouncer": "no"}


def listed(old: str, new: str, line: str, *, name: str = "app/own.py", made: str = "") -> list[str]:
    """Return what is listed of a file with a line of its owner's, and of one that the template makes."""
    changes = compare(Version(parse(old), ANSWERS), Version(parse(new), ANSWERS), Decisions())
    result = {name: File(f"{line}\n{made}".encode()), "image": File(b"\xff")}
    return list(old_names(changes, result, {name: File(made.encode())}))


@pytest.mark.parametrize(
    "line", ["x: Customer", "CustomerOut()", "make_customer(db)", "customers = 1", '"/api/v1/customers"', "customer_id"]
)
def test_names_of_an_entity(line: str) -> None:
    assert listed("Customer(name:str)", "Client(name:str) was=Customer", line) == [f"app/own.py:1: {line}"]


@pytest.mark.parametrize("line", ["Customers()", "customized", "subcustomer", "Client()", "x = 1"])
def test_other_names(line: str) -> None:
    assert listed("Customer(name:str)", "Client(name:str) was=Customer", line) == []


@pytest.mark.parametrize(
    ("line", "is_listed"),
    [
        ("user.name", True),
        ("user.name__contains", True),
        ("user.full_name", False),
        ("user.names", False),
        ("x.name", False),
    ],
)
def test_names_of_a_field(line: str, is_listed: bool) -> None:
    """They may be names of anything, so only files count that know the entity."""
    found = listed("User(name:str)", "User(full_name:str was=name)", line)

    assert found == ([f"app/own.py:1: {line}"] if is_listed else [])


def test_names_of_a_reference() -> None:
    old, new = "User(a:str); Order(user:User)", "User(a:str); Order(client:User was=user)"

    assert listed(old, new, "order.user_id = order.user.id") == ["app/own.py:1: order.user_id = order.user.id"]


def test_lines_that_the_template_makes() -> None:
    assert listed("Tag(a:str)", "Label(a:str) was=Tag", "tag", made="tag\n") == []
