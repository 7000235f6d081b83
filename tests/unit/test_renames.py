"""Where `was=` may stand, what it may name in the text before, and how it leaves the user's own text."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings

from entity_spec import files
from entity_spec.errors import MAX_PROBLEMS, SpecError
from entity_spec.evolve.changes import RefusedError
from entity_spec.evolve.renames import check_was, without_was
from entity_spec.language.parser import analyse, parse
from entity_spec.model import Spec
from tests.strategies import specs


def problems(old: str, new: str) -> list[str]:
    result = analyse(new)
    assert result.spec is not None, result.problems
    return [
        f"{each.rule} {each.source.text[each.start : each.end]}: {each.message} | {each.hint}"
        for each in check_was(result, parse(old))
    ]


# Where nothing can have been renamed


def test_a_new_project_has_no_former_names() -> None:
    result = files.examine("User(age:int was=years, name:string was=title) was=Person", renames=False)

    assert str(SpecError(result.problems)) == dedent("""\
        error E803 at column 14: nothing in a new project was renamed
          User(age:int was=years, name:string was=title) was=Person
                       ^^^^^^^^^
          remove it; in a project that exists, edit its entities and run evolve.py there
        error E203 at column 30: unknown type "string"
          User(age:int was=years, name:string was=title) was=Person
                                       ^^^^^^
          did you mean "str"? types: bigint bool date datetime decimal email enum float int json slug str text time url \
uuid, or an entity's name""")


# Against the text before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("User(name:str, age:int)", "User(full_name:str was=name, years:int was=age)"),
        ("Customer(name:str, boss:Customer?)", "Client(full_name:str was=name, boss:Client?) was=Customer"),
        ("User(a:int, b:int)", "User(a:int was=b, b:int was=a)"),
        ("User(a:int, b:int)", "User(b:int was=a, c:int was=b)"),
        ("Ant(a:int); Bee(b:int)", "Ant(c:int was=b) was=Bee; Bee(a:int) was=Ant"),
        ("User(tags:Tag[]); Tag(a:int)", "User(labels:Label[] was=tags); Label(a:int) was=Tag"),
    ],
)
def test_what_was_there_can_have_been_renamed(old: str, new: str) -> None:
    assert problems(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "Customer(name:str); Order(name:str)",
            "Client(full_name:str was=name) was=Custommer; Order(name:str)",
            'Custommer: there was no entity Custommer | did you mean "Customer"?',
        ),
        (
            "Customer(name:str); Order(name:str)",
            "Client(name:str) was=Buyer; Order(name:str)",
            "Buyer: there was no entity Buyer | what is gone: Customer",
        ),
        (
            "Client(name:str)",
            "Client(name:str) was=Customer",
            "Customer: there was no entity Customer | nothing is gone, so nothing was renamed: remove was=",
        ),
        (
            "User(name:str, nick:str)",
            "User(full_name:str was=nam, nick:str)",
            'nam: User had no field nam | did you mean "name"?',
        ),
        (
            "Customer(name:str)",
            "Client(full_name:str was=title) was=Customer",
            "title: Customer had no field title | what is gone: name",
        ),
        (
            "User(name:str, boss:User?)",
            "User(name:str, chief:User? was=boss_id)",
            'boss_id: User had no field boss_id | did you mean "boss"?',
        ),
        (
            "User(name:str)",
            "User(name:str); Client(full_name:str was=name)",
            "name: Client is new, so nothing in it was renamed | remove it, or say what Client was: Client(...) was=...",
        ),
        (
            "User(a:int, b:int)",
            "User(a:int was=b)",
            "b: there was another a beside b | remove that one first, and rename in a second step",
        ),
        (
            "Ant(a:int); Bee(a:int)",
            "Ant(a:int) was=Bee",
            "Bee: there was another Ant beside Bee | remove that one first, and rename in a second step",
        ),
        (
            "User(a:int, boss:User?)",
            "User(a:int, chief:int was=boss)",
            "boss: boss was a reference, but chief is a field | remove was=: the one goes, and the other is new",
        ),
        (
            "User(a:int, boss:int)",
            "User(a:int, chief:User? was=boss)",
            "boss: boss was a field, but chief is a reference | remove was=: the one goes, and the other is new",
        ),
        (
            "User(a:int, boss:User?)",
            "User(a:int, bosses:User[] was=boss)",
            "boss: boss was a reference, but bosses is a many-to-many | remove was=: the one goes, and the other is new",
        ),
    ],
)
def test_what_cannot_have_been_renamed_is_told(old: str, new: str, problem: str) -> None:
    assert problems(old, new) == [f"E802 {problem}"]


def test_all_that_is_wrong_is_told_in_the_order_of_the_text() -> None:
    new = "Client(a:int was=b) was=Custommer; Order(c:int was=d, e:int was=f)"

    found = problems("Customer(b:int); Order(d:int)", new)

    assert [text.partition(":")[0] for text in found] == ["E802 Custommer", "E802 f"]


