"""The forms of entities: files, mappings, JSON text, and values as Cookiecutter changes them."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings

from entity_spec import files
from entity_spec.errors import SpecError
from entity_spec.language.parser import parse
from entity_spec.model import Spec
from tests.strategies import specs

SHOP = (
    "enum Currency(EUR, USD); User(email:email unique, name:str(120)); "
    "Order(number:str(20) unique, user:User cascade, total:decimal(10,2,0..), currency:Currency=EUR, "
    'status:enum(new,paid)=new index "set by the till", code:str pattern=/^[A-Z]: #$/, '
    'unique(user, number), index(user, status)) softdelete=off "What people buy"'
)

SHOP_YAML = """\
Currency: enum(EUR, USD)
User:
  email: email unique
  name: str(120)
Order:
  number: str(20) unique
  user: User cascade
  total: decimal(10,2,0..)
  currency: Currency=EUR
  status: 'enum(new,paid)=new index "set by the till"'
  code: 'str pattern=/^[A-Z]: #$/'
  _unique: [[user, number]]
  _index: [[user, status]]
  _softdelete: 'off'
  _doc: What people buy
"""

SHOP_MAPPING: files.SpecMapping = {
    "Currency": "enum(EUR, USD)",
    "User": {"email": "email unique", "name": "str(120)"},
    "Order": {
        "number": "str(20) unique",
        "user": "User cascade",
        "total": "decimal(10,2,0..)",
        "currency": "Currency=EUR",
        "status": 'enum(new,paid)=new index "set by the till"',
        "code": "str pattern=/^[A-Z]: #$/",
        "_unique": [["user", "number"]],
        "_index": [["user", "status"]],
        "_softdelete": "off",
        "_doc": "What people buy",
    },
}


@pytest.fixture
def shop() -> Spec:
    return parse(SHOP)


def refused(value: object, *directories: Path, under_cruft: bool = False) -> str:
    with pytest.raises(SpecError) as error:
        files.load(value, directories=directories, under_cruft=under_cruft)
    return str(error.value)


def write(directory: Path, name: str, text: str) -> str:
    (directory / name).write_text(text, encoding="utf-8", newline="")
    return f"@{name}"


# Printing


def test_a_spec_as_yaml(shop: Spec) -> None:
    assert files.to_yaml(shop) == SHOP_YAML


def test_a_spec_as_mapping(shop: Spec) -> None:
    assert files.to_mapping(shop) == SHOP_MAPPING
    assert list(files.to_mapping(shop)["Order"]) == list(SHOP_MAPPING["Order"])


def test_a_spec_as_json() -> None:
    spec = parse('City(name:str="Zürich" "a \\"b\\"")')

    assert files.to_json(spec) == r'{"City": {"name": "str=\"Zürich\" \"a \\\"b\\\"\""}}'


def test_no_entities() -> None:
    assert files.to_yaml(Spec()) == "{}\n"
    assert files.to_json(Spec()) == "{}"
    assert files.load("{}") == files.load({}) == files.load("none") == files.load("") == Spec()


@settings(max_examples=200, deadline=None)
@given(specs())
def test_every_form_says_the_same(tmp_path_factory: pytest.TempPathFactory, spec: Spec) -> None:
    directory = tmp_path_factory.getbasetemp()
    write(directory, "every.yaml", files.to_yaml(spec))
    write(directory, "every.json", files.to_json(spec, indent=2))
    write(directory, "every.txt", "\n".join(spec.lines))

    assert files.load(files.to_mapping(spec)) == spec
    assert files.load(files.to_json(spec)) == spec
    for suffix in ("yaml", "json", "txt"):
        assert files.load(f"@every.{suffix}", directories=[directory]) == spec


# Files


@pytest.mark.parametrize("name", ["e.yaml", "e.yml", "E.YAML"])
def test_a_yaml_file(name: str, tmp_path: Path, shop: Spec) -> None:
    assert files.load(write(tmp_path, name, SHOP_YAML), directories=[tmp_path]) == shop


def test_a_json_file(tmp_path: Path, shop: Spec) -> None:
    text = files.to_json(shop, indent=2)

    assert files.load(write(tmp_path, "e.json", "\ufeff" + text), directories=[tmp_path]) == shop


def test_a_text_file_has_lines_and_comments(tmp_path: Path) -> None:
    name = write(tmp_path, "e.txt", "# people\r\nUser(\r\n  name: str # full\r\n  age: int?\r\n)")

    assert str(files.load(name, directories=[tmp_path])) == "User(name:str, age:int?)"


def test_a_text_file_of_one_line_may_end_in_a_comment(tmp_path: Path) -> None:
    assert (
        str(files.load(write(tmp_path, "e.txt", "User(name:str) # people"), directories=[tmp_path])) == "User(name:str)"
    )


def test_the_first_directory_that_has_the_file_counts(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    write(first, "a.txt", "First(a:int)")
    write(second, "a.txt", "Second(a:int)")
    write(second, "b.txt", "Third(a:int)")

    assert str(files.load("@a.txt", directories=[first, second])) == "First(a:int)"
    assert str(files.load(" @ b.txt ", directories=[first, second])) == "Third(a:int)"
    assert str(files.load(f"@{second / 'a.txt'}", directories=[first])) == "Second(a:int)"


def test_without_directories_the_working_directory_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert str(files.load(write(tmp_path, "a.txt", "User(a:int)"))) == "User(a:int)"


def test_a_missing_file_names_every_place_and_a_similar_file(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write(other, "ents.yaml", "")
    write(other, "ent.sql", "")

    assert refused("@ent.yaml", tmp_path, other, tmp_path) == (
        f"error E601: there is no file ent.yaml in {tmp_path} or {other}; did you mean @ents.yaml?"
    )
    assert (
        refused("@ent.yaml", tmp_path / "missing") == f"error E601: there is no file ent.yaml in {tmp_path / 'missing'}"
    )


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()

    assert refused("@a.yaml", tmp_path).startswith("error E601: there is no file a.yaml in ")


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    allowed = write(tmp_path, "a.txt", " " * 1024 * 1024)
    refused_name = write(tmp_path, "b.txt", " " * (1024 * 1024 + 1))

    assert files.load(allowed, directories=[tmp_path]) == Spec()
    assert refused(refused_name, tmp_path) == "error E602: b.txt has more than 1 MiB"


def test_a_file_of_4095_bytes_was_not_cut_off(tmp_path: Path) -> None:
    text = 'User(name:str "' + "x" * 4077 + '")\n'

    assert len(text) == 4095
    assert files.load(write(tmp_path, "e.txt", text), directories=[tmp_path]).entities[0].name == "User"


@pytest.mark.parametrize("name", ["entities.sql", "entities", "entities.toml"])
def test_another_suffix_is_refused(name: str) -> None:
    assert refused(f"@{name}") == f"error E608: {name}: a file ends in .yaml, .yml, .json or .txt"


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    name = "x" * 5000 + ".yaml"

    assert refused(f"@{name}", tmp_path) == f"error E601: there is no file {'x' * 57}... in {tmp_path}"


def test_a_file_without_a_name_is_refused() -> None:
    assert refused("@") == "error E608: @: a file ends in .yaml, .yml, .json or .txt"


def test_under_cruft_only_files_are_refused() -> None:
    assert files.load("User(a:int)", under_cruft=True) == files.load({"User": {"a": "int"}}, under_cruft=True)
    assert refused("@e.yaml", under_cruft=True).startswith("error E603: a file cannot be used with cruft: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("User:\n  a: b: c\n", "e.yaml:2:7: mapping values are not allowed here"),
        ("A: &x {a: int}\nB: *x\n", "e.yaml:2: aliases are not possible here"),
        ("User: {a: int}\nPost:\n  a: int\nUser: {b: int}\n", "e.yaml:4: User is there twice"),
        ("User:\n  a: int\n  a: str\n", "e.yaml:3: a is there twice"),
        ("a\x07", "e.yaml:1: special characters are not allowed"),
        ("--- {}\n--- {}\n", "e.yaml:2:1: but found another document"),
        ("[" * 5000, "e.yaml: it is nested too deeply"),
    ],
)
def test_broken_yaml(text: str, message: str, tmp_path: Path) -> None:
    assert refused(write(tmp_path, "e.yaml", text), tmp_path) == f"error E607: {message}"


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "e.txt").write_bytes("Grüße".encode("latin-1"))

    assert refused("@e.txt", tmp_path) == "error E607: e.txt: this is not UTF-8 text"


def test_broken_json_in_a_file(tmp_path: Path) -> None:
    name = write(tmp_path, "e.json", '{"User": }')

    assert refused(name, tmp_path) == (
        "error E607: e.json: this is not valid JSON: Expecting value: line 1 column 10 (char 9)"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"User": {"a": "int"}, "User": {"a": "int"}}', "User is there twice"),
        ('{"a":' * 40_000, "it is nested too deeply"),
    ],
)
def test_json_text_that_is_refused(text: str, message: str) -> None:
    assert refused(text) == f"error E607: this is not valid JSON: {message}"


def test_a_problem_in_a_mapping_is_shown_with_its_path(tmp_path: Path) -> None:
    text = """\
        User:
          name: sting
          first-name: str
        Order:
          user: Usr
          _unique: [[user, nam]]
          _table: Orders
        Size: enum(s, m, S)
        """
    name = write(tmp_path, "e.yaml", dedent(text))

    assert refused(name, tmp_path) == dedent("""\
        error E101 at e.yaml: User.first-name: a name cannot contain -
          first-name: str
               ^
          did you mean "_"?""")


def test_problems_in_a_mapping_are_in_its_order(tmp_path: Path) -> None:
    value = {
        "User": {"name": "uuid unique", "_api": "rest"},
        "Order": {"user": "Usr", "_unique": [["user", "usr"]], "_table": "Orders"},
        "Size": "enum(s, m, S)",
    }

    assert refused(value) == dedent("""\
        error E121 at User._api: api is one of full, read, none
          api=rest
              ^^^^
          for example api=read
        error E204 at Order.user: there is no entity Usr
          user: Usr
                ^^^
          did you mean "User"?
        error E401 at Order._unique: Order has no field usr
          unique(user, usr)
                       ^^^
          did you mean "user"?
        error E121 at Order._table: table is a lower_case name: Orders
          table=Orders
                ^^^^^^
          did you mean "orders"?
        error E209 at Size: the value S is there twice (s and S differ only in case)
          Size: enum(s, m, S)
                           ^
          remove one""")


def test_a_mapping_is_corrected_as_text() -> None:
    result = files.examine({"user": {"name": "sting", "_softdelete": "no"}})

    assert result.corrected == "User(name:str) softdelete=off"


def test_a_text_file_is_shown_with_its_lines(tmp_path: Path) -> None:
    assert refused(write(tmp_path, "e.txt", "User(\n  name: sting\n)"), tmp_path).splitlines()[:3] == [
        'error E203 at e.txt: line 2, column 9: unknown type "sting"',
        "    name: sting",
        "          ^^^^^",
    ]


# Values


def test_an_ordered_dict_keeps_its_order() -> None:
    value = OrderedDict(Zebra=OrderedDict(z="int", a="int"), Ant=OrderedDict(b="int"))

    assert str(files.load(value)) == "Zebra(z:int, a:int); Ant(b:int)"


def test_what_yaml_has_turned_into_booleans_is_understood_in_switches() -> None:
    value = {"User": {"a": "int", "_softdelete": False, "_timestamps": True}}

    assert str(files.load(value)) == "User(a:int) softdelete=off timestamps=on"


def test_a_description_over_several_lines_is_refused_but_for_its_end() -> None:
    assert files.load({"User": {"a": "int", "_doc": "people\n"}}).entities[0].doc == "people"
    assert refused({"User": {"a": "int", "_doc": "a\nb"}}) == (
        "error E605: User._doc: expected one line of text, found 2"
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (["User(a:int)"], "E604: a list is not possible here: Cookiecutter keeps only its first element; "),
        (None, "E605: entities: expected a text or a mapping, found NoneType"),
        (5, "E605: entities: expected a text or a mapping, found 5 (int)"),
        ({"User": "str"}, "E605: User: expected a mapping of fields, found 'str' (str)"),
        ({"User": ["a"]}, "E605: User: expected a mapping of fields, found ['a'] (list)"),
        ({5: {}}, "E605: 5: expected an entity's name, found 5 (int)"),
        ({"User": {True: "str"}}, "E605: User.True: expected a field's name, found True (bool)"),
        ({"User": {"a": 5}}, "E605: User.a: expected text such as str(120), found 5 (int)"),
        ({"User": {"a": "int", "_table": None}}, "E605: User._table: expected text, found NoneType"),
        (
            {"User": {"a": "int", "_tabel": "x"}},
            "E606: User._tabel: unknown option; options: _table _plural _softdelete ",
        ),
        (
            {"User": {"a": "int", "_index": "a"}},
            "E606: User._index: expected a list of lists of field names, for example ",
        ),
        ({"User": {"a": "int", "_index": [["a, b"]]}}, "E606: User._index: expected a list of lists of field names, "),
        ('["User"]', "E110 at column 1: expected an entity, found '['"),
        ("[]", "E110 at column 1: expected an entity, found '['"),
        ("{{ x }}", "E104 at column 1: {{ cannot be used here: Cookiecutter reads it as a Jinja tag"),
    ],
)
def test_values_that_are_refused(value: object, message: str) -> None:
    assert refused(value).startswith(f"error {message}")


@pytest.mark.parametrize("text", ["int, b:int", "int) Post(b:int", "int b:int", "int)", "int; b:int", "int\nb:int"])
def test_an_entry_of_a_mapping_cannot_hold_more_than_its_field(text: str) -> None:
    with pytest.raises(SpecError) as error:
        files.load({"User": {"a": text}})

    assert {problem.rule for problem in error.value.problems} <= {"E110", "E115"}


@pytest.mark.parametrize("key", ["a:int, b", "a, b", "a)", "a:int) Post(b"])
def test_a_key_of_a_mapping_cannot_hold_more_than_its_name(key: str) -> None:
    with pytest.raises(SpecError):
        files.load({"User": {key: "int"}})


def test_what_is_deeply_nested_is_shown_in_short() -> None:
    value: object = "x"
    for _ in range(900):
        value = [value]

    assert refused({"User": value}) == "error E605: User: expected a mapping of fields, found [[[[[[[...]]]]]]] (list)"


def test_control_characters_of_a_key_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in refused({"User": {"a\x1b[31m": "int"}})


def test_all_wrong_entries_are_reported_at_once() -> None:
    assert refused({"User": {"a": 5, "b": None}, "Post": 5}) == dedent("""\
        error E605: User.a: expected text such as str(120), found 5 (int)
        error E605: User.b: expected text such as str(120), found NoneType
        error E605: Post: expected a mapping of fields, found 5 (int)""")
