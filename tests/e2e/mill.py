"""A line of four batches over one store, and the processes at work on it that a test kills or stops."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from sqlalchemy import text

from clipmill.app import SystemClock
from clipmill.domain.batch import Batch, BatchState, Options
from clipmill.domain.row import SETTLED, Row
from clipmill.domain.template import FieldRule, PartRule, Policy, Template
from clipmill.store.batches import SqlBatches
from clipmill.store.database import Database
from clipmill.store.line.lanes import SqlLanes
from clipmill.store.line.unchecked import SqlUnchecked
from tests import world
from tests.conftest import ROOT
from tests.e2e.auditing import Audit, audit
from tests.e2e.commands import environment
from tests.e2e.emulated import Books, aimed_at, open_phases
from tests.e2e.line_worker import LANES, TERMS, Place

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
_MORE = {"keyed": 20, "lookup": 1, "blind": 1, "render": 2}
_ROWS_A_SCENE = 4
#: How long somebody may take to begin a phase, and all to come to rest, on a machine that others use, too.
_AIM_SECONDS, _REST_SECONDS = 60.0, 120.0


class Mill:
    """Four batches over one store, and the processes at work on them."""

    def __init__(self, folder: Path, url: str, *, lease: float = 6.0, margin: float = 2.0) -> None:
        self.folder, self.place = folder, Place(str(folder), url, lease, margin)
        self.database = Database(url)
        if world.kind == world.POSTGRES:  # the database may have been another test's
            self.database.write(lambda connection: connection.execute(text("SELECT pg_stat_reset()")))
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
        self._nursery: subprocess.Popen[str] | None = None
        #: Processes at work, and those that were killed.
        self.alive: list[int] = []
        self.killed: list[int] = []

    def more(self, times: int = 1) -> None:
        """Rows come in, as they are, to be checked by whoever has time."""
        for name, count in _MORE.items():
            first = self._taken[name] + 1
            self._taken[name] += count * times
            numbers = range(first, self._taken[name] + 1)
            rows = [Row(n, {"n": str(n), "scene": f"scene {n // _ROWS_A_SCENE}"}, n + 1) for n in numbers]
            self._unchecked.take(f"bat_{name}", rows)

    def staff(self, workers: int) -> None:
        """Have so many at work."""
        if self._nursery is None:
            pipe, asked = subprocess.PIPE, [sys.executable, "-m", "tests.e2e.line_worker"]
            self._nursery = subprocess.Popen(asked, cwd=ROOT, env=environment(), text=True, stdin=pipe, stdout=pipe)
        assert self._nursery.stdin and self._nursery.stdout
        while len(self.alive) < workers:
            print(json.dumps(asdict(self.place)), file=self._nursery.stdin, flush=True)
            self.alive.append(int(self._nursery.stdout.readline()))

    def kill(self, process: int) -> None:
        """SIGKILL."""
        os.kill(process, signal.SIGKILL)
        self.alive.remove(process)
        self.killed.append(process)

    def aim(self, *phases: str) -> tuple[int, str]:
        """Who has just begun one of these phases, and which."""
        found = aimed_at(self.folder / "phases", phases, self.alive, _AIM_SECONDS)
        assert found is not None, f"nobody begins {phases}: {self.counts()}\n{self.said()}"
        return found

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
        found = self.audited()
        found.told["rows"] = counted
        return found

    def audited(self) -> Audit:
        """Everything that must hold, and what does not."""
        self.database.close()  # a server counts for a connection when that ends
        return audit(self.database, self.books, self.terms)

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
        if self._nursery is not None:
            self._nursery.communicate()


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def mills_in(folder: Path) -> Iterator[Callable[..., Mill]]:
    """Makes mills over a database of a kind; all that they started ends with it."""
    made: list[Mill] = []

    def make(kind: str, **told: float) -> Mill:
        world.kind = kind
        place = folder / str(len(made))
        place.mkdir()
        made.append(Mill(place, world.fresh_url(place), **told))
        return made[-1]

    try:
        yield make
    finally:
        world.kind = world.SQLITE
        for mill in made:
            mill.close()
            mill.database.close()
