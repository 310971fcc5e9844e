"""A worker process over emulated engines, and the nursery it is forked in: a new one costs milliseconds, not a second.

    python -m tests.e2e.line_worker

reads one JSON object a line (see `Place`), forks a worker for it, and answers with its process id.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from clipmill import log
from clipmill.app import SystemClock
from clipmill.deliver.folder import FolderDeliverer
from clipmill.domain.line.call import Recovery
from clipmill.domain.line.lane import Lane, Rate
from clipmill.domain.line.parts import DECLARED, Made, Missing, Order
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Verdict
from clipmill.media.outside.stored import MediaStore
from clipmill.pipeline import row as line_of_rows
from clipmill.pipeline import worker as worker_of_rows
from clipmill.pipeline.planning import DeclaredParts
from clipmill.pipeline.row import Line
from clipmill.pipeline.use_cases import taking
from clipmill.pipeline.use_cases.parts import new_id
from clipmill.pipeline.use_cases.table import Tables
from clipmill.pipeline.worker import Beside, Worker, WorkerTiming
from clipmill.ports import Clock
from clipmill.settings import Settings
from clipmill.store.batches import SqlBatches
from clipmill.store.database import Database
from clipmill.store.files import DiskFiles
from clipmill.store.line import queue as queue_of_rows
from clipmill.store.line.queue import SqlQueue
from clipmill.store.line.unchecked import SqlUnchecked
from clipmill.store.presence import Presence
from clipmill.store.records import SqlRows
from clipmill.testing import FakeLocalEngine, FakeVerifier
from tests.e2e.emulated import SPEC, Books, EmulatedEngine, Phases, Terms

#: The engines: one honours keys and takes fifty rows a call, one can be looked up, one ignores everything.
TERMS = (
    Terms("keyed", Recovery.KEY, window=3, rates=(Rate(8, 2.0),), rows_per_call=50),
    Terms("lookup", Recovery.LOOKUP, window=4, rates=(Rate(10, 1.0), Rate(40, 6.0))),
    Terms("blind", Recovery.NONE, window=40, rates=(Rate(12, 2.0),)),
)
LANES = (*(terms.lane for terms in TERMS), Lane(engine="render"), Lane(engine=DECLARED))
#: Everything a worker says that it is inside of, but for what engines add their names to. Whoever adds an effect, as
#: deliveries from an outbox, wraps it in `Announced` below and adds its word here.
PHASES = ("checking", "planning", *(f"{step} {terms.name}" for terms in TERMS for step in ("submit", "poll", "fetch")),
          "render", "verify", "deliver")  # fmt: skip
#: Rows that are checked in one transaction: a worker that is killed checks them again.
_CHECKED_ROWS = 20
#: How often a row may lose its worker: those that are killed here are killed by the tests, and not by what a row holds.
_KILLS_ALLOWED = 10_000
#: How often workers look for what is to be checked, and whether others have died.
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Place:
    """Where a worker works, and how long it may be silent."""

    folder: str
    url: str
    lease_seconds: float
    #: Before that much of a lease is left, a send must be out.
    margin_seconds: float
    phase_seconds: float = 0.006


class Announced:
    """A part whose methods say that they are at work: any object, and method → phase."""

    def __init__(self, part: Any, phases: Phases, **told: str) -> None:
        self._part, self._phases, self._told = part, phases, told

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        if name not in self._told:
            return value

        def inside(*given: Any, **named: Any) -> Any:
            with self._phases.inside(self._told[name]):
                return value(*given, **named)

        return inside


class Verifier(FakeVerifier):
    """Passes every file, in a phase of its own."""

    def __init__(self, phases: Phases) -> None:
        super().__init__()
        self._phases = phases

    async def verify(self, media: Path, spec: MediaSpec, limits: VerifyLimits) -> Verdict:
        """See FakeVerifier."""
        with self._phases.told("verify"):
            await asyncio.sleep(2 * self._phases.seconds)
            return await super().verify(media, spec, limits)


class Renderer(FakeLocalEngine):
    """Writes the payload's text, in a phase of its own."""

    def __init__(self, phases: Phases) -> None:
        super().__init__("render")
        self._phases = phases

    def expect(self, payload: Payload) -> MediaSpec:
        """A small picture."""
        return SPEC

    async def make(self, payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        """The same text for the same payload, whichever attempt it is."""
        with self._phases.told("render"):
            await asyncio.sleep(2 * self._phases.seconds)
            await asyncio.to_thread(into.write_text, payload.text)
        return SPEC


class Planner(DeclaredParts):
    """Plans what templates declare, in a phase of its own."""

    def __init__(self, phases: Phases) -> None:
        self._phases = phases

    def plan(self, payload: Mapping[str, Any], made: Mapping[str, Made]) -> Missing | Order:
        """See DeclaredParts."""
        with self._phases.inside("planning"):
            return super().plan(payload, made)


class _Tables(Tables):
    """Tables whose checkers say so for every row."""

    phases: Phases

    def checker(self, *given: Any, **named: Any) -> Any:
        """See Tables."""
        return Announced(super().checker(*given, **named), self.phases, check="checking")


def parts_of(place: Place, database: Database, clock: Clock, phases: Phases) -> Any:
    """A running line, as use cases see it."""
    folder = Path(place.folder)
    books = Books(folder / "books.db")
    engines = {terms.name: EmulatedEngine(terms, books, phases) for terms in TERMS} | {"render": Renderer(phases)}
    files = DiskFiles(folder / "files", folder / "scratch")
    settings = Settings(home=folder)
    media = MediaStore(files, settings)
    object.__setattr__(tables := _Tables(media, settings.limits), "phases", phases)
    deliverer = Announced(FolderDeliverer(), phases, place="deliver")
    line = Line(engines, Verifier(phases), deliverer, files, clock, {DECLARED: Planner(phases)})
    parts = SimpleNamespace(
        home=folder, clock=clock, batches=SqlBatches(database, clock), rows=SqlRows(database, clock), files=files,
        media=media, line=line, unchecked=SqlUnchecked(database, clock, place.lease_seconds), tables=tables,
        presence=Presence(folder / "workers"), engine=engines.__getitem__,
    )  # fmt: skip
    parts.of_batch = lambda _batch_id: parts
    return parts


def work(place: Place) -> None:
    """Be a worker until somebody ends the process."""
    line_of_rows.SEND_MARGIN_SECONDS, taking._CHECKED_ROWS = place.margin_seconds, _CHECKED_ROWS
    line_of_rows.EXPIRIES_ALLOWED = _KILLS_ALLOWED
    queue_of_rows._LOOK_SECONDS = worker_of_rows._LOOK_SECONDS = _LOOK_SECONDS
    database = Database(place.url)
    phases = Phases(Path(place.folder, "phases"), place.phase_seconds)
    parts = parts_of(place, database, database.clock(SystemClock()), phases)
    queue = SqlQueue(database, parts.presence, parts.clock, place.lease_seconds)
    queue.first_states = {"render": RowState.RENDERING}
    timing = WorkerTiming(place.lease_seconds, tick_seconds=0.05, concurrency=120, local_concurrency=3)
    beside = Beside(check=partial(taking.check_taken, parts))
    worker = Worker(new_id("wrk"), queue, parts.batches, parts.line, timing, beside)
    asyncio.run(worker.serve([*parts.line.engines], asyncio.Event()))


def main() -> None:
    """Fork workers until the pipe is closed; nobody waits for them."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w")
    for told in sys.stdin:
        place = Place(**json.loads(told))
        process = os.fork()
        if process:
            print(process, file=answers, flush=True)
            continue
        _become(place)


def _become(place: Place) -> None:
    """The worker, in a process of its own; what it says goes into a file."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said = (Path(place.folder) / "said").open("a", buffering=1)
    for told in (1, 2):
        os.dup2(said.fileno(), told)
    log.begin("warning", "plain", lambda line: print(os.getpid(), line, file=said))
    try:
        work(place)
    except BaseException:
        print(os.getpid(), traceback.format_exc(), file=said)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