def test_a_problem_in_a_mapping_is_told_with_its_place() -> None:
    result = files.examine({"Client": {"name": "str was=title", "_was": "Customer"}})

    [problem] = check_was(result, parse("Customer(name:str, label:str)"))

    assert str(SpecError([problem])) == dedent("""\
        error E802 at Client.name: Customer had no field title
          name: str was=title
                        ^^^^^
          what is gone: label""")


def test_however_much_is_wrong_the_search_ends() -> None:
    wrong = ", ".join(f"f{number}:int was=g{number}" for number in range(150))

    assert len(problems("Ant(a:int); Bee(a:int)", f"Ant({wrong}); Bee({wrong})")) == MAX_PROBLEMS


def test_a_text_that_is_wrong_says_nothing() -> None:
    assert check_was(analyse("User(a:int was=b, c:foo)"), parse("User(d:int)")) == []


# Out of the text


TEXT = """\
# was=here stays

Client(  # was=Customer until May
    full_name : str(100)   was=name "was=name, as signed",   # was=name
\tage:int?was =years index\r
    code: str(9) pattern=/was=x/ was=iso
    was:str
    boss: Client? was=chief, tags:Tag[] was=labels backref=x
)  was=Customer plural=people "was=Customer"
Tag(a:int)   was=Label  # renamed
Other(b:int, c:int was=d) was=Another"""
SETTLED_TEXT = """\
# was=here stays

Client(  # was=Customer until May
    full_name : str(100) "was=name, as signed",   # was=name
\tage:int? index\r
    code: str(9) pattern=/was=x/
    was:str
    boss: Client?, tags:Tag[] backref=x
) plural=people "was=Customer"
Tag(a:int)  # renamed
Other(b:int, c:int)"""
YAML = """\
# _was: Nobody
Client:   # was=Customer
  _was: Customer
  full_name: str(100)  was=name   # was=name
  age: 'int? was=years "was=years, it''s said" index'
  "code": "str(9) \\"was=x\\" pattern=/was=iso/ was=iso"\r
  was: str
  boss: >-
    Client?
    was=chief
    "was=chief"
  tags: Tag[]
    was=labels
    backref=x
  parent: Client?
    was=above   backref=below
  _doc: "was=Customer"
Tag:
  a: int
  _was: Label  # renamed
Block:
  _was: |-
    Bloc

  # the first
  a: int
Other: {_was: Another, b: int, c: int was=d}
Last: {b: int, _was: First}
Longer: {
  b: int,
  _was: Shorter,   # once
  c: int,
  _index: [[b, c]] }
Final: { b: int,
  # last
  _was: Former
}
"""
SETTLED_YAML = """\
# _was: Nobody
Client:   # was=Customer
  full_name: str(100)   # was=name
  age: 'int? "was=years, it''s said" index'
  "code": "str(9) \\"was=x\\" pattern=/was=iso/"\r
  was: str
  boss: >-
    Client?
    "was=chief"
  tags: Tag[]
    backref=x
  parent: Client?
    backref=below
  _doc: "was=Customer"
Tag:
  a: int
  # renamed
Block:

  # the first
  a: int
Other: {b: int, c: int}
Last: {b: int}
Longer: {
  b: int,
  # once
  c: int,
  _index: [[b, c]] }
Final: { b: int
  # last
}
"""


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("name", "text", "settled"),
    [("e.txt", TEXT, SETTLED_TEXT), ("E.YML", YAML, SETTLED_YAML), ("e.yaml", YAML, SETTLED_YAML)],
)
def test_former_names_go_and_nothing_else(mark: str, name: str, text: str, settled: str) -> None:
    assert without_was(mark + text, name) == mark + settled


@pytest.mark.parametrize(
    ("name", "text"), [("e.txt", "A1( was:int ) # was=b"), ("e.yaml", "A1:\n  was:  int  # was=b\n"), ("e.yaml", "")]
)
def test_a_text_without_former_names_stays_as_it_is(name: str, text: str) -> None:
    assert without_was(text, name) == text


@settings(max_examples=200, deadline=None)
@given(specs())
def test_a_canonical_text_without_former_names_is_that_of_the_settled_spec(spec: Spec) -> None:
    assert without_was(str(spec), "e.txt") == str(spec.settled)
    assert without_was(files.to_yaml(spec), "e.yaml") == files.to_yaml(spec.settled)
    assert without_was(files.to_json(spec, indent=2), "e.json") == files.to_json(spec.settled, indent=2)
    assert without_was(files.to_json(spec), "e.json") == files.to_json(spec.settled)


@pytest.mark.parametrize("text", ['A1:\n  a: "int \\x77as=b"\n', "A1:\n  a: int\n  ? _was\n  : B1\n"])
def test_what_only_its_author_can_change_is_refused(text: str) -> None:
    assert files.examine_text(text, "e.yaml").renames

    with pytest.raises(RefusedError) as error:
        without_was(text, "e.yaml")

    assert str(error.value) == "e.yaml: was= cannot be taken out of what is written there: remove it yourself"


def test_a_wrong_text_is_told() -> None:
    with pytest.raises(SpecError) as error:
        without_was("User(a:int was=b, c:foo)", "e.txt")

    assert str(error.value).startswith('error E203 at e.txt: line 1, column 21: unknown type "foo"\n')
