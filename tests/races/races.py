"""Every two changes of one tree at once, in a project with the entities of TREE.

    python -m tests.races.races ROUNDS [NAME…]

Each round must end as if one change had come after the other: with the same rows, and the same answers to both. A
change that could not be made now (a deadlock, a lock that took too long) counts as not made. Prints one JSON object:
the number of rounds, of changes that could not be made, and the rounds that ended in another way, by pair.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from typing import Any

from sqlalchemy import event, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.crud import branch, helper, keeper, leaf, tag, trunk
from app.db import driver_errors
from app.db.models import Base
from app.db.models.branch import Branch
from app.db.models.helper import Helper
from app.db.models.keeper import Keeper
from app.db.models.leaf import Leaf, leaf_friends, leaf_tags
from app.db.models.tag import Tag
from app.db.models.trunk import Trunk
from app.db.session import SessionLocal, engine
from app.errors import DomainError
from app.schemas.branch import BranchCreate, BranchUpdate
from app.schemas.keeper import KeeperUpdate
from app.schemas.leaf import LeafCreate, LeafUpdate
from app.schemas.trunk import TrunkUpdate

Keys = dict[str, int]
Change = Callable[[Session, Keys, str], object]
State = frozenset[tuple[object, ...]]

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
SOFT = hasattr(trunk, "restore_trunk")


def new_leaf(keys: Keys, name: str, **values: object) -> LeafCreate:
    given = {"name": name, "branch_id": keys["branch1"], "keeper_id": keys["keeper1"], "helper_id": keys["helper1"]}
    return LeafCreate(**given | values)


def patch_leaf(name: str, **references: str | list[str]) -> Change:
    def change(db: Session, keys: Keys, _: str) -> None:
        values: dict[str, Any] = {
            field: keys[to] if isinstance(to, str) else [keys[one] for one in to] for field, to in references.items()
        }
        leaf.update_leaf(db, keys[name], LeafUpdate(**values))

    return change


CHANGES: dict[str, Change] = {
    "create branch": lambda db, keys, name: branch.create_branch(db, BranchCreate(name=name, trunk_id=keys["trunk1"])),
    "create leaf": lambda db, keys, name: leaf.create_leaf(db, new_leaf(keys, name, tags=[keys["tag1"]])),
    "create leaves": lambda db, keys, name: leaf.bulk_create_leaves(
        db, [new_leaf(keys, f"{name}-{key}", branch_id=keys[key]) for key in ("branch2", "branch1")]
    ),
    "rename trunk": lambda db, keys, name: trunk.update_trunk(db, keys["trunk1"], TrunkUpdate(note=name)),
    "rename keeper": lambda db, keys, name: keeper.update_keeper(db, keys["keeper1"], KeeperUpdate(note=name)),
    "move branch": lambda db, keys, _: branch.update_branch(db, keys["branch1"], BranchUpdate(trunk_id=keys["trunk2"])),
    "move leaf away": patch_leaf("leaf1", branch_id="branch2", keeper_id="keeper2", helper_id="helper2"),
    "move leaf here": patch_leaf("leaf2", branch_id="branch1", keeper_id="keeper1", helper_id="helper1"),
    "set tags 1 2": patch_leaf("leaf1", tags=["tag1", "tag2"]),
    "set tags 2 3": patch_leaf("leaf1", tags=["tag2", "tag3"]),
    "set friends": patch_leaf("leaf1", friends=["leaf2"]),
    "set friends back": patch_leaf("leaf2", friends=["leaf1"]),
    "add tag": lambda db, keys, _: leaf.add_to_leaf_tags(db, keys["leaf1"], keys["tag1"]),
    "remove tag": lambda db, keys, _: leaf.remove_from_leaf_tags(db, keys["leaf1"], keys["tag3"]),
    "delete trunk": lambda db, keys, _: trunk.delete_trunk(db, keys["trunk1"]),
    "delete branch": lambda db, keys, _: branch.delete_branch(db, keys["branch1"]),
    "delete leaf": lambda db, keys, _: leaf.delete_leaf(db, keys["leaf1"]),
    "delete keeper": lambda db, keys, _: keeper.delete_keeper(db, keys["keeper1"]),
    "delete helper": lambda db, keys, _: helper.delete_helper(db, keys["helper1"]),
    "delete tag": lambda db, keys, _: tag.delete_tag(db, keys["tag1"]),
}
if SOFT:
    CHANGES |= {
        "restore trunk": lambda db, keys, _: trunk.restore_trunk(db, keys["trunk3"]),
        "restore branch": lambda db, keys, _: branch.restore_branch(db, keys["branch4"]),
        "restore leaf": lambda db, keys, _: leaf.restore_leaf(db, keys["leaf5"]),
    }


# The rows of a tree, by table, with the names of the rows that they refer to.
TREE: dict[type[Any], dict[str, tuple[str, ...]]] = {
    Keeper: {"keeper1": (), "keeper2": ()},
    Helper: {"helper1": (), "helper2": ()},
    Tag: {"tag1": (), "tag2": (), "tag3": ()},
    Trunk: {"trunk1": (), "trunk2": (), "trunk3": ()},
    Branch: {"branch1": ("trunk1",), "branch2": ("trunk2",), "branch3": ("trunk3",), "branch4": ("trunk1",)},
    Leaf: {
        "leaf1": ("branch1", "trunk1", "keeper1", "helper1"),
        "leaf2": ("branch2", "trunk1", "keeper2", "helper2"),
        "leaf3": ("branch3", "trunk1", "keeper1", "helper1"),
        "leaf4": ("branch4", "trunk1", "keeper1", "helper1"),
        "leaf5": ("branch1", "trunk1", "keeper1", "helper1"),
    },
}
# Rows that are deleted at first, by what was deleted together, so that they can be restored.
GROUPS = [["trunk3", "branch3", "leaf3"], ["branch4", "leaf4"], ["leaf5"]]
DELETED = {name: LONG_AGO + dt.timedelta(days=day) for day, names in enumerate(GROUPS) for name in names}
NAMES = [name for rows in TREE.values() for name in rows]
# Rows that changes create have lower keys.
FIRST_KEY = 1_000_000


def plant(trees: int) -> list[Keys]:
    """Create trees, and return the keys of the rows of each by name."""
    every = [
        {name: FIRST_KEY + number * len(NAMES) + place for place, name in enumerate(NAMES)} for number in range(trees)
    ]
    with engine.begin() as connection:
        for model, rows in TREE.items():
            values = [
                values_of(number, keys, name, parents)
                for number, keys in enumerate(every)
                for name, parents in rows.items()
            ]
            connection.execute(insert(model), values)
        links = [{"leaf_id": keys["leaf1"], "tag_id": keys["tag3"]} for keys in every]
        connection.execute(insert(leaf_tags), links)
    return every


def values_of(number: int, keys: Keys, name: str, parents: Iterable[str]) -> dict[str, object]:
    values: dict[str, object] = {"id": keys[name], "name": f"{number} {name}"}
    values |= {f"{parent.rstrip('0123456789')}_id": keys[parent] for parent in parents}
    return values | ({"deleted_at": DELETED.get(name)} if SOFT else {})


def outcome(change: Change, keys: Keys, name: str) -> str:
    try:
        with SessionLocal() as db:
            change(db, keys, name)
            db.commit()
    except DomainError as error:
        return str(error.status)
    except IntegrityError:
        return "409"
    except SQLAlchemyError as error:
        busy = isinstance(error, DBAPIError) and driver_errors.is_unavailable(error)
        return "503" if busy else repr(error)
    return "done"


def states() -> dict[int, State]:
    """Return the rows of every tree by its number; keys are replaced by names, and times of deletion by their order."""
    rows: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    names: dict[tuple[str, int], tuple[int, str]] = {}
    found = {}
    models: tuple[type[Any], ...] = (Keeper, Helper, Tag, Trunk, Branch, Leaf)
    with SessionLocal() as db:
        for model in models:
            table = model.__table__
            found[table] = db.execute(select(table).order_by(table.c.id)).mappings().all()
            for row in found[table]:
                number, _, name = row["name"].partition(" ")
                names[table.name, row["id"]] = (int(number), name)
        links = {table: db.execute(select(table)).all() for table in (leaf_tags, leaf_friends)}
    times: dict[tuple[int, object], int] = {}
    for table, mappings in found.items():
        for row in mappings:
            number, name = names[table.name, row["id"]]
            values: list[object] = [name, (row.get("note") or "").partition(" ")[2]]
            deleted = row.get("deleted_at")
            if deleted is not None:
                deleted = times.setdefault((number, deleted), sum(tree == number for tree, _ in times))
            values.append(deleted)
            for column in table.c:
                for reference in column.foreign_keys:
                    key = row[column.name]
                    values.append(key and names[reference.column.table.name, key][1])
            rows[number].append(tuple(values))
    for table, pairs in links.items():
        targets = [next(iter(column.foreign_keys)).column.table.name for column in table.c]
        for pair in pairs:
            (number, first), (_, second) = (names[target, key] for target, key in zip(targets, pair, strict=True))
            rows[number].append((table.name, first, second))
    return {number: frozenset(tree) for number, tree in rows.items()}


def clear() -> None:
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


def expected(pair: tuple[Change, Change]) -> set[tuple[tuple[str, str], State]]:
    """Return how a round may end: the outcomes of both changes, and the rows."""
    first, second = enumerate(pair)
    orders = [[first, second], [second, first], [first], [second], []]
    outcomes = []
    for (number, order), keys in zip(enumerate(orders), plant(len(orders)), strict=True):
        known = {place: outcome(change, keys, f"{number} new{place}") for place, change in order}
        outcomes.append((known.get(0, "503"), known.get(1, "503")))
    ends = states()
    clear()
    return {(known, ends[number]) for number, known in enumerate(outcomes)}


def race(pair: tuple[Change, Change], rounds: int, pool: ThreadPoolExecutor) -> tuple[int, list[str]]:
    """Return how many changes could not be made, and the rounds that ended as no order of the two does."""
    allowed = expected(pair)
    trees = plant(rounds)
    barrier = threading.Barrier(2)

    def run(place: int, number: int) -> str:
        barrier.wait()
        return outcome(pair[place], trees[number], f"{number} new{place}")

    outcomes = []
    for number in range(rounds):
        first, second = (pool.submit(run, place, number) for place in (0, 1))
        outcomes.append((first.result(), second.result()))
    ends = states()
    clear()
    busy = sum(known.count("503") for known in outcomes)
    return busy, [
        f"{known} {difference(ends[number], allowed)}"
        for number, known in enumerate(outcomes)
        if (known, ends[number]) not in allowed
    ]


def difference(end: State, allowed: Iterable[tuple[object, State]]) -> str:
    """Return the rows that the nearest allowed end does not have, and those that it has instead."""
    nearest = min((other for _, other in allowed), key=lambda other: len(end ^ other))
    return f"{sorted(map(str, end - nearest))} instead of {sorted(map(str, nearest - end))}"


def main(rounds: int, only: list[str]) -> None:
    dice = random.Random(1)

    @event.listens_for(engine, "before_cursor_execute")
    def hesitate(*_: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            time.sleep(dice.choice((0, 0, 0.0005, 0.001, 0.002)))

    result: dict[str, Any] = {"pairs": 0, "rounds": 0, "busy": {}, "wrong": {}}
    clear()
    with ThreadPoolExecutor(2) as pool:
        for names in combinations_with_replacement(CHANGES, 2):
            if only and not set(names) <= set(only):
                continue
            busy, wrong = race((CHANGES[names[0]], CHANGES[names[1]]), rounds, pool)
            result["pairs"] += 1
            result["rounds"] += rounds
            name = " | ".join(names)
            if busy:
                result["busy"][name] = busy
            if wrong:
                result["wrong"][name] = [len(wrong), *sorted(set(wrong))[:3]]
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
