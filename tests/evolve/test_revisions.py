"""Migrations from one text to another end in the tables that the other one makes, with the rows, and lead back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from entity_spec.evolve.changes import Decisions, RefusedError, Version, compare
from entity_spec.evolve.migrations import revisions
from entity_spec.language.parser import parse
from tests.baking import ROOT, Bake, python, succeed
from tests.conftest import Scratch
from tests.evolve.first import first_revision

DATABASES = ("sqlite", "postgresql", "mysql")
ANSWERS = {"soft_delete": "no", "primary_key": "bigint", "pgbouncer": "no"}


@dataclass(frozen=True)
class Change:
    old: str
    new: str
    rows: Sequence[str] = ()
    """SQL that makes rows of the old tables."""
    facts: Mapping[str, list[list[str]]] = field(default_factory=dict)
    """What queries find in the new ones, as text."""
    refused: str = ""
    """What the migration says instead."""
    fills: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    purge: bool = False
    soft: str = "no"
    soft_then: str = ""
    key: str = "bigint"
    databases: Sequence[str] = DATABASES
    later: Sequence[str] = ()
    """SQL that changes the rows after the migration."""
    stays: str = ""
    """What the downgrade says then, if there is no way back."""

    def versions(self, database: str) -> tuple[Version, Version]:
        answers = ANSWERS | {"database": database, "soft_delete": self.soft, "primary_key": self.key}
        answers |= {"pool_size": "8", "max_overflow": "0", "pool_timeout": "5", "pool_recycle": "1800", "workers": "2"}
        return Version(parse(self.old), answers), Version(
            parse(self.new), answers | {"soft_delete": self.soft_then or self.soft}
        )

    @property
    def decisions(self) -> Decisions:
        return Decisions(self.fills, self.drop, self.purge)


ITEM = "INSERT INTO items (id, x) VALUES (1, 'a'), (2, 'b')"
OFF = " timestamps=off"
SHOWN = "SELECT * FROM items ORDER BY id"

CHANGES = {
    "an optional field": Change(
        "Item(x:str)" + OFF,
        "Item(x:str, n:int?, d:date? index)" + OFF,
        [ITEM],
        {"SELECT x, n, d FROM items": [["a", "None", "None"], ["b", "None", "None"]]},
    ),
    "required fields of every type": Change(
        "Item(x:str)" + OFF,
        "Item(x:str, a:str(20)=web, b:text=hi, c:int=7, d:bigint=5, e:decimal(10,2)=1.50, f:bool=true, g:date=2024-01-02, "
        'h:enum(new,old)=new, i:float=0.5, j:slug=s, k:email=a@example.com, l:str="it\'s 5%: \\"x\\"") timestamps=off',
        [ITEM],
        {
            "SELECT a, b, c, d, g, h, i, j, k, l FROM items WHERE id = 1": [
                ["web", "hi", "7", "5", "2024-01-02", "new", "0.5", "s", "a@example.com", 'it\'s 5%: "x"']
            ],
            "SELECT count(*) FROM items WHERE f AND e = 1.5": [["2"]],
        },
    ),
    "required fields that are made": Change(
        "Item(x:str)" + OFF,
        "Item(x:str, a:datetime=now, b:date=today, c:uuid=uuid4 unique, d:json={}, e:time=09:30)" + OFF,
        [ITEM],
        {"SELECT count(DISTINCT c), count(a), count(b), count(d), count(e) FROM items": [["2", "2", "2", "2", "2"]]},
    ),
    "a required field that is said": Change(
        "Item(x:str)" + OFF,
        "Item(x:str, n:int)" + OFF,
        [ITEM],
        {SHOWN: [["1", "a", "7"], ["2", "b", "7"]]},
        fills={"Item.n": "7"},
    ),
    "a required field that is unique, with rows": Change(
        "Item(x:str)" + OFF, "Item(x:str, n:int unique)" + OFF, [ITEM], refused="2 rows of items need a n each"
    ),
    "a required field that is unique, without rows": Change("Item(x:str)", "Item(x:str, n:int unique)"),
    "a reference that is said": Change(
        "Item(x:str); Box(y:str)",
        "Item(x:str); Box(y:str, item:Item, more:Item?)",
        fills={"Box.item": "1"},
    ),
    "a one-to-one": Change("Item(x:str); Box(y:str)", "Item(x:str, box:Box? unique); Box(y:str)"),
    "timestamps": Change(
        "Item(x:str)" + OFF,
        "Item(x:str)",
        [ITEM],
        {"SELECT count(created_at), count(updated_at) FROM items": [["2", "2"]]},
    ),
    "no timestamps": Change("Item(x:str)", "Item(x:str)" + OFF, drop=True),
    "entities": Change(
        "Item(x:str)", "Item(x:str, box:Box?); Box(y:str unique, item:Item cascade, all:Item[]); Cat(parent:Cat?)"
    ),
    "entities that are gone": Change(
        "Item(x:str, box:Box?); Box(y:str unique, item:Item cascade, all:Item[]); Cat(parent:Cat?)",
        "Item(x:str)",
        drop=True,
    ),
    "fields that are gone": Change(
        "Item(x:str, a:int unique, b:str index, c:text?, d:date, box:Box?, unique(a, b)); Box(y:str)",
        "Item(x:str); Box(y:str)",
        drop=True,
    ),
    "a field that is gone, and neutral when it is back": Change(
        "Item(x:str, n:int)" + OFF, "Item(x:str)" + OFF, ["INSERT INTO items (id, x, n) VALUES (1, 'a', 5)"], drop=True
    ),
    "a reference that is gone": Change("Item(x:str, box:Box); Box(y:str)", "Item(x:str); Box(y:str)", drop=True),
    "another name of a field": Change(
        "Item(x:str unique, n:int index, unique(x, n))" + OFF,
        "Item(y:str was=x unique, m:int was=n index, unique(y, m))" + OFF,
        ["INSERT INTO items (id, x, n) VALUES (1, 'a', 5)"],
        {"SELECT y, m FROM items": [["a", "5"]]},
    ),
    "two names that change places": Change(
        "Item(a:str, b:str)" + OFF,
        "Item(a:str was=b, b:str was=a)" + OFF,
        ["INSERT INTO items (id, a, b) VALUES (1, 'x', 'y')"],
        {"SELECT a, b FROM items": [["y", "x"]]},
    ),
    "another name of an entity": Change(
        "Item(x:str unique, parent:Item?) timestamps=off; Box(item:Item cascade, all:Item[]) timestamps=off",
        "Thing(x:str unique, parent:Thing?) was=Item timestamps=off; Box(item:Thing cascade, all:Thing[]) timestamps=off",
        [
            ITEM,
            "INSERT INTO boxes (id, item_id) VALUES (1, 2)",
            "INSERT INTO box_all (box_id, item_id) VALUES (1, 1)",
        ],
        {
            "SELECT id, x FROM things": [["1", "a"], ["2", "b"]],
            "SELECT box_id, thing_id FROM box_all": [["1", "1"]],
            "SELECT item_id FROM boxes": [["2"]],
        },
    ),
    "other names of references and lists": Change(
        "Item(x:str); Box(item:Item unique, all:Item[])",
        "Item(x:str); Box(thing:Item was=item unique, some:Item[] was=all)",
    ),
    "another name with soft delete": Change(
        "Item(x:str unique, n:int unique); Box(item:Item? unique)",
        "Thing(y:str was=x unique, n:int unique) was=Item; Box(item:Thing? unique)",
        soft="yes",
    ),
    "another name with UUIDs": Change(
        "Item(x:str unique); Box(all:Item[])", "Thing(x:str unique) was=Item; Box(all:Thing[])", key="uuid7"
    ),
    "another table": Change(
        "Item(x:str unique, box:Box); Box(y:str)", "Item(x:str unique, box:Box) table=shop; Box(y:str) plural=crates"
    ),
    "wider types": Change(
        "Item(x:str(20), n:int, e:enum(a,b), j:int, t:str(10), i:int)" + OFF,
        "Item(x:str(200), n:bigint, e:str(70), j:decimal(12,2), t:text, i:str(30))" + OFF,
        ["INSERT INTO items (id, x, n, e, j, t, i) VALUES (1, 'a', 5, 'b', 7, 't', 42)"],
        {
            "SELECT x, n, e, t, i FROM items": [["a", "5", "b", "t", "42"]],
            "SELECT count(*) FROM items WHERE j = 7": [["1"]],
        },
    ),
    "narrower types": Change(
        "Item(x:str(200), n:bigint, d:decimal(10,2), s:str, t:text(500))" + OFF,
        "Item(x:str(20), n:int(0..9), d:decimal(8,2), s:slug, t:str(100))" + OFF,
        ["INSERT INTO items (id, x, n, d, s, t) VALUES (1, 'a', 5, 1.5, 'a-b', 't')"],
        {"SELECT x, n, s, t FROM items": [["a", "5", "a-b", "t"]]},
    ),
    "numbers that were text": Change(
        "Item(x:str(9), n:text)" + OFF,
        "Item(x:int, n:bigint)" + OFF,
        ["INSERT INTO items (id, x, n) VALUES (1, '12', '-345')"],
        {"SELECT x + 1, n + 1 FROM items": [["13", "-344"]]},
    ),
    "text that is no number": Change(
        "Item(x:str(9))" + OFF, "Item(x:int)" + OFF, [ITEM], refused="2 rows of items have a x that is no number"
    ),
    "datetimes that were dates": Change(
        "Item(d:date)" + OFF,
        "Item(d:datetime)" + OFF,
        ["INSERT INTO items (id, d) VALUES (1, '2024-02-29')"],
        {"SELECT count(*) FROM items WHERE d = '2024-02-29 00:00:00'": [["1"]]},
        databases=("postgresql", "mysql"),
    ),
    "a type that cannot be kept": Change(
        "Item(x:str, n:json)" + OFF, "Item(x:str, n:bool)" + OFF, drop=True, fills={"Item.n": "true"}
    ),
    "text that is too long": Change(
        "Item(x:str)" + OFF,
        "Item(x:str(3))" + OFF,
        ["INSERT INTO items (id, x) VALUES (1, 'äöü'), (2, 'abcd')"],
        refused="1 rows of items have a x of more than 3 characters",
    ),
    "numbers out of range": Change(
        "Item(n:int, d:decimal(9,3))" + OFF,
        "Item(n:int(0..9), d:decimal(9,3))" + OFF,
        ["INSERT INTO items (id, n, d) VALUES (1, 5, 1), (2, 10, 1), (3, 11, 1)"],
        refused="2 rows of items have a n above 9",
    ),
    "decimal places that would be lost": Change(
        "Item(d:decimal(9,3))" + OFF,
        "Item(d:decimal(9,2))" + OFF,
        ["INSERT INTO items (id, d) VALUES (1, 1.25), (2, 1.125)"],
        refused="1 rows of items have a d with more than 2 decimal places",
    ),
    "a value of an enum that is gone": Change(
        "Item(e:enum(a,b,c))" + OFF,
        "Item(e:enum(a,b))" + OFF,
        ["INSERT INTO items (id, e) VALUES (1, 'a'), (2, 'c')"],
        refused="1 rows of items have a e that is none of a, b",
    ),
    "an enum that was text": Change(
        "Item(e:str)" + OFF,
        "Item(e:enum(a,b))" + OFF,
        ["INSERT INTO items (id, e) VALUES (1, 'a')"],
        {"SELECT e FROM items": [["a"]]},
    ),
    "optional to required": Change(
        "Item(x:str, n:int?, box:Box?)" + OFF + "; Box(y:str)",
        "Item(x:str, n:int, box:Box?)" + OFF + "; Box(y:str)",
        ["INSERT INTO items (id, x, n) VALUES (1, 'a', 5)"],
        {"SELECT n FROM items": [["5"]]},
    ),
    "optional to required, with empty ones": Change(
        "Item(x:str, n:int?)" + OFF, "Item(x:str, n:int)" + OFF, [ITEM], refused="2 rows of items have no n"
    ),
    "optional to required, filled": Change(
        "Item(x:str, n:int?)" + OFF,
        "Item(x:str, n:int)" + OFF,
        ["INSERT INTO items (id, x, n) VALUES (1, 'a', 5), (2, 'b', NULL)"],
        {"SELECT n FROM items ORDER BY id": [["5"], ["0"]]},
        fills={"Item.n": "0"},
    ),
    "required to optional": Change(
        "Item(x:str, n:int unique, box:Box); Box(y:str)", "Item(x:str?, n:int? unique, box:Box?); Box(y:str)"
    ),
    "unique and indexes": Change(
        "Item(x:str, n:int index, box:Box); Box(y:str)",
        "Item(x:str unique, n:int, box:Box unique, unique(x, n), index(x, n)); Box(y:str)",
    ),
    "no unique and no indexes": Change(
        "Item(x:str unique, n:int, box:Box unique, unique(x, n), index(x, n)); Box(y:str)",
        "Item(x:str, n:int index, box:Box); Box(y:str)",
    ),
    "unique and indexes with soft delete": Change(
        "Item(x:str, n:int index, box:Box); Box(y:str)",
        "Item(x:str unique, n:int, box:Box unique, unique(x, n), index(x, n)); Box(y:str)",
        soft="yes",
    ),
    "unique, with duplicates": Change(
        "Item(x:str)" + OFF,
        "Item(x:str unique)" + OFF,
        ["INSERT INTO items (id, x) VALUES (1, 'a'), (2, 'a'), (3, 'b')"],
        refused="1 values of x are in more than one row of items, as 'a': only one can have each",
    ),
    "unique with soft delete, with duplicates among deleted rows": Change(
        "Item(x:str)" + OFF,
        "Item(x:str unique)" + OFF,
        [
            "INSERT INTO items (id, x, deleted_at) VALUES (1, 'a', NULL), (2, 'a', '2026-01-01 00:00:00')",
        ],
        {"SELECT count(*) FROM items": [["2"]]},
        soft="yes",
    ),
    "soft delete": Change(
        "Item(x:str unique, parent:Item? unique) timestamps=off; Box(item:Item cascade, all:Item[])",
        "Item(x:str unique, parent:Item? unique) timestamps=off; Box(item:Item cascade, all:Item[])",
        [ITEM],
        {"SELECT x, deleted_at FROM items ORDER BY id": [["a", "None"], ["b", "None"]]},
        soft_then="yes",
    ),
    "no soft delete": Change(
        "Item(x:str unique, parent:Item?) timestamps=off; Box(item:Item cascade, all:Item[])",
        "Item(x:str unique, parent:Item?) timestamps=off; Box(item:Item cascade, all:Item[])",
        [ITEM],
        {"SELECT x FROM items ORDER BY id": [["a"], ["b"]]},
        soft="yes",
        soft_then="no",
    ),
    "no soft delete, with deleted rows": Change(
        "Item(x:str unique, item:Item? unique)" + OFF,
        "Item(x:str unique, item:Item? unique) softdelete=off" + OFF,
        ["INSERT INTO items (id, x, deleted_at) VALUES (1, 'a', '2026-01-01 00:00:00')"],
        refused="1 rows of items are deleted, and would be alive again",
        soft="yes",
    ),
    "no soft delete, without the deleted rows": Change(
        "Item(x:str unique, parent:Item? restrict) timestamps=off; "
        "Box(item:Item cascade, all:Item[]) timestamps=off; Part(box:Box cascade) timestamps=off",
        "Item(x:str unique, parent:Item? restrict) timestamps=off softdelete=off; "
        "Box(item:Item cascade, all:Item[]) timestamps=off; Part(box:Box cascade) timestamps=off",
        [
            "INSERT INTO items (id, x, deleted_at) VALUES (1, 'a', '2026-01-01 00:00:00'), (2, 'b', NULL), (3, 'a', NULL)",
            "INSERT INTO boxes (id, item_id, deleted_at) VALUES (1, 1, '2026-01-01 00:00:00'), (2, 2, NULL)",
            "INSERT INTO boxes (id, item_id, deleted_at) VALUES (3, 2, '2026-01-01 00:00:00')",
            "INSERT INTO box_all (box_id, item_id) VALUES (1, 2), (2, 1), (2, 2)",
            "INSERT INTO parts (id, box_id, deleted_at) VALUES (1, 1, '2026-01-01 00:00:00'), (2, 2, NULL)",
        ],
        {
            "SELECT id FROM items ORDER BY id": [["2"], ["3"]],
            "SELECT id FROM boxes ORDER BY id": [["2"], ["3"]],
            "SELECT id FROM parts": [["2"]],
            "SELECT box_id, item_id FROM box_all": [["2", "2"]],
        },
        soft="yes",
        purge=True,
    ),
    "no way back: empty where something was required": Change(
        "Item(x:str, n:int)" + OFF,
        "Item(x:str, n:int?)" + OFF,
        ["INSERT INTO items (id, x, n) VALUES (1, 'a', 5)"],
        later=["UPDATE items SET n = NULL"],
        stays="1 rows of items have no n, which was required before",
    ),
    "no way back: text that has become longer": Change(
        "Item(x:str(3))" + OFF,
        "Item(x:str(9))" + OFF,
        ["INSERT INTO items (id, x) VALUES (1, 'abc')"],
        later=["UPDATE items SET x = 'abcd'"],
        stays="1 rows of items have a x of more than 3 characters",
    ),
    "no way back: duplicates": Change(
        "Item(x:str unique)" + OFF,
        "Item(y:str was=x)" + OFF,
        [ITEM],
        later=["UPDATE items SET y = 'a'"],
        stays="1 values of y are in more than one row of items, as 'a'",
    ),
    "no way back: deleted rows": Change(
        "Item(x:str unique)" + OFF,
        "Item(x:str unique)" + OFF,
        [ITEM],
        later=["UPDATE items SET deleted_at = '2026-01-01 00:00:00' WHERE id = 1"],
        stays="1 rows of items are deleted, and would be alive again",
        soft_then="yes",
    ),
    "no way back: a reference that is gone": Change(
        "Item(x:str, box:Box unique) timestamps=off; Box(y:str) timestamps=off",
        "Item(x:str unique) timestamps=off; Box(y:str) timestamps=off",
        ["INSERT INTO boxes (id, y) VALUES (1, 'b')", "INSERT INTO items (id, x, box_id) VALUES (1, 'a', 1)"],
        drop=True,
        stays="1 rows of items would have no box_id: what it held is gone",
    ),
    "another rule": Change("Item(x:str, box:Box); Box(y:str)", "Item(x:str, box:Box cascade); Box(y:str)"),
    "descriptions": Change(
        'Item(x:str, box:Box) "a"; Box(y:str "old")', 'Item(x:str "what it says", box:Box "its box"); Box(y:str)'
    ),
}


@pytest.mark.parametrize("database", DATABASES)
def test_changes_of_tables(tmp_path: Path, bake: Bake, scratch_database: Scratch, database: str) -> None:
    project = shutil.copytree(bake(entities="none", database=database), tmp_path / "project")
    shutil.copy(ROOT / "tests" / "evolve" / "tables.py", project / "tests")
    changes = [told(name, change, database) for name, change in played(database).items()]
    (project / "changes.json").write_text(json.dumps(changes), encoding="utf-8")
    with scratch_database(database) as url:
        environment = {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": url}
        done = python("-m", "tests.tables", "changes.json", cwd=project, environment=environment)

    assert json.loads(succeed(done)) == {}


def played(database: str) -> dict[str, Change]:
    return {name: change for name, change in CHANGES.items() if database in change.databases}


def texts(change: Change, database: str) -> list[str]:
    made = revisions.write(compare(*change.versions(database), change.decisions), change.decisions, "0001")
    return list(made.values())


def told(name: str, change: Change, database: str) -> dict[str, object]:
    old, new = change.versions(database)
    return {
        "name": name,
        "first": first_revision(old),
        "wanted": first_revision(new),
        "revisions": texts(change, database),
        "rows": change.rows,
        "facts": change.facts,
        "refused": change.refused,
        "later": change.later,
        "stays": change.stays,
    }


def test_revisions_look_as_if_written_by_hand(tmp_path: Path, bake: Bake) -> None:
    shutil.copy(bake(entities="none", database="sqlite") / "pyproject.toml", tmp_path)
    for database in DATABASES:
        for number, change in enumerate(played(database).values()):
            for part, text in enumerate(texts(change, database)):
                (tmp_path / f"{database}_{number}_{part}.py").write_text(text, encoding="utf-8")

    succeed(python("-m", "ruff", "format", "--no-cache", "--diff", ".", cwd=tmp_path))
    succeed(python("-m", "ruff", "check", "--no-cache", ".", cwd=tmp_path))


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (Change("Item(x:str)", "Item(x:str, n:int)"), ["Item.n is required", "--fill Item.n=VALUE"]),
        (Change("Item(x:str, n:int)", "Item(x:str)"), ["Item.n: what it holds", "--drop", "was="]),
        (Change("Item(x:str); Box(y:str)", "Item(x:str)"), ["Box: the table boxes with its rows"]),
        (Change("Item(n:json)", "Item(n:bool)", fills={"Item.n": "true"}), ["json cannot become bool"]),
        (Change("Item(x:str)", "Item(x:str, n:int)", fills={"Item.n": "x"}), ["--fill Item.n: "]),
        (
            Change("Item(x:str)", "Item(x:str, n:int)", fills={"Item.m": "1"}),
            ["no such field", 'did you mean "Item.'],
        ),
        (Change("Item(x:str)", "Item(x:str, up:Item?)", fills={"Item.up": "x"}), ["expected the id of a row of Item"]),
    ],
    ids=str,
)
def test_what_needs_a_decision_is_refused(change: Change, messages: list[str]) -> None:
    old, new = change.versions("sqlite")
    with pytest.raises(RefusedError) as error:
        revisions.write(compare(old, new, change.decisions), change.decisions, "0001")

    for message in messages:
        assert message in str(error.value)


def test_keys_cannot_change() -> None:
    old, new = Change("Item(x:str)", "Item(x:str)").versions("sqlite")
    with pytest.raises(RefusedError, match="primary_key"):
        compare(old, Version(new.spec, {**new.answers, "primary_key": "uuid7"}), Decisions())
