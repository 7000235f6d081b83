"""What cannot be generated is refused before anything is made: one message, exit status 1, no traceback."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest

from entity_spec.answers import NUMBERS
from tests.baking import ROOT, Shell

SLUG = "error: project_slug: small letters, digits and single hyphens, beginning with a letter, found"
TYPO = """\
error E203 at column 11: unknown type "string"
  User(name:string)
            ^^^^^^
  did you mean "str"? types: bigint bool date datetime decimal email enum float int json slug str text time url uuid, \
or an entity's name

with every suggestion applied:
  entities='User(name:str)'
"""
TWO_TYPOS = """\
error E117 at column 19: unknown modifier "uniq"
  User(emial:email? uniq); Order(user:Usr)
                    ^^^^
  did you mean "unique"? modifiers: unique index readonly writeonly cascade restrict setnull pattern=/.../ backref=name
error E204 at column 37: there is no entity Usr
  User(emial:email? uniq); Order(user:Usr)
                                      ^^^
  did you mean "User"?

with every suggestion applied:
  entities='User(emial:email? unique); Order(user:User)'
"""
MAPPING = """\
error E203 at User.name: unknown type "string"
  name: string
        ^^^^^^
  did you mean "str"? types: bigint bool date datetime decimal email enum float int json slug str text time url uuid, \
or an entity's name
"""
UNDER_CRUFT = """\
error E603: a file cannot be used with cruft: an update would compare shop.yaml with itself; \
pass its text or its mapping instead
"""
RENAME = """\
error E803 at column 15: nothing in a new project was renamed
  User(name:str was=title)
                ^^^^^^^^^
  remove it; in a project that exists, edit its entities and run evolve.py there
"""
LIST = (
    "error E604: a list is not possible here: Cookiecutter keeps only its first element; write one text, or a mapping\n"
)


class Refusal(NamedTuple):
    answer: str
    message: str


REFUSALS = {
    "slug with a slash": Refusal("project_slug=a/b", f"{SLUG} 'a/b'; did you mean 'a-b'?\n"),
    "slug with a backslash": Refusal("project_slug=a\\b", f"{SLUG} 'a\\\\b'; did you mean 'a-b'?\n"),
    "slug that leaves": Refusal("project_slug=..", f"{SLUG} '..', for example 'my-service'\n"),
    "slug from the root": Refusal("project_slug=/tmp/x", f"{SLUG} '/tmp/x'; did you mean 'tmp-x'?\n"),
    "slug with capitals": Refusal("project_slug=MyApp", f"{SLUG} 'MyApp'; did you mean 'myapp'?\n"),
    "slug with a digit first": Refusal("project_slug=2fast", f"{SLUG} '2fast'; did you mean 'fast'?\n"),
    "slug that is a keyword": Refusal(
        "project_slug=class", "error: project_slug: 'class' is a Python keyword; did you mean 'class-service'?\n"
    ),
    "slug of a dependency": Refusal(
        "project_slug=fastapi",
        "error: project_slug: 'fastapi' is the name of something else; did you mean 'fastapi-service'?\n",
    ),
    "slug of a dependency, spelled otherwise": Refusal(
        "project_slug=pydantic_settings",
        "error: project_slug: 'pydantic_settings' is the name of something else;"
        " did you mean 'pydantic_settings-service'?\n",
    ),
    "slug that Windows has no file for": Refusal(
        "project_slug=com1", "error: project_slug: 'com1' is the name of something else; did you mean 'com1-service'?\n"
    ),
    "slug that is too long": Refusal(
        f"project_slug={'a' * 61}", "error: project_slug: at most 60 characters, found 61\n"
    ),
    "empty slug": Refusal("project_slug=", "error: project_slug: cannot be empty; for example 'my-service'\n"),
    "empty name": Refusal("project_name=", "error: project_name: cannot be empty\n"),
    "name of blanks": Refusal("project_name=  ", "error: project_name: cannot be empty\n"),
    "name that gives no slug": Refusal(
        "project_name=🚀", "error: project_slug: cannot be empty; for example 'my-service'\n"
    ),
    "name that is too long": Refusal(
        f"project_name={'a ' * 50}b", "error: project_name: at most 100 characters, found 101\n"
    ),
    "name of two lines": Refusal(
        "project_name=a\nb", "error: project_name: control characters are not possible, found 'a\\nb'\n"
    ),
    "empty description": Refusal("description=", "error: description: cannot be empty\n"),
    "description that rings": Refusal(
        "description=a\x07", "error: description: control characters are not possible, found 'a\\x07'\n"
    ),
    "description that turns around": Refusal(
        "description=a\u202eb", "error: description: control characters are not possible, found 'a\\u202eb'\n"
    ),
    "description that is too long": Refusal(
        f"description={'a' * 301}", "error: description: at most 300 characters, found 301\n"
    ),
    "PgBouncer without PostgreSQL": Refusal(
        "pgbouncer=yes", "error: pgbouncer: expected no, as database is sqlite: it is a pooler for PostgreSQL\n"
    ),
    "unknown type": Refusal("entities=User(name:string)", TYPO),
    "two typos": Refusal("entities=User(emial:email? uniq); Order(user:Usr)", TWO_TYPOS),
    "unknown type in JSON": Refusal('entities={"User": {"name": "string"}}', MAPPING),
    "JSON that is not closed": Refusal(
        'entities={"User": ', "error E607: this is not valid JSON: Expecting value: line 1 column 10 (char 9)\n"
    ),
    "former name": Refusal("entities=User(name:str was=title)", RENAME),
    "Jinja in entities": Refusal(
        'entities=User(name:str="{{ 7*7 }}")',
        """\
