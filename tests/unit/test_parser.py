"""Every message to the letter (messages.yaml), and how problems are printed."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import TypedDict

import pytest
import yaml

from entity_spec import names
from entity_spec.errors import Problem, SpecError
from entity_spec.language.parser import Result, analyse, parse

MESSAGES = Path(__file__).parents[1] / "messages.yaml"


class Case(TypedDict, total=False):
    text: str
    canonical: str
    problems: list[str]
    corrected: str


CASES: list[Case] = yaml.safe_load(MESSAGES.read_text(encoding="utf-8"))


def described(problem: Problem) -> str:
    hint = f" | {problem.hint}" if problem.hint else ""
    return f"{problem.rule} {problem.line}:{problem.column}+{problem.length} {problem.message}{hint}"


def rules(result: Result) -> list[str]:
    return [problem.rule for problem in result.problems]


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["text"]))
def test_each_text_has_exactly_its_problems(case: Case) -> None:
    result = analyse(case["text"])

    assert [described(problem) for problem in result.problems] == case.get("problems", [])
    assert result.corrected == case.get("corrected")
    assert (str(result.spec) if result.spec else None) == case.get("canonical")


def test_parse_gives_the_spec_alone() -> None:
    spec = parse("Orders(number:str)")

    assert [entity.name for entity in spec.entities] == ["Orders"]


def test_a_description_has_no_space_around_it_and_a_blank_one_is_none() -> None:
    wide = "\u3000"

    spec = parse(f'enum Color(red) " "; User(name:str " his ", pet:Pet? "{wide}"); Pet(name:str "") "{wide}Pets"')

    assert str(spec) == 'enum Color(red); User(name:str "his", pet:Pet?); Pet(name:str) "Pets"'


def test_parse_raises_all_problems_with_warnings() -> None:
    with pytest.raises(SpecError) as error:
        parse("Users(name:sting, password:str)")

    assert [problem.rule for problem in error.value.problems] == ["W514", "E203", "W515"]
    assert error.value.corrected == "Users(name:str, password:str)"


@pytest.mark.parametrize(
    ("soft_delete", "message"),
    [
        (True, "is_deleted is added to every entity with soft delete"),
        (False, "is_deleted cannot be used: it is kept for soft delete"),
    ],
)
def test_a_column_of_soft_delete_is_refused_with_what_is_true_there(soft_delete: bool, message: str) -> None:
    with pytest.raises(SpecError) as error:
        parse("File(is_deleted:bool)", soft_delete=soft_delete)

    assert [problem.message for problem in error.value.problems] == [message]


@pytest.mark.parametrize("kind", ["token:str", "user_id:int"])
def test_however_many_names_are_doubtful_the_text_is_accepted(kind: str) -> None:
    result = analyse("User(a:int); " + "; ".join(f"E{number}({kind})" for number in range(300)))

    assert result.spec is not None
    assert result.problems


def test_an_error_is_printed_before_many_warnings() -> None:
    doubtful = "; ".join(f"E{number}(user_id:int)" for number in range(30))

    with pytest.raises(SpecError) as error:
        parse(f"{doubtful}; User(a:foo)")

    assert error.value.report().startswith('error E203 at column 538: unknown type "foo"\n')


def test_problems_are_printed_with_carets_and_the_corrected_text() -> None:
    text = "User(emial:emial uniq, name:string(120)); Order(total:decimal(10,2), user:Usr)"

    with pytest.raises(SpecError) as error:
        parse(text)

    types = "bigint bool date datetime decimal email enum float int json slug str text time url uuid"
    modifiers = "unique index readonly writeonly cascade restrict setnull pattern=/.../ backref=name"
    expected = f"""\
        error E203 at column 12: unknown type "emial"
          User(emial:emial uniq, name:string(120)); Order(total:decimal(10,2), user:Usr)
                     ^^^^^
          did you mean "email"? types: {types}, or an entity's name
        error E117 at column 18: unknown modifier "uniq"
          User(emial:emial uniq, name:string(120)); Order(total:decimal(10,2), user:Usr)
                           ^^^^
          did you mean "unique"? modifiers: {modifiers}
        error E203 at column 29: unknown type "string"
          User(emial:emial uniq, name:string(120)); Order(total:decimal(10,2), user:Usr)
                                      ^^^^^^
          did you mean "str"? types: {types}, or an entity's name
        error E204 at column 75: there is no entity Usr
          User(emial:emial uniq, name:string(120)); Order(total:decimal(10,2), user:Usr)
                                                                                    ^^^
          did you mean "User"?

        with every suggestion applied:
          entities='User(emial:email unique, name:str(120)); Order(total:decimal(10,2), user:User)'"""
    assert str(error.value) == dedent(expected)


def test_a_long_line_is_cut_around_the_caret() -> None:
    fields = ", ".join(f"field_{number}:str" for number in range(20))

    with pytest.raises(SpecError) as error:
        parse(f"User({fields}, bad:sting, {fields.replace('field', 'other')})")

    assert error.value.report(width=60).splitlines()[:3] == [
        'error E203 at column 280: unknown type "sting"',
        "  ...ield_19:str, bad:sting, other_0:str, other_1:str, ot...",
        "                      ^^^^^",
    ]


def test_a_line_that_fits_is_not_cut() -> None:
    with pytest.raises(SpecError) as error:
        parse("User(name:sting)")

    assert error.value.report(width=18).splitlines()[1:3] == ["  User(name:sting)", "            ^^^^^"]


def test_carets_stand_under_wide_characters() -> None:
    with pytest.raises(SpecError) as error:
        parse('User(name:str "日本 é", other:sting)')

    assert str(error.value).splitlines()[1:3] == [
        '  User(name:str "日本 é", other:sting)',
        "                                ^^^^^",
    ]


def test_several_lines_are_counted() -> None:
    with pytest.raises(SpecError) as error:
        parse("User(\n  name:sting\n)\n")

    assert str(error.value).splitlines()[:3] == [
        'error E203 at line 2, column 8: unknown type "sting"',
        "    name:sting",
        "         ^^^^^",
    ]


def test_windows_line_ends_are_not_shown() -> None:
    with pytest.raises(SpecError) as error:
        parse("User(\r\n  name:sting\r\n)\r\n")

    assert str(error.value).splitlines()[1:3] == ["    name:sting", "         ^^^^^"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    with pytest.raises(SpecError) as error:
        parse('User(name:str "\x1b[31m")')

    assert str(error.value) == (
        'error E107 at column 16: control character U+001B\n  User(name:str "?[31m")\n                 ^\n  remove it'
    )


def test_colours_mark_rule_and_caret() -> None:
    with pytest.raises(SpecError) as error:
        parse("User(name:str uniq)")

    first, _, carets, _ = error.value.report(width=100, color=True).splitlines()[:4]
    assert first == '\033[1;31merror E117\033[0m at column 15: unknown modifier "uniq"'
    assert carets == "  \033[1;32m              ^^^^\033[0m"


def test_at_most_twenty_problems_are_printed() -> None:
    with pytest.raises(SpecError) as error:
        parse("User(" + ", ".join(f"f{number}:sting" for number in range(30)) + ")")

    assert len(error.value.problems) == 30
    assert str(error.value).count("error E203") == 20
    assert "\n... and 10 more\n" in str(error.value)


def test_an_apostrophe_in_the_corrected_text_is_quoted_for_the_shell() -> None:
    with pytest.raises(SpecError) as error:
        parse('User(name:sting "Ann\'s")')

    assert str(error.value).endswith("""entities='User(name:str "Ann'"'"'s")'""")


def test_a_text_may_not_be_longer_than_an_argument() -> None:
    problem = analyse("x" * 320_000).problems[0]

    assert (problem.rule, problem.column) == ("E106", 262_145)
    assert problem.message == "320,000 characters are too many (at most 262,144)"
    assert problem.hint == "put the entities in a file: @entities.yaml"


def test_a_line_cut_off_by_the_terminal_is_refused_even_where_it_is_valid() -> None:
    text = 'User(name:str "' + "x" * 4078 + '")'

    assert len(text) == 4095
    assert rules(analyse(text)) == ["E108"]
    assert rules(analyse(text + "\n")) == []
    assert rules(analyse(text + " ")) == []


@pytest.mark.parametrize(
    ("answer", "line", "order", "rule"),
    [
        (None, "", "", None),
        (True, "", "", None),
        (False, "softdelete=on", "", "E311"),
        (True, "softdelete=off", "", "E311"),
        (True, "", "softdelete=off", "E311"),
        (None, "", "softdelete=off", None),
        (None, "softdelete=on", "softdelete=off", "E311"),
        (False, "softdelete=off", "", None),
    ],
)
def test_cascade_needs_the_same_kind_of_deletion(answer: bool | None, line: str, order: str, rule: str | None) -> None:
    text = f"Line(order:Order cascade) {line}; Order(a:int) {order}"

    assert rules(analyse(text, soft_delete=answer)) == ([rule] if rule else [])


def test_who_is_soft_deleted_is_told_the_right_way_round() -> None:
    text = "Line(order:Order cascade) softdelete=on; Order(a:int)"

    [problem] = analyse(text, soft_delete=False).problems

    assert problem.message == "Line.order is cascade, but Line is soft-deleted and Order is not"


def test_an_address_of_the_application_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "SERVED_PATHS", frozenset({"docs"}))

    [problem] = analyse("Doc(name:str)").problems

    assert described(problem) == (
        "E511 1:1+3 the address /docs belongs to the framework | add plural=, for example Doc(...) plural=doc_items"
    )


def test_an_entity_has_a_limited_number_of_indexes() -> None:
    fields = ", ".join(f"f{number}:int index" for number in range(62))

    [problem] = analyse(f"User({fields})").problems

    assert problem.message == "User has 62 indexes (at most 60; MySQL stops at 64)"


def test_an_enum_has_a_limited_number_of_values() -> None:
    values = ",".join(f"v{number}" for number in range(101))

    [problem] = analyse(f"User(kind:enum({values}))").problems

    assert described(problem) == "E209 1:11+4 101 enum values are too many (at most 100) | use an entity"


def test_an_enum_value_has_a_limited_length() -> None:
    [problem] = analyse(f"User(kind:enum({'x' * 61}))").problems

    assert described(problem) == "E209 1:16+61 an enum value has at most 60 characters | use letters, digits and _"
    assert analyse(f"User(kind:enum({'x' * 60}))").problems == ()


def test_index_names_are_unique_in_the_whole_schema() -> None:
    [problem] = analyse("User(a_b:int, c:int, a:int, b_c:int, index(a_b, c), index(a, b_c))").problems

    assert described(problem) == (
        "E510 1:53+13 ix_users_a_b_c would be the name of two indexes or keys | rename one of the fields"
    )


def test_problems_do_not_hide_each_other() -> None:
    result = analyse(
        "User(name:sting, friends:User[]?, age:int(9..1)); Post(author:Usr, unique(author, titel), title:str)"
    )

    assert rules(result) == ["E203", "E309", "E206", "E204", "E401"]
    assert str(result.corrected) == (
        "User(name:str, friends:User[], age:int(1..9)); Post(author:User, title:str, unique(author, title))"
    )
