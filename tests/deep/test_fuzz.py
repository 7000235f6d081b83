"""Schemathesis against served projects: every phase and every check, with the project's own schemathesis.toml."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.baking import run
from tests.deep.conftest import Serve

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
OPTIONS = (
    "--checks=all",
    "--max-examples=5",
    "--continue-on-failure",
    "--suppress-health-check=all",
    "--generation-database=none",
    "--no-color",
)
# The cases of the first two phases are the same for every seed.
PHASES = {1: "examples,coverage,fuzzing,stateful", 2: "fuzzing,stateful", 3: "fuzzing,stateful"}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", ["blog", "default", "every_type", "shop"])
def test_nothing_is_answered_that_the_document_does_not_say(name: str, database: str, serve: Serve) -> None:
    with serve(name, database) as served:
        runs = [
            run(
                *(SCHEMATHESIS, "run", f"{served.address}/openapi.json", f"--seed={seed}", f"--phases={phases}"),
                *OPTIONS,
                cwd=served.project,
            )
            for seed, phases in PHASES.items()
        ]

    assert [done.returncode for done in runs] == [0] * len(runs), "\n".join(done.stdout for done in runs)
    for done in runs:
        counted = re.search(r"Selected: (\d+)/\1\n +Tested: \1\n", done.stdout)
        assert counted, done.stdout
