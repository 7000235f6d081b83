"""Three-way merges of whole projects, file by file."""

from __future__ import annotations

import pytest

from entity_spec.evolve.changes import RefusedError
from entity_spec.evolve.merging import File, Merge, merge
from entity_spec.language.parser import parse
from entity_spec.model import Entity

LONG = "".join(f"line {number}\n" for number in range(10))
OWN = LONG.replace("line 2\n", "mine\n")
NEWER = LONG.replace("line 8\n", "theirs\n")
BOTH = OWN.replace("line 8\n", "theirs\n")


def files(**texts: str) -> dict[str, File]:
    """Return files; their names have underscores for slashes and points."""
    return {name.replace("__", "/").replace("_py", ".py"): File(text.encode()) for name, text in texts.items()}


def written(done: Merge) -> dict[str, str]:
    return {name: file.data.decode() for name, file in done.written.items()}


def outcome(done: Merge) -> tuple[dict[str, str], list[str], list[str], list[str]]:
    return written(done), done.deleted, done.conflicts, done.left


def test_what_nobody_changes_stays() -> None:
    assert outcome(merge(files(a="1"), files(a="1"), files(a="1"))) == ({}, [], [], [])


def test_changes_of_the_template_are_taken() -> None:
    done = merge(files(a="1", b="1", c="1"), files(a="2", b="1", d="1"), files(a="1", b="1", c="1"))

    assert outcome(done) == ({"a": "2", "d": "1"}, ["c"], [], [])


def test_changes_of_the_owner_stay() -> None:
    done = merge(files(a="1", b="1"), files(a="1", b="1"), files(a="2", own="1"))

    assert outcome(done) == ({}, [], [], [])


def test_changes_of_both_come_together() -> None:
    done = merge(files(a=LONG), files(a=NEWER), files(a=OWN))

    assert outcome(done) == ({"a": BOTH}, [], [], [])
    assert done.mixed == {"a": OWN}


def test_the_same_change_of_both_is_none() -> None:
    assert outcome(merge(files(a="1"), files(a="2"), files(a="2"))) == ({}, [], [], [])


def test_changes_of_one_line_conflict() -> None:
    done = merge(files(a="1\n"), files(a="2\n"), files(a="3\n"))

    assert outcome(done) == ({"a": "<<<<<<< yours\n3\n=======\n2\n>>>>>>> template\n"}, [], ["a"], [])


def test_what_the_owner_has_deleted_stays_away() -> None:
    done = merge(files(a="1", b="1", c="1"), files(a="2", b="1"), {})

    assert outcome(done) == ({}, [], [], ["a: the template has changed it, but you have deleted it"])


def test_what_is_changed_is_not_deleted() -> None:
    done = merge(files(a="1"), {}, files(a="2"))

    assert outcome(done) == ({}, [], [], ["a: the template no longer has it, but you have changed it"])


def test_a_file_of_the_owners_in_the_place_of_a_new_one_is_kept() -> None:
    done = merge({}, files(a="1\n2\n", b="1\n"), files(a="1\n3\n", b="1\n"))

    assert outcome(done) == ({"a": "1\n<<<<<<< yours\n3\n=======\n2\n>>>>>>> template\n"}, [], ["a"], [])


def test_changes_follow_a_file_that_was_moved() -> None:
    done = merge(files(a__b_py=LONG), files(a__b_py=NEWER), files(c__d_py=OWN, c__e_py="1\n", f=LONG))

    assert outcome(done) == ({"c/d.py": BOTH}, [], [], [])


def test_a_file_that_was_moved_and_not_changed_is_left_alone() -> None:
    assert outcome(merge(files(a_py=LONG), files(a_py=LONG), files(b_py=OWN))) == ({}, [], [], [])


# Renamed entities


def renamed(old: str, new: str) -> tuple[Entity, Entity]:
    (before,), (after,) = (parse(f"{text}(name:str)").entities for text in (old, new))
    return before, after


def test_changes_follow_an_entity_that_was_renamed() -> None:
    base = files(app__customer_py=LONG, tests__test_customers_py=LONG, app__customer_detail_py=LONG)
    new = files(app__client_py=NEWER, tests__test_clients_py=LONG, app__client_detail_py=NEWER)
    ours = base | files(app__customer_py=OWN)

    done = merge(base, new, ours, [renamed("Customer", "Client")])

    assert outcome(done) == (
        {"app/client.py": BOTH, "tests/test_clients.py": LONG, "app/client_detail.py": NEWER},
        ["app/customer.py", "app/customer_detail.py", "tests/test_customers.py"],
        [],
        [],
    )


