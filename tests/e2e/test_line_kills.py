"""kill -9 of workers in whatever they do for paid engines, on both databases: nothing is lost, nothing paid twice.

The engines honour keys, can be looked up, or ignore everything; rows share calls and parts. Windows, rates, credits and
parts are held to the engines' own books (`auditing.py`).
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from clipmill.app import SystemClock
from clipmill.domain.batch import Batch, BatchState, Options
from clipmill.domain.row import SETTLED, Row
from clipmill.domain.template import FieldRule, PartRule, Policy, Template
from clipmill.store.batches import SqlBatches
from clipmill.store.database import Database
from clipmill.store.lanes import SqlLanes
from clipmill.store.unchecked import SqlUnchecked
from tests import postgres, world
from tests.conftest import ROOT
from tests.e2e.auditing import Audit, audit
from tests.e2e.commands import environment
from tests.e2e.emulated import Books, aimed_at, open_phases
from tests.e2e.line_worker import LANES, PHASES, TERMS, Place

_TEXT = {"n": "{{n}}"}
_CONTRACT = (FieldRule(name="n", required=True), FieldRule(name="scene"))
TEMPLATES = {
    name: Template(name=name, version=f"v-{name}", engine=name, contract=_CONTRACT, body=body, output_name="{{n}}",
                   parts=parts)
    for name, body, parts in (
        ("keyed", _TEXT, {}), ("lookup", _TEXT, {}), ("blind", _TEXT, {}),
        ("render", {**_TEXT, "hero": "{{parts.hero}}"}, {"hero": PartRule("lookup", {"scene": "{{scene}}"})}),
    )
}  # fmt: skip
#: Rows that come in before each kill, so that there is always something to kill a worker in; and rows of one scene.
_MORE = {"keyed": 12, "lookup": 1, "blind": 1, "render": 2}
_ROWS_A_SCENE = 4
#: A phase that nobody begins for so long is not waited for.
_AIM_SECONDS, _REST_SECONDS = 10.0, 120.0


class Mill:
    """Four batches over one store, and the processes at work on them."""

    def __init__(self, folder: Path, url: str, *, lease: float = 6.0, margin: float = 2.0) -> None:
        self.folder, self.place = folder, Place(str(folder), url, lease, margin)
        self.database = Database(url)
        self.clock = self.database.clock(SystemClock())
        self.terms = [replace(terms, valid_seconds=margin) for terms in TERMS]
        self.books = Books(folder / "books.db")
        (folder / "phases").touch()
        self.batches = SqlBatches(self.database, self.clock)
        self._unchecked = SqlUnchecked(self.database, self.clock, lease)
        self._taken = Counter[str]()
        for lane in LANES:
            SqlLanes(self.database, self.clock).open(lane)
        for name, template in TEMPLATES.items():
            batch = Batch(id=f"bat_{name}", name=name, template_name=name, template_version=template.version, source="",
                          engine=name, out_folder=str(folder / "out" / name), policy=Policy(),
                          options=Options(unchecked=True, folder=str(folder)))  # fmt: skip
            self.batches.create(batch, template)
            self.batches.update(batch.id, "started", state=BatchState.RUNNING)
        self._nursery = subprocess.Popen([sys.executable, "-m", "tests.e2e.line_worker"], cwd=ROOT, env=environment(),
                                         text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        #: Processes at work, and those that were killed.
        self.alive: list[int] = []
        self.killed: list[int] = []

    def more(self, times: int = 1) -> None:
        """Rows come in, as they are, to be checked by whoever has time."""
        for name, count in _MORE.items():
            first, count = self._taken[name] + 1, count * times
            rows = [Row(n, {"n": str(n), "scene": f"scene {n // _ROWS_A_SCENE}"}, n + 1)
                    for n in range(first, first + count)]  # fmt: skip
            self._unchecked.take(f"bat_{name}", rows)
            self._taken[name] += count

    def staff(self, workers: int) -> None:
        """Have so many at work."""
        while len(self.alive) < workers:
            print(json.dumps(asdict(self.place)), file=self._nursery.stdin, flush=True)
            self.alive.append(int(self._nursery.stdout.readline()))

    def kill(self, process: int) -> None:
        """SIGKILL."""
        os.kill(process, signal.SIGKILL)
        self.alive.remove(process)
        self.killed.append(process)

    def aim(self, phase: str, among: list[int] | None = None) -> int | None:
        """Who has just begun this phase."""
        return aimed_at(self.folder / "phases", phase, self.alive if among is None else among, _AIM_SECONDS)

    def finish(self, workers: int) -> Audit:
        """Wait until every row is at rest, and hold everything to the books."""
        self.staff(workers)
        end = time.monotonic() + _REST_SECONDS
        while not self.is_at_rest() and time.monotonic() < end:
            assert all(_is_there(process) for process in self.alive), self.said()
            time.sleep(0.05)
        counted = self.counts()
        assert self.is_at_rest(), f"{counted}\n{self.said()}"
        self.close()
        found = audit(self.database, self.books, self.terms)
        found.told["rows"] = counted
        return found

    def counts(self) -> dict[str, dict[str, int]]:
        """Rows of each batch by their state."""
        progress = {name: self.batches.progress(f"bat_{name}") for name in TEMPLATES}
        return {name: {str(state): n for state, n in each.counts.items() if n} for name, each in progress.items()}

    def is_at_rest(self) -> bool:
        """Whether nothing is to be done any more."""
        return all({*states} <= {str(state) for state in SETTLED} for states in self.counts().values())

    def inside_of(self, process: int) -> Counter[str]:
        """What a process was inside of when it was killed."""
        return open_phases(self.folder / "phases").get(process, Counter())

    def hits(self) -> Counter[str]:
        """Phase → how many processes were inside of it when they were killed."""
        inside = open_phases(self.folder / "phases")
        return Counter(phase for process in self.killed for phase in inside.get(process, ()))

    def said(self) -> str:
        """What workers said that went wrong."""
        path = self.folder / "said"
        return path.read_text()[-8_000:] if path.exists() else ""

    def close(self) -> None:
        """End everybody."""
        for process in self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.alive.clear()
        self._nursery.communicate()


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def mills(tmp_path: Path) -> Iterator[Any]:
    """Makes mills over a database of a kind; all that they started ends with the test."""
    made: list[Mill] = []

    def make(kind: str, **told: float) -> Mill:
        world.kind = kind
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Mill(folder, world.fresh_url(folder), **told))
        return made[-1]

    yield make
    for mill in made:
        mill.close()
        mill.database.close()
    world.kind = world.SQLITE


def killed_and_finished(mill: Mill, workers: int, rounds: int, seed: str) -> int:
    """Kill one of so many processes at a time, each in a phase that was chosen, and put another in its place.

    Each phase is hit so many times; how many kills that took, of which some came a moment too late.
    """
    targets = [phase for _ in range(rounds) for phase in PHASES]
    random.Random(seed).shuffle(targets)
    mill.more(2)
    missed = 0
    while targets:
        mill.staff(workers)
        mill.more()
        victim = mill.aim(targets[-1])
        if victim is not None:
            mill.kill(victim)
        if victim is not None and mill.inside_of(victim)[targets[-1]]:
            targets.pop()
        else:
            missed += 1
            targets.insert(0, targets.pop())
            assert missed < 20 + len(PHASES) * rounds, f"{targets}\n{mill.said()}"
    found = mill.finish(workers)
    print(f"\n{len(mill.killed)} SIGKILLs of {workers} over {mill.database._engine.name}; inside of "
          f"{dict(sorted(mill.hits().items()))}; {found.told}")  # fmt: skip
    assert not found.offences, f"{found.offences[:10]}\n{mill.said()}"
    return len(mill.killed)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("kind", "workers"), [("sqlite", 4), ("postgresql", 2)])
def test_workers_killed_in_every_phase_lose_nothing_and_pay_nothing_twice(mills: Any, kind: str, workers: int) -> None:
    killed_and_finished(mills(kind), workers, 1, f"{kind} {workers}")