error E104 at column 16: {{ cannot be used here: Cookiecutter reads it as a Jinja tag
  User(name:str="{{ 7*7 }}")
                 ^^
  leave it out, also inside texts and patterns
""",
    ),
}
NO_NUMBERS = ("-1", "", "many", "1.5", "1e3", "0x10", "8 ", "\u0663", "1_000", "1" * 30, "1,000")


def refuse(shell: Shell, *arguments: str) -> str:
    """Return the message for a user who gets no project."""
    done = shell.cookiecutter(*arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert shell.made == []
    return done.stderr


@pytest.mark.parametrize("case", REFUSALS.values(), ids=REFUSALS)
def test_a_bad_answer_is_refused(shell: Shell, case: Refusal) -> None:
    assert refuse(shell, case.answer) == case.message


@pytest.mark.parametrize("first", range(0, len(NO_NUMBERS), len(NUMBERS)))
def test_no_number_is_refused(shell: Shell, first: int) -> None:
    given = dict(zip(NUMBERS, NO_NUMBERS[first:], strict=False))

    assert refuse(shell, *(f"{name}={number}" for name, number in given.items())) == "".join(
        f"error: {name}: expected a whole number from {least} to {most}, found {given[name]!r}\n"
        for name, (least, most) in NUMBERS.items()
        if name in given
    )


@pytest.mark.parametrize("beyond", ["below", "above"])
def test_a_number_out_of_range_is_refused(shell: Shell, beyond: str) -> None:
    numbers = {name: least - 1 if beyond == "below" else most + 1 for name, (least, most) in NUMBERS.items()}

    assert refuse(shell, *(f"{name}={number}" for name, number in numbers.items())) == "".join(
        f"error: {name}: expected a whole number from {least} to {most}, found '{numbers[name]}'\n"
        for name, (least, most) in NUMBERS.items()
    )


def test_all_bad_answers_are_told_at_once(shell: Shell) -> None:
    assert refuse(shell, "project_slug=..", "description=", "pool_size=0", "workers=many") == (
        "error: description: cannot be empty\n"
        f"{SLUG} '..', for example 'my-service'\n"
        "error: pool_size: expected a whole number from 1 to 1000, found '0'\n"
        "error: workers: expected a whole number from 1 to 256, found 'many'\n"
    )


def test_a_missing_file_is_told_with_the_place(shell: Shell) -> None:
    shell.write("entitys.yaml", "User:\n  name: str\n")
    done = shell.cookiecutter("entities=@entities.yaml")

    assert done.stderr == (
        f"error E601: there is no file entities.yaml in {shell.directory}; did you mean @entitys.yaml?\n"
    )
    assert (done.returncode, shell.made) == (1, ["entitys.yaml"])


def test_a_mistake_in_a_file_is_told_with_the_place(shell: Shell) -> None:
    shell.write("shop.txt", "User(name:str)\nOrder(user:Usr)\n")
    done = shell.cookiecutter("entities=@shop.txt")

    assert done.stderr == (
        "error E204 at shop.txt: line 2, column 12: there is no entity Usr\n"
        '  Order(user:Usr)\n             ^^^\n  did you mean "User"?\n'
    )
    assert (done.returncode, shell.made) == (1, ["shop.txt"])


@pytest.mark.parametrize(
    ("entities", "message"),
    [(["User(name:str)", "Tag(name:str)"], LIST), ({"User": {"name": "string"}}, MAPPING)],
    ids=["list", "mapping with a typo"],
)
def test_bad_entities_in_a_configuration_are_refused(shell: Shell, entities: object, message: str) -> None:
    config = shell.write("../home/other.yaml", json.dumps({"default_context": {"entities": entities}}))

    assert refuse(shell, f"--config-file={config}") == message


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"entities": "User(name:string)"}, TYPO),
        ({"entities": "User(name:str was=title)"}, RENAME),
        ({"pool_size": "0"}, "error: pool_size: expected a whole number from 1 to 1000, found '0'\n"),
        ({"pool_size": ["8"]}, "error: pool_size: expected text, found list\n"),
        # What `cruft create` and `cruft update` pass.
        ({"entities": "@shop.yaml", "_commit": "4a7d1ed4"}, UNDER_CRUFT),
    ],
    ids=["entities", "former name", "number", "list", "cruft"],
)
def test_what_does_not_pass_the_prompts_is_checked_too(shell: Shell, answers: dict[str, object], message: str) -> None:
    prompts = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
    defaults = {name: default[0] if isinstance(default, list) else default for name, default in prompts.items()}
    defaults |= {name: default for name, default in prompts.items() if name.startswith("_")}
    given = defaults | {"project_slug": "shop", "__prompts__": {}} | answers
    bad = shell.write("../home/bad.json", json.dumps({"cookiecutter": given}))

    done = shell.cookiecutter("--replay-file", bad, answers="")

    # Only the hook sees a replay, and Cookiecutter itself reports that a hook has failed.
    assert done.stderr == message
    assert "entity_spec" not in done.stdout
    assert (done.returncode, shell.made) == (1, [])
