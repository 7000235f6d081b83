"""Entities by the real command: at a terminal, on the command line, and from files, configurations and replays."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import textwrap
from pathlib import Path

import pytest

from tests.baking import ROOT, Shell, run, succeed
from tests.terminal import Terminal, at_terminal

DEFAULT = "or @entities.yaml (User("
AGAIN = "  Entities:"
CORRECT_OR_AGAIN = "  Entities (Enter takes the corrected text):"
TEXT_PROMPTS = ("Name of the project", "Directory and distribution name", "What it is, in one sentence")
CHOICE, DATABASE = "Choose from [1/2] (1):", "Choose from [1/2/3] (1):"
# Database, soft delete, primary keys, PgBouncer, and five numbers.
AFTER_ENTITIES = (DATABASE, CHOICE, CHOICE, CHOICE, "/13]", "/13]", "/13]", "/13]", "/13]")

TYPO = "Product(name:sting); Order(item:Product)"
CORRECTED = "Product(name:str); Order(item:Product)"
REPORT = """\
error E203 at column 14: unknown type "sting"
  Product(name:sting); Order(item:Product)
               ^^^^^
  did you mean "str"? types: bigint bool date datetime decimal email enum float int json slug str text time url uuid, \
or an entity's name

with every suggestion applied:
  entities='Product(name:str); Order(item:Product)'
"""
BRACES = "{{ cannot be used here: Cookiecutter reads it as a Jinja tag"
LEAVE_OUT = "  leave it out, also inside texts and patterns\n"


def configure(shell: Shell, entities: str) -> str:
    """Return the option for a configuration with these entities, in YAML or JSON."""
    own = (shell.directory / "../home/cookiecutter.yaml").read_text(encoding="utf-8")
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in json.loads(own).items()]
    path = shell.write("../home/other.yaml", f"default_context:\n  entities: {entities}\n{''.join(lines)}")
    return f"--config-file={path}"


def entities_of(shell: Shell, project: str = "my-service") -> str:
    return (shell.directory / project / "entities.txt").read_text(encoding="utf-8")


def replayed(shell: Shell) -> dict[str, object]:
    """The answers that Cookiecutter has kept for a replay."""
    [path] = (shell.directory / "../home/replay").glob("*.json")
    answers: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))["cookiecutter"]
    return answers


def accept(terminal: Terminal, *questions: str) -> None:
    """Accept the default answers."""
    for question in questions:
        terminal.answer(question, "")


# At a terminal


def test_the_corrected_answer_is_what_is_made_and_replayed(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        for question, line in zip(TEXT_PROMPTS, ("Till", "till-service", "At the till"), strict=True):
            terminal.answer(question, line)
        terminal.answer(DEFAULT, TYPO)
        terminal.wait(REPORT)
        terminal.answer(CORRECT_OR_AGAIN, CORRECTED)
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell, "till-service") == "Product(name:str)\nOrder(item:Product)\n"
    answers = replayed(shell)
    assert [answers[name] for name in ("project_name", "project_slug", "description", "entities")] == [
        "Till",
        "till-service",
        "At the till",
        CORRECTED,
    ]


@pytest.mark.parametrize(
    ("environment", "first_line", "carets"),
    [
        ({}, "\x1b[1;31merror E203\x1b[0m at column 14:", "\x1b[1;32m             ^^^^^\x1b[0m"),
        ({"NO_COLOR": "1"}, "\nerror E203 at column 14:", "\n               ^^^^^\r\n"),
        ({"TERM": "dumb"}, "\nerror E203 at column 14:", "\n               ^^^^^\r\n"),
    ],
    ids=["colours", "NO_COLOR", "dumb terminal"],
)
def test_only_a_terminal_that_wants_colours_gets_them(
    shell: Shell, environment: dict[str, str], first_line: str, carets: str
) -> None:
    with at_terminal(shell, "--no-input", f"entities={TYPO}", environment=environment) as (terminal, process):
        rest = terminal.rest()

    assert (process.wait(), shell.made) == (1, [])
    assert rest == REPORT
    assert first_line in f"\n{terminal.raw}"
    assert carets in terminal.raw


def test_a_doubt_is_coloured_too(shell: Shell) -> None:
    with at_terminal(shell, "--no-input", "entities=User(password:str)") as (terminal, process):
        terminal.rest()

    assert process.wait() == 0
    assert "\x1b[1;33mwarning W515\x1b[0m at column 6: " in terminal.raw


def test_a_report_is_as_wide_as_the_terminal(shell: Shell) -> None:
    environment = {"COLUMNS": "32"}
    with at_terminal(shell, "--no-input", f"entities=User(a:str); {TYPO}", environment=environment) as (terminal, _):
        rest = terminal.rest()

    assert rest.splitlines()[1:3] == ["  ...ct(name:sting); Order(it...", "             ^^^^^"]


TABLE = """\

  Entity   Table       Address                        Relations
 ────────────────────────────────────────────────────────────────────────────────────────
  Team     teams       /api/v1/teams
  Person   crm_staff   /api/v1/people, reading only   team -> Team (restrict), Team.people
                                                      boss -> Person (setnull)
                                                      friends -> Person[], Person.friends_of
