"""The benchmarks run: every application answers, and one that does not is noticed."""

from __future__ import annotations

import pytest

from benchmarks.contenders import CEILING, OURS, TEXTBOOK
from tests.baking import ROOT, python, succeed

pytestmark = pytest.mark.alone


def test_a_quick_run_prints_a_row_for_each_application(postgresql_server: str) -> None:
    command = ("-m", "benchmarks", "--quick", "--only", "get")
    printed = succeed(python(*command, cwd=ROOT, environment={"BENCH_DATABASE_URL": postgresql_server}))

    rows = [cells for line in printed.splitlines() if (cells := cells_of(line))[0] == "get by id"]
    names = [row[2] for row in rows if row[2] != f"{OURS}, no middleware"]
    assert names == [OURS, TEXTBOOK, CEILING]
    assert [row[-1] for row in rows] == ["0"] * len(rows)
    assert all(float(row[3].replace(",", "")) > 0 for row in rows)


def test_a_deadlocked_server_is_seen(postgresql_server: str) -> None:
    command = ("-m", "benchmarks", "--quick", "--only", "overload")
    printed = succeed(python(*command, cwd=ROOT, environment={"BENCH_DATABASE_URL": postgresql_server}))

    rows = {cells[1]: cells for line in printed.splitlines() if (cells := cells_of(line))[0] == "100"}
    assert rows[OURS][4:6] == ["0", "0"]
    assert rows[f"{TEXTBOOK}, 8 connections"][5] == "100"


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]