def test_two_entities_swap_their_names() -> None:
    base, new = files(ant_py=LONG, bee_py="1\n"), files(bee_py=NEWER, ant_py="2\n")

    done = merge(base, new, base | files(ant_py=OWN), [renamed("Ant", "Bee"), renamed("Bee", "Ant")])

    assert outcome(done) == ({"bee.py": BOTH, "ant.py": "2\n"}, [], [], [])


def test_names_follow_one_another() -> None:
    base, new = files(ant_py=LONG, bee_py="1\n"), files(bee_py=NEWER, cat_py="2\n")

    done = merge(base, new, base | files(ant_py=OWN), [renamed("Ant", "Bee"), renamed("Bee", "Cat")])

    assert outcome(done) == ({"bee.py": BOTH, "cat.py": "2\n"}, ["ant.py"], [], [])


def test_an_entity_may_be_called_as_a_part_of_each_name() -> None:
    base, new = files(tests__test_tests_py=LONG), files(tests__test_exams_py=NEWER)

    done = merge(base, new, base, [renamed("Test", "Exam")])

    assert outcome(done) == ({"tests/test_exams.py": NEWER}, ["tests/test_tests.py"], [], [])


def test_a_renamed_file_that_was_moved_stays_where_it_is() -> None:
    done = merge(
        files(app__customer_py=LONG),
        files(app__client_py=NEWER),
        files(own__customer_py=OWN),
        [renamed("Customer", "Client")],
    )

    assert outcome(done) == ({"own/customer.py": BOTH}, [], [], [])


@pytest.mark.parametrize(
    ("ours", "message"),
    [
        (files(ant_py=LONG, bee_py="1\n"), "bee.py is in the way of an entity's new name: move it away"),
        (files(ant_py=OWN, bee_py=OWN), "bee.py is in the way of an entity's new name: move it away"),
    ],
)
def test_a_new_name_that_is_taken_is_refused(ours: dict[str, File], message: str) -> None:
    with pytest.raises(RefusedError) as refused:
        merge(files(ant_py=LONG), files(bee_py=LONG), ours, [renamed("Ant", "Bee")])

    assert refused.value.messages == (message,)


def test_a_new_name_of_something_that_was_removed_and_changed_is_refused() -> None:
    with pytest.raises(RefusedError, match="and you have changed it: move it away"):
        merge(
            files(ant_py=LONG, bee_py="1\n"),
            files(bee_py=LONG),
            files(ant_py=LONG, bee_py="2\n"),
            [renamed("Ant", "Bee")],
        )


# Other than plain text


def test_a_mode_is_merged_as_well() -> None:
    plain, executable = File(LONG.encode()), File(LONG.encode(), is_executable=True)

    assert merge({"a": plain}, {"a": executable}, {"a": plain}).written == {"a": executable}
    assert merge({"a": plain}, {"a": plain}, {"a": executable}).written == {}
    assert merge({"a": plain}, {"a": File(NEWER.encode())}, {"a": executable}).written == {
        "a": File(NEWER.encode(), is_executable=True)
    }


@pytest.mark.parametrize("data", [b"\0", b"\xff"])
def test_what_is_no_text_is_not_merged(data: bytes) -> None:
    done = merge(files(a="1"), files(a="2"), {"a": File(data)})

    assert done.written == {}
    assert done.left == ["a: both you and the template have changed it, and it is no text: yours was kept"]


def test_line_ends_of_windows_stay() -> None:
    done = merge(files(a=LONG), files(a=NEWER), {"a": File(OWN.replace("\n", "\r\n").encode())})

    assert written(done) == {"a": BOTH.replace("\n", "\r\n")}


def test_line_ends_alone_are_no_change() -> None:
    done = merge(files(a=LONG), files(a=NEWER), {"a": File(LONG.replace("\n", "\r\n").encode())})

    assert (written(done), done.mixed) == ({"a": NEWER.replace("\n", "\r\n")}, {})


def test_python_that_no_longer_is_python_is_a_conflict() -> None:
    base, ours, theirs = "x = [\n    1,\n]\n", "x = (\n    1,\n)\n", "x = [\n    1, 2,\n]\n"
    done = merge(files(a_py=base), files(a_py="y = f(\n)\n"), files(a_py=ours))

    assert done.conflicts == ["a.py"]
    assert merge(files(a_py=base), files(a_py=theirs), files(a_py=ours)).conflicts == []