"""
PEOPLE = (
    "Team(name:str); "
    "Person(team:Team, boss:Person? backref=none, friends:Person[]) plural=people table=crm_staff api=read"
)


def test_a_terminal_shows_what_was_understood_as_a_table(shell: Shell) -> None:
    with at_terminal(shell, "--no-input", f"entities={PEOPLE}") as (terminal, process):
        rest = terminal.rest()

    assert process.wait() == 0
    shown = "\n".join(line.rstrip() for line in rest.partition("Connections")[0].splitlines())
    assert shown.replace("─", "") == TABLE.replace("─", "")


def test_lines_show_it_elsewhere(shell: Shell) -> None:
    done = shell.cookiecutter(f"entities={PEOPLE}")

    assert done.stdout.partition("Connections")[0] == (
        "Team -> teams, /api/v1/teams\n"
        "Person -> crm_staff, /api/v1/people, reading only, team -> Team (restrict), Team.people, "
        "boss -> Person (setnull), friends -> Person[], Person.friends_of\n"
    )


MANY = "; ".join(f"Thing{number}(name:str)" for number in range(300))


def test_a_long_line_arrives_whole_where_lines_can_be_edited(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, "Thing(name:sting")
        # From here on, the line editor reads.
        terminal.answer(AGAIN, MANY)
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == MANY.replace("; ", "\n") + "\n"


def test_a_line_that_the_terminal_has_cut_is_refused(shell: Shell) -> None:
    # A Python that cannot edit lines.
    without = shell.write("../without/readline.py", "raise ImportError\n").parent
    with at_terminal(shell, environment={"PYTHONPATH": str(without)}) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, MANY)
        terminal.wait(
            "error E108 at column 4095: this value is exactly 4,095 bytes long: terminals silently cut longer lines\n"
        )
        terminal.wait("\n  give it on the command line (entities=...) or in a file (@entities.yaml)\n")
        terminal.answer(AGAIN, "User(name:str)")
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "User(name:str)\n"


def test_a_second_line_answers_the_next_prompt(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, "User(name:str)\nOrder(user:User)")
        terminal.wait("Please select one of the available options")
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "User(name:str)\n"


def test_lines_of_one_entity_are_asked_again_one_by_one(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, "User(\nname:str\n)")
        for said in (
            "this ( of User is never closed",
            "name: is a field, but it is not inside",
            "no open ( for this )",
        ):
            terminal.wait(said)
        terminal.answer(AGAIN, "User(name:str)")
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "User(name:str)\n"


def test_jinja_is_refused_as_soon_as_it_is_typed(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, 'User(name:str="{{ 7*7 }}")')
        terminal.wait(f"error E104 at column 16: {BRACES}\n")
        terminal.answer(AGAIN, "User(name:str)")
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "User(name:str)\n"


def test_json_can_be_typed(shell: Shell) -> None:
    typed = '{"Zebra": {"z": "str", "a": "int"}, "Ant": {"name": "str"}}'
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, '{"Zebra": {"z": "sting"}}')
        terminal.wait('error E203 at Zebra.z: unknown type "sting"\n')
        terminal.answer(AGAIN, typed)
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "Zebra(z:str, a:int)\nAnt(name:str)\n"
    assert replayed(shell)["entities"] == typed


def at_mapping_prompt(shell: Shell, typed: str, *then: tuple[str, str]) -> int:
    """Return the exit status if a configuration makes Cookiecutter ask for a mapping last."""
    with at_terminal(shell, configure(shell, '{"User": {"name": "str"}}')) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS, *AFTER_ENTITIES)
        terminal.answer("or @entities.yaml (default):", typed)
        for question, line in then:
            terminal.answer(question, line)
        terminal.rest()
    return process.wait()


def test_a_mapping_can_be_typed_where_one_is_asked_for(shell: Shell) -> None:
    assert at_mapping_prompt(shell, '{"Zebra": {"z": "str", "a": "int"}, "Ant": {"name": "str"}}') == 0
    assert entities_of(shell) == "Zebra(z:str, a:int)\nAnt(name:str)\n"
    assert replayed(shell)["entities"] == {"Zebra": {"z": "str", "a": "int"}, "Ant": {"name": "str"}}


def test_a_mapping_that_is_asked_for_may_stay_as_it_is(shell: Shell) -> None:
    assert at_mapping_prompt(shell, "") == 0
    assert entities_of(shell) == "User(name:str)\n"


def test_a_mistake_in_a_mapping_is_asked_again(shell: Shell) -> None:
    report = 'error E203 at User.name: unknown type "sting"\n  name: sting\n        ^^^^^\n'
    wrong, right = '{"User": {"name": "sting"}}', '{"User": {"name": "text"}}'

    assert at_mapping_prompt(shell, wrong, (report, ""), (AGAIN, right)) == 0

    assert entities_of(shell) == "User(name:text)\n"


# Once more


def test_a_mistake_that_a_later_answer_reveals_is_asked_again(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, "Order(number:str); Line(order:Order cascade) softdelete=off")
        accept(terminal, *AFTER_ENTITIES)
        terminal.wait("Line.order is cascade, but Order is soft-deleted and Line is not")
        terminal.answer(AGAIN, "Order(number:str); Line(order:Order cascade)")
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "Order(number:str)\nLine(order:Order cascade)\n"


def test_an_empty_line_takes_the_corrected_text(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, TYPO)
        terminal.wait(REPORT)
        accept(terminal, CORRECT_OR_AGAIN, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "Product(name:str)\nOrder(item:Product)\n"
    assert replayed(shell)["entities"] == CORRECTED


def test_an_empty_line_is_asked_again_where_nothing_is_corrected(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, "Product(name:str unique index)")
        terminal.wait("a unique field is already indexed")
        terminal.answer(AGAIN, "")
        terminal.answer(AGAIN, "none")
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "none\n"


DOC = 'User(name:str "it\'s \\"his\\"")'


@pytest.mark.parametrize(
    "pasted",
    [
        f"  entities={shlex.quote(DOC)}",
        shlex.quote(DOC),
        'entities="User(name:str \\"it\'s \\\\\\"his\\\\\\"\\")"',
        f"entities={DOC}",
    ],
    ids=["as printed", "quotes alone", "double quotes", "no quotes"],
)
def test_what_a_report_prints_can_be_pasted(shell: Shell, pasted: str) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, pasted)
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == f"{DOC}\n"
    assert replayed(shell)["entities"] == DOC


def test_what_a_report_prints_can_be_pasted_after_a_mistake(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, TYPO)
        terminal.answer(CORRECT_OR_AGAIN, f"entities='{CORRECTED}'")
        accept(terminal, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert replayed(shell)["entities"] == CORRECTED


LEFT, UP, HOME = "\x1b[D", "\x1b[A", "\x01"


def test_a_line_can_be_edited_and_brought_back(shell: Shell) -> None:
    with at_terminal(shell) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS)
        terminal.answer(DEFAULT, f"Product(name:stng){LEFT * 3}i")
        terminal.wait('error E203 at column 14: unknown type "sting"')
        terminal.answer(CORRECT_OR_AGAIN, f"{UP}{HOME}Big")
        terminal.wait('error E203 at column 17: unknown type "sting"')
        accept(terminal, CORRECT_OR_AGAIN, *AFTER_ENTITIES)
        terminal.rest()

    assert process.wait() == 0
    assert entities_of(shell) == "BigProduct(name:str)\n"


# What is never rendered


@pytest.mark.parametrize(
    ("tag", "opener"),
    [
        ("{{ 7*7 }}", "{{"),
        ("{{ nowhere }}", "{{"),
        ("{{ broken", "{{"),
        ("{% broken %}", "{%"),
        ("{# a comment #}", "{#"),
        ("{# broken", "{#"),
    ],
)
def test_jinja_is_refused_and_not_evaluated(shell: Shell, tag: str, opener: str) -> None:
    done = shell.cookiecutter(f'entities=User(name:str="{tag}")')

    assert done.stderr == (
        f"error E104 at column 16: {opener} cannot be used here: Cookiecutter reads it as a Jinja tag\n"
        f'  User(name:str="{tag}")\n'
        "                 ^^\n"
        f"{LEAVE_OUT}"
    )
    assert (done.returncode, done.stdout, shell.made) == (1, "", [])


ENTRY = f'error E104 at User.name: {BRACES}\n  name: str="{{{{ 7*7 }}}}"\n             ^^\n{LEAVE_OUT}'


def test_jinja_in_a_mapping_is_refused(shell: Shell) -> None:
    done = shell.cookiecutter(configure(shell, json.dumps({"User": {"name": 'str="{{ 7*7 }}"'}})))

    assert (done.stderr, done.returncode, shell.made) == (ENTRY, 1, [])


def test_jinja_in_json_is_refused(shell: Shell) -> None:
    value = json.dumps({"User": {"name": 'str="{{ 7*7 }}"'}})

    done = shell.cookiecutter(f"entities={value}")

    assert (done.stderr, done.returncode, shell.made) == (ENTRY, 1, [])


@pytest.mark.parametrize(
    "text",
    ["Zoë \U0001f680 \\ ' /", r"\u007b\u007b and \x7b%", "}} %} #}"],
    ids=["characters", "escapes", "closing braces"],
)
def test_everything_else_arrives_as_it_was_written(shell: Shell, text: str) -> None:
    value = json.dumps({"User": {"name": "str", "_doc": text}}, ensure_ascii=False)

    done = shell.cookiecutter(f"entities={value}")

    succeed(done)
    escaped = text.replace("\\", "\\\\")
    assert entities_of(shell) == f'User(name:str) "{escaped}"\n'


# The command line and files


def test_a_value_may_have_lines_and_comments(shell: Shell) -> None:
    text = """
        # the people
        User(
          email: email unique   # one account each
          name: str(120)
        )

        Order(user: User)  # what they buy
    """

    succeed(shell.cookiecutter(f"entities={textwrap.dedent(text)}"))

    assert entities_of(shell) == "User(email:email unique, name:str(120))\nOrder(user:User)\n"


def test_json_keeps_its_order(shell: Shell) -> None:
    succeed(shell.cookiecutter('entities={"Zebra": {"z": "str", "a": "int"}, "Ant": {"name": "str"}}'))

    assert entities_of(shell) == "Zebra(z:str, a:int)\nAnt(name:str)\n"


def test_a_file_stands_where_the_program_that_bakes_does(shell: Shell) -> None:
    # A program that starts Cookiecutter in another directory may leave PWD unchanged.
    shell.write("shop.yaml", "Right:\n  name: str\n")
    other = shell.write("../home/shop.yaml", "Wrong:\n  name: str\n").parent
    there = Shell(shell.directory, shell.environment | {"PWD": str(other)})

    succeed(there.cookiecutter("entities=@shop.yaml", "--output-dir=out"))

    assert entities_of(shell, "out/my-service") == "Right(name:str)\n"


def test_a_replayed_file_stands_where_the_user_does_now(shell: Shell) -> None:
    shell.write("shop.yaml", "User:\n  name: str\n")
    succeed(shell.cookiecutter("entities=@shop.yaml"))
    shell.write("later/shop.yaml", "Customer:\n  name: str\n")
    later = Shell(shell.directory / "later", shell.environment)

    succeed(later.cookiecutter("--replay", answers=""))

    assert entities_of(later) == "Customer(name:str)\n"


def test_a_replayed_file_that_is_gone_is_told_with_the_place(shell: Shell) -> None:
    shell.write("shop.yaml", "User:\n  name: str\n")
    succeed(shell.cookiecutter("entities=@shop.yaml", "--output-dir=out"))
    os.unlink(shell.directory / "shop.yaml")

    done = shell.cookiecutter("--replay", "--output-dir=again", answers="")

    assert (done.stderr, done.returncode) == (f"error E601: there is no file shop.yaml in {shell.directory}\n", 1)


COMMANDS = re.findall(
    r"^    (cookiecutter .+)$", (ROOT / "docs" / "entities.md").read_text(encoding="utf-8"), re.MULTILINE
)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_documented_commands_take_files(shell: Shell, command: str) -> None:
    shell.write("entities.yaml", "User:\n  name: str\n")
    shell.write("entities.txt", "User(\n  name: str  # a comment\n)\n")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    done = run(
        "bash",
        "-c",
        command.replace("TEMPLATE", shlex.quote(str(ROOT))),
        cwd=shell.directory,
        environment=shell.environment | {"PATH": path},
    )

    succeed(done)
    assert entities_of(shell) == "User(name:str)\n"


# Configurations and replays


@pytest.mark.parametrize(
    "written",
    [
        "User(name:str(2..120)=abc); Order(user:User cascade)",
        "'User(name: str(2..120)=abc); Order(user: User cascade)'",
        "|\n    # comment\n    User(name:str(2..120)=abc)\n    Order(user:User cascade)",
        "{User: {name: str(2..120)=abc}, Order: {user: User cascade}}",
        "\n    User:\n      name: str(2..120)=abc\n    Order:\n      user: User cascade",
    ],
    ids=["bare", "quoted", "block", "flow mapping", "mapping"],
)
def test_a_configuration_may_hold_any_form(shell: Shell, written: str) -> None:
    succeed(shell.cookiecutter(configure(shell, written)))

    assert entities_of(shell) == "User(name:str(2..120)=abc)\nOrder(user:User cascade)\n"


def test_a_configuration_may_name_a_file(shell: Shell) -> None:
    shell.write("shop.yaml", "User:\n  name: str\n")

    succeed(shell.cookiecutter(configure(shell, "'@shop.yaml'")))

    assert entities_of(shell) == "User(name:str)\n"


def test_switches_may_be_yaml_booleans(shell: Shell) -> None:
    succeed(shell.cookiecutter(configure(shell, "{User: {name: str, _softdelete: off, _timestamps: yes}}")))

    assert entities_of(shell) == "User(name:str) softdelete=off timestamps=on\n"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{User: {active: no}}", "User.active: expected text such as str(120), found False (bool)"),
        ("{User: {active: off}}", "User.active: expected text such as str(120), found False (bool)"),
        ("{User: {active: }}", "User.active: expected text such as str(120), found NoneType"),
        ("{User: }", "User: expected a mapping of fields, found NoneType"),
        ("{User: yes}", "User: expected a mapping of fields, found True (bool)"),
        ("no", "entities: expected a text or a mapping, found False (bool)"),
        ("null", "entities: expected a text or a mapping, found NoneType"),
    ],
)
def test_what_yaml_has_turned_into_something_else_is_refused(shell: Shell, written: str, message: str) -> None:
    done = shell.cookiecutter(configure(shell, written))

    assert (done.stderr, done.returncode, shell.made) == (f"error E605: {message}\n", 1, [])


def test_a_list_is_refused_though_a_choice_was_made(shell: Shell) -> None:
    with at_terminal(shell, configure(shell, '["User(name:str)", "Tag(name:str)"]')) as (terminal, process):
        accept(terminal, *TEXT_PROMPTS, CHOICE)
        rest = terminal.rest()

    assert rest.splitlines()[-1] == (
        "error E604: a list is not possible here: Cookiecutter keeps only its first element; "
        "write one text, or a mapping"
    )
    assert (process.wait(), shell.made) == (1, [])


@pytest.mark.parametrize(
    "entities",
    ["Zebra(z:str, a:int); Ant(name:str)", {"Zebra": {"z": "str", "a": "int"}, "Ant": {"name": "str"}}],
    ids=["text", "mapping"],
)
def test_a_replay_file_may_hold_text_or_a_mapping(shell: Shell, entities: object) -> None:
    succeed(shell.cookiecutter(configure(shell, json.dumps(entities))))
    file = shell.write("kept.json", json.dumps({"cookiecutter": replayed(shell)}))

    succeed(shell.cookiecutter("--replay-file", file, "--output-dir=again", answers=""))

    assert entities_of(shell) == "Zebra(z:str, a:int)\nAnt(name:str)\n"
    assert entities_of(shell, "again/my-service") == entities_of(shell)
