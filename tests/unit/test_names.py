"""Derived and refused names."""

from __future__ import annotations

import builtins
import keyword

import pytest

from entity_spec import names
from entity_spec.language.parser import analyse, parse
from entity_spec.model import Spec


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("User", "user"),
        ("OrderLine", "order_line"),
        ("HTTPServer", "http_server"),
        ("APIKey", "api_key"),
        ("MyAPI", "my_api"),
        ("Address2", "address2"),
        ("OAuth2Client", "o_auth2_client"),
        ("ABc", "a_bc"),
        ("A", "a"),
        ("firstName", "first_name"),
        ("Order_Line", "order_line"),
        ("first__name_", "first_name"),
    ],
)
def test_snake(name: str, expected: str) -> None:
    assert names.snake(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("order_line", "OrderLine"), ("user", "User"), ("OrderLine", "OrderLine"), ("line2_b", "Line2B")],
)
def test_camel(name: str, expected: str) -> None:
    assert names.camel(name) == expected


PLURALS = {
    "user": "users",
    "order_line": "order_lines",
    "category": "categories",
    "day": "days",
    "enquiry": "enquiries",
    "soliloquy": "soliloquies",
    "box": "boxes",
    "address": "addresses",
    "status": "statuses",
    "campus": "campuses",
    "bus": "buses",
    "branch": "branches",
    "dish": "dishes",
    "buzz": "buzzes",
    "analysis": "analyses",
    "crisis": "crises",
    "axis": "axes",
    "oasis": "oases",
    "photo": "photos",
    "hero": "heroes",
    "quiz": "quizzes",
    "leaf": "leaves",
    "cafe": "cafes",
    "roof": "roofs",
    "person": "people",
    "sales_person": "sales_people",
    "child": "children",
    "grandchild": "grandchildren",
    "bookshelf": "bookshelves",
    "superhero": "superheroes",
    "salesman": "salesmen",
    "woman": "women",
    "human": "humans",
    "german": "germans",
    "datum": "data",
    "sheep": "sheep",
    "series": "series",
    "equipment": "equipment",
    "settings": "settings",
    "people": "people",
    "alias": "aliases",
    "lens": "lenses",
    "stomach": "stomachs",
    "address2": "address2s",
    "a": "as",
}


@pytest.mark.parametrize(("name", "expected"), PLURALS.items())
def test_plural(name: str, expected: str) -> None:
    assert names.plural(name) == expected


@pytest.mark.parametrize(
    "name", ["orders", "user_settings", "people", "children", "data", "boxes", "photos", "salesmen"]
)
def test_what_looks_plural(name: str) -> None:
    assert names.looks_plural(name)


@pytest.mark.parametrize(
    "name", ["address", "status", "analysis", "series", "news", "bus", "lens", "men", "gps", "user"]
)
def test_what_does_not_look_plural(name: str) -> None:
    assert not names.looks_plural(name)


def test_the_keywords_are_those_of_every_python() -> None:
    assert set(keyword.kwlist) == names.KEYWORDS


def test_every_builtin_class_is_refused() -> None:
    here = {name for name in dir(builtins) if name[0].isupper()} - {"True", "False", "None"}

    assert here <= names.BUILTIN_CLASSES


def test_every_member_of_pydantics_base_model_is_refused() -> None:
    pydantic = pytest.importorskip("pydantic")
    members = {name for name in dir(pydantic.BaseModel) if not name.startswith("_")}

    assert members <= names.PYDANTIC_MEMBERS


FINE_FIELDS = (
    "model_id model type config data fields values query columns key index match case date time uuid order user"
)


@pytest.mark.parametrize("name", FINE_FIELDS.split())
def test_a_field_may_have_the_name(name: str) -> None:
    assert names.refused_field(name) is None


FINE_ENTITIES = (
    "Session Request Response File Query Table Column Event Task Type Object Model Field Page List User Order"
)


@pytest.mark.parametrize("name", FINE_ENTITIES.split())
def test_an_entity_may_have_the_name(name: str) -> None:
    assert names.refused_class(name) is None


def inverses(text: str) -> dict[str, str | None]:
    spec = parse(text)
    return {f"{entity.name}.{each.name}": each.inverse for entity in spec.entities for each in entity.relations}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Post(author:User); User(a:int)", {"Post.author": "posts"}),
        ("Game(home:Team, away:Team); Team(a:int)", {"Game.home": "games", "Game.away": "away_games"}),
        ("Profile(user:User unique); User(a:int)", {"Profile.user": "profile"}),
        ("UserProfile(user:User unique); User(a:int)", {"UserProfile.user": "user_profile"}),
        ("Pair(a:User unique, b:User unique); User(x:int)", {"Pair.a": "pair", "Pair.b": "b_pair"}),
        ("Node(parent:Node?, next:Node? unique)", {"Node.parent": "children", "Node.next": "next_of"}),
        ("User(friends:User[])", {"User.friends": "friends_of"}),
        ("Post(author:User backref=none, editor:User); User(a:int)", {"Post.author": None, "Post.editor": "posts"}),
        ("Post(a:User backref=written); User(a:int)", {"Post.a": "written"}),
        ("Post(tags:Tag[], main:Tag); Tag(a:int)", {"Post.tags": "posts", "Post.main": "main_posts"}),
        ("Person(a:Club) plural=persons; Club(x:int)", {"Person.a": "persons"}),
    ],
)
def test_the_other_side_has_a_name(text: str, expected: dict[str, str | None]) -> None:
    assert inverses(text) == expected


def test_inverses_are_listed_in_the_order_of_the_text() -> None:
    spec = parse("User(a:int); Post(author:User, editor:User?); Comment(user:User)")

    listed = [(entity.name, relation.name) for entity, relation in spec.inverses["User"]]

    assert listed == [("Post", "author"), ("Post", "editor"), ("Comment", "user")]


def test_insert_order_puts_parents_first_and_else_keeps_the_order() -> None:
    spec = parse("D(b:B, c:C); A1(d:D?); B(a:A1); C(b:B)")

    assert [entity.name for entity in spec.insert_order] == ["A1", "B", "C", "D"]


def test_written_names_hold_30_characters_and_derived_ones_63() -> None:
    column = "c" * 30
    table = "t" * 60

    assert analyse(f"User({column}:int)").problems == ()
    assert [problem.rule for problem in analyse(f"User({column}c:int)").problems] == ["E509"]
    assert analyse(f"User(a:int) table={table}").problems == ()
    assert [problem.rule for problem in analyse(f"User(a:int) table={table}t").problems] == ["E509"]


def test_lines_are_one_per_item() -> None:
    spec = parse("User(a:Size); enum Size(s, m)")

    assert spec.lines == ("enum Size(s, m)", "User(a:Size)")
    assert str(spec) == "enum Size(s, m); User(a:Size)"


def test_no_entities_are_none() -> None:
    assert str(Spec()) == "none"
    assert Spec().lines == ()
    assert parse("") == parse("none") == parse(" ; none\n") == Spec()


def test_the_index_of_a_long_table_is_cut_and_still_its_own() -> None:
    tables = ["users", "a" * 60, "a" * 59 + "b"]

    indexes = [names.created_index(table) for table in tables]

    assert indexes[0] == "ix_users_created_at"
    assert [len(index) for index in indexes[1:]] == [63, 63]
    assert len(set(indexes)) == 3
