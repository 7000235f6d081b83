"""Try random entities and answers until time is up: each project must pass every gate that the fixed ones pass."""

from __future__ import annotations

import argparse
import itertools
import math
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import indent

from entity_spec.answers import CHOICES
from tests import databases
from tests.baking import ROOT, commit, copy_template
from tests.conformance import changing, drawing, forking, gates
from tests.conformance.case import Case, Evolution
from tests.conformance.evolving import Play
from tests.conformance.gates import Failure, Site
from tests.conformance.reducing import reduced

SECONDS_TO_REDUCE = 90
SHOWN = 2500
SHOWN_REFUSAL = 600
# Of so many evolutions, one runs all tests of its project.
WHOLE = 5


@dataclass(frozen=True)
class Trial:
    """The result of a draw."""

    seed: int
    seconds: float
    case: Case | Evolution
    failures: tuple[tuple[Failure, Case | Evolution], ...] = ()
    """Each failure with the smallest case that causes it, which is not searched for if the failure is known already."""
    refusals: tuple[str, ...] = ()


@dataclass
class Tally:
    tried: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    failing: int = 0
    refused: int = 0
    seconds: float = 0
    known: set[tuple[str, str]] = field(default_factory=set)

    def add(self, trial: Trial) -> None:
        self.tried[trial.case.database] += 1
        self.failing += bool(trial.failures)
        self.refused += bool(trial.refusals)
        self.seconds += trial.seconds
        kinds = [f"{failure.gate} ({failure.kind})" for failure, _ in trial.failures]
        outcome = ", ".join(kinds) or ("refused" if trial.refusals else "passed")
        print("  ".join((f"seed {trial.seed}", trial.case.database, f"{trial.seconds:.0f} s", outcome)), flush=True)
        for refusal in trial.refusals:
            print(indent(refusal.strip()[-SHOWN_REFUSAL:], "    "), flush=True)
        for failure, smallest in trial.failures:
            self.failed[failure.gate] += 1
            if (failure.gate, failure.kind) not in self.known:
                self.known.add((failure.gate, failure.kind))
                print(f"\n{failure.output[-SHOWN:]}\n{smallest.to_yaml(failure.gate, failure.kind)}", flush=True)

    def summary(self) -> str:
        tried = sum(self.tried.values())
        each = ", ".join(f"{count} on {database}" for database, count in sorted(self.tried.items()))
        lines = [f"{tried} specs tried: {each}; {self.seconds / max(tried, 1):.0f} s each"]
        lines += [f"{self.refused} refused"] * bool(self.refused)
        lines.append(f"{self.failing} failed" + f": {dict(self.failed)}" * bool(self.failed))
        return "\n".join(lines)


def attempt(site: Site, seed: int, only: tuple[str, ...], known: set[tuple[str, str]]) -> Trial:
    """In a worker: draw a case, try it, and reduce it if it fails in a new way."""
    site = in_worker(site)
    began = time.monotonic()
    case = drawing.case(seed, only)
    found = list(gates.failures(site, case))
    for failure in found:
        # Before the smallest case is looked for, which takes long.
        print(f"seed {seed} fails: {failure.gate} ({failure.kind})", flush=True)
    seconds = time.monotonic() - began
    new = [failure for failure in found if (failure.gate, failure.kind) not in known]
    smallest = {failure.gate: _smallest(site, case, failure) for failure in new}
    return Trial(seed, seconds, case, tuple((failure, smallest.get(failure.gate, case)) for failure in found))


def attempt_to_evolve(site: Site, seed: int, only: tuple[str, ...], known: set[tuple[str, str]]) -> Trial:
    """In a worker: draw a case and a change of it, and play that."""
    began = time.monotonic()
    evolution = changing.evolution(seed, only)
    play = Play(in_worker(site), evolution, whole=seed % WHOLE == 0)
    found = tuple((failure, evolution) for failure in play.failures())
    return Trial(seed, time.monotonic() - began, evolution, found, tuple(play.refusals))


def in_worker(site: Site) -> Site:
    return replace(site, directory=site.directory / f"worker-{os.getpid()}")


def outcome(future: Future[Trial], seed: int) -> Trial:
    """Return the trial. Drawing may fail too, if the parser refuses the case or has a bug."""
    error = future.exception()
    if error is None:
        return future.result()
    failure = Failure("parser", type(error).__name__, "".join(traceback.format_exception(error)))
    return Trial(seed, 0, Case(""), ((failure, Case("")),))


def _smallest(site: Site, case: Case, failure: Failure) -> Case:
    def still_fails(smaller: Case) -> bool:
        made = gates.generate(site, smaller)
        if failure.gate == "generate" or made:
            again = made
        elif failure.gate == "suite":
            again = gates.suite(site, smaller, failure.kind)
        else:
            again = gates.GATES[failure.gate](site, smaller)
        return again is not None and (again.gate, again.kind) == (failure.gate, failure.kind)

    return reduced(case, still_fails, SECONDS_TO_REDUCE)


@contextmanager
def running_servers(only: tuple[str, ...]) -> Iterator[dict[str, str]]:
    make = {"postgresql": databases.postgresql_server, "mysql": databases.mysql_server}
    with ExitStack() as stack:
        yield {database: stack.enter_context(make[database]()) for database in only if database in make}


def template_repository(root: Path) -> Path:
    """Return a repository of the template as it is here, for projects know the commit that they come from."""
    template = copy_template(root / "template")
    commit(template)
    return template


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py conformance", description=__doc__)
    parser.add_argument("--minutes", type=float, help="how long to begin new ones; 30 without --specs, else no end")
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="of the first draw; the next has the next one"
    )
    parser.add_argument("--specs", type=int, help="how many to try at most")
    parser.add_argument("--evolve", action="store_true", help="change what is drawn, with rows in its tables")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", nargs="+", choices=CHOICES["database"], default=CHOICES["database"])
    options = parser.parse_args()
    # Compiled modules are kept, since the gates of a project share them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    forking.preload()
    tally, only = Tally(), tuple(options.only)
    minutes = options.minutes or (math.inf if options.specs else 30)
    deadline = time.monotonic() + minutes * 60
    seeds = itertools.islice(itertools.count(options.seed), options.specs)
    with (
        running_servers(only) as servers,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as root,
        ProcessPoolExecutor(options.workers, forking.FORK) as pool,
    ):
        site = Site(Path(root), servers, template_repository(Path(root)) if options.evolve else ROOT)
        attempted = attempt_to_evolve if options.evolve else attempt
        waiting: dict[Future[Trial], int] = {}
        while True:
            while len(waiting) < options.workers and time.monotonic() < deadline:
                seed = next(seeds, None)
                if seed is None:
                    break
                waiting[pool.submit(attempted, site, seed, only, tally.known)] = seed
            if not waiting:
                break
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                tally.add(outcome(future, waiting.pop(future)))
    print(tally.summary())
    return 1 if tally.failing else 0


if __name__ == "__main__":
    sys.exit(main())
