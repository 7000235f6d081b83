"""Bugs found by random entities (`python3 dev.py conformance`) stay fixed: each case passes the gate that it failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from tests.baking import ROOT
from tests.conformance import gates
from tests.conformance.case import Case
from tests.conformance.gates import GATES, Site

REGRESSIONS = yaml.safe_load((ROOT / "tests/conformance/regressions.yaml").read_text(encoding="utf-8"))


class Entry(TypedDict):
    what: str
    gate: str
    entities: str
    answers: dict[str, str]


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry["what"]) for entry in REGRESSIONS])
def test_a_case_that_failed_passes(entry: Entry, tmp_path: Path, database_server: Callable[[str], str]) -> None:
    case = Case(entry["entities"], entry["answers"])
    site = Site(tmp_path, {case.database: database_server(case.database)})

    assert list(gates.failures(site, case, {entry["gate"]: GATES[entry["gate"]]})) == []
