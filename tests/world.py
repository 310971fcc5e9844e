"""A whole line over a real database, with the shipped fakes where money or pixels would be."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from clipmill.deliver.folder import FolderDeliverer
from clipmill.domain.batch import Batch, BatchState, Progress
from clipmill.domain.credits import Balance
from clipmill.domain.line.call import Recovery
from clipmill.domain.line.lane import Lane, Rate
from clipmill.domain.line.parts import DECLARED, Order
from clipmill.domain.payload import Payload
from clipmill.domain.priced_row import Checked, PricedRow
from clipmill.domain.row import WINDOWED, Row, RowState
from clipmill.domain.template import Policy, Template
from clipmill.domain.verdict import Problem
from clipmill.media.outside.stored import MediaStore
from clipmill.pipeline.batch import Verbs
from clipmill.pipeline.outputs import Marks, Outputs
from clipmill.pipeline.planning import DeclaredParts
from clipmill.pipeline.posting import Posting
from clipmill.pipeline.pricing import Pricing
from clipmill.pipeline.row import Line
from clipmill.pipeline.use_cases.table import Tables
from clipmill.pipeline.worker import Beside, Ended, Worker, WorkerTiming
from clipmill.settings import Settings
from clipmill.store.batches import SqlBatches
from clipmill.store.database import Database, sqlite_url
from clipmill.store.files import DiskFiles
from clipmill.store.line.lanes import SqlLanes
from clipmill.store.line.queue import SqlQueue
from clipmill.store.presence import Presence
from clipmill.store.readonly import ReadOnly
from clipmill.store.records import SqlRows
from clipmill.store.schema import attempts, ledger, needs, rows, workers
from clipmill.store.told.archives import SqlArchives
from clipmill.store.told.endpoints import SqlEndpoints
from clipmill.store.told.outbox import SqlOutbox
from clipmill.templates.folder import load_template
from clipmill.testing import FakeLocalEngine, FakeMaker, FakeRemoteEngine, FakeSender, FakeVerifier, FrozenClock
from tests import postgres

LEASE_SECONDS = 30.0
SQLITE, POSTGRES = "sqlite", "postgresql"
#: The database that a test gets which names none: the fixture `each_database` puts both here, one after the other.
kind = SQLITE
_OPEN: list[Database] = []
_LENT: list[str] = []
MAKERS = {"maker": FakeMaker(), DECLARED: DeclaredParts()}
TEMPLATE = Template(name="fake", version="v1", engine="fake", contract=(), body={}, output_name="{{n}}")


class World:
    """Everything that outlives a process: the database, the files, the engine's own books. Workers come and go."""

    def __init__(self, folder: Path, *, remote: bool = True, recovery: Recovery = Recovery.KEY, lane: int = 10,
                 rows_per_call: int = 1, engine: Any = None) -> None:  # fmt: skip
        self.folder = folder
        self.clock = FrozenClock()
        own = FakeRemoteEngine("fake", recovery=recovery) if remote else FakeLocalEngine("fake")
        self.engine: Any = engine or own
        self.verifier = FakeVerifier()
        self.database = fresh_database(folder)
        self.files = DiskFiles(folder / "files", folder / "scratch")
        self.deliverer = FolderDeliverer()
        self.batches = SqlBatches(self.database, self.clock)
        self.rows = SqlRows(self.database, self.clock)
        self.outbox = SqlOutbox(self.database, self.clock, LEASE_SECONDS)
        self.archives = SqlArchives(self.database)
        self.endpoints = SqlEndpoints(self.database, self.clock)
        self.sender = FakeSender()
        self.presence = Presence(folder / "workers")
        self.queue = SqlQueue(self.database, self.presence, self.clock, LEASE_SECONDS)
        #: What workers go through that are killed: they hand nothing back.
        self.dying = Dying(self.database, Dead(folder / "workers"), self.clock, LEASE_SECONDS)
        if not remote:
            self.queue.first_states = self.dying.first_states = {"fake": RowState.RENDERING}
        self.lanes = SqlLanes(self.database, self.clock)
        self.lanes.open(Lane(engine="fake", window=lane if remote else None, rows_per_call=rows_per_call))
        for maker in MAKERS:
            self.lanes.open(Lane(engine=maker))
        self.pace = WorkerTiming(LEASE_SECONDS, local_concurrency=lane)
        self._names = itertools.count(1)

    def batch(self, ready: int = 0, *, blocked: int = 0, budget: int | None = None, window: int | None = None,
              attempts_allowed: int = 3, batch_id: str = "bat_1", lane: str = "fake",
              orders: Sequence[PricedRow] = ()) -> str:  # fmt: skip
        """A running batch of ready rows followed by blocked ones, or of these rows."""
        policy = Policy(attempts=attempts_allowed, budget=budget, window=window)
        batch = Batch(id=batch_id, name="test", template_name="fake", template_version="v1", engine=lane,
                      source="", out_folder=str(self.folder / "out"), policy=policy)  # fmt: skip
        self.batches.create(batch, TEMPLATE)
        self.rows.add(batch_id, orders or [order(number, batch_id, blocked=number > ready) for number in
                                           range(1, ready + blocked + 1)])  # fmt: skip
        self.batches.update(batch_id, "started", state=BatchState.RUNNING)
        return batch_id

    def worker(self, wrap: Callable[[str, Any], Any] = lambda _name, part: part, *, dies: bool = False,
               pace: WorkerTiming | None = None, ended: Ended | None = None) -> Worker:  # fmt: skip
        """A new worker process, so to speak; `wrap` may put something between it and the parts with effects."""
        line = Line(
            engines={"fake": wrap("engine", self.engine)},
            makers=MAKERS,
            verifier=self.verifier,
            deliverer=wrap("deliverer", self.deliverer),
            files=wrap("files", self.files),
            clock=self.clock,
        )
        queue = wrap("queue", self.dying if dies else self.queue)
        return Worker(f"wrk_{next(self._names)}", queue, self.batches, line, pace or self.pace, Beside(ended))

    def open_lane(self, name: str, window: int | None, rate: tuple[int, float] | None = None, *,
                  by_default: bool = False) -> None:  # fmt: skip
        """Set the limits of an engine's own lane."""
        rates = (Rate(*rate),) if rate else ()
        self.lanes.open(Lane(engine=name, window=window, rates=rates), by_default=by_default)

    @property
    def verbs(self) -> Verbs:
        """What a person does."""
        return Verbs(self.batches, self.rows, self.lanes)

    def posting(self, wrap: Callable[[str, Any], Any] = lambda _name, part: part) -> Posting:
        """What sends out what is due."""
        sender = wrap("sender", self.sender)
        return Posting(wrap("outbox", self.outbox), lambda: sender, self.files, self.clock)

    def run(self, batch_id: str = "bat_1") -> Progress:
        """One worker until the batch is at rest."""
        return asyncio.run(self.worker().run(batch_id))

    def out(self) -> list[str]:
        """The delivered names."""
        return sorted(path.name for path in (self.folder / "out").glob("*"))

    def row(self, row_id: int) -> Any:
        """A row as the store keeps it."""
        with self.database.read() as connection:
            return connection.execute(select(rows).where(rows.c.id == row_id)).one()

    def at_work(self) -> list[Any]:
        """The lines of the workers there are, as the store keeps them."""
        with self.database.read() as connection:
            return list(connection.execute(select(workers).order_by(workers.c.id)))

    def write(self, statement: Any) -> None:
        """Change the store behind the queue's back."""
        self.database.write(lambda connection: connection.execute(statement))

    def in_flight(self) -> int:
        """Calls that count against the window: rows that share one are one."""
        call = func.coalesce(rows.c.rides_with, rows.c.id)
        with self.database.read() as connection:
            return int(connection.execute(
                select(func.count(call.distinct())).where(rows.c.state.in_([str(s) for s in WINDOWED]))
            ).scalar_one())  # fmt: skip

    def by_number(self, number: int, batch_id: str = "bat_1") -> Any:
        """A row, or a part, of a batch as the store keeps it."""
        with self.database.read() as connection:
            where = rows.c.batch_id == batch_id, rows.c.number == number
            return connection.execute(select(rows).where(*where)).one()

    def parts(self, batch_id: str = "bat_1") -> list[Any]:
        """The parts of a batch as the store keeps them, the first that came into being first."""
        with self.database.read() as connection:
            meant = select(rows).where(rows.c.batch_id == batch_id, rows.c.number < 0)
            return list(connection.execute(meant.order_by(rows.c.number.desc())))

    def line(self, engine: Any = None) -> Line:
        """The parts that a row passes, as a worker has them."""
        return Line({"fake": engine or self.engine}, self.verifier, self.deliverer, self.files, self.clock, MAKERS)

    def _waiting_in_vain(self) -> list[int]:
        """Rows that wait though all that they need is made, or something of it is lost."""
        lost = [str(state) for state in (RowState.FAILED, RowState.CANCELLED, RowState.BLOCKED)]
        made, part = str(RowState.DONE), rows.alias("part")
        found: dict[int, set[str]] = {}
        with self.database.read() as connection:
            query = select(needs.c.row_id, part.c.state).join(part, part.c.id == needs.c.part_id)
            query = query.join(rows, rows.c.id == needs.c.row_id).where(rows.c.state == str(RowState.WAITING))
            for row_id, state in connection.execute(query):
                found.setdefault(row_id, set()).add(state)
        return [row_id for row_id, states in found.items() if states <= {made} or states & set(lost)]

    def _left_behind(self) -> list[int]:
        """Rows whose call is under way though the row that carries it is elsewhere."""
        carrier, shared = rows.alias("carrier"), [str(RowState.SUBMITTING), str(RowState.RUNNING)]
        with self.database.read() as connection:
            query = select(rows.c.id).join(carrier, carrier.c.id == rows.c.rides_with)
            return list(connection.execute(
                query.where(rows.c.state.in_(shared), carrier.c.state != rows.c.state)).scalars())  # fmt: skip

    def check_laws(self, batch_id: str = "bat_1") -> Progress:
        """The laws that must hold at every moment."""
        progress = self.batches.progress(batch_id)  # invariant 1 of ARCHITECTURE is asserted inside
        with self.database.read() as connection:
            lines = connection.execute(select(ledger).where(ledger.c.batch_id == batch_id)).all()
            found = connection.execute(select(rows.c.state, rows.c.number).where(rows.c.batch_id == batch_id)).all()
            states, parts = (Counter(state for state, number in found if (number < 0) is are_parts)
                             for are_parts in (False, True))  # fmt: skip
            keys = [key for (key,) in connection.execute(select(attempts.c.key))]
        assert {str(state): count for state, count in progress.counts.items() if count} == dict(states)
        assert {str(state): count for state, count in progress.parts.items() if count} == dict(parts)
        booked = Counter[str]()
        for line in lines:
            booked[line.kind] += line.amount
        held = booked["reserve"] - sum(
            reserve.amount for reserve in lines if reserve.kind == "reserve" and any(
                other.kind != "reserve" and (other.row_id, other.attempt) == (reserve.row_id, reserve.attempt)
                for other in lines))  # fmt: skip
        assert (progress.balance.reserved, progress.balance.spent) == (held, booked["settle"])
        budget = progress.batch.policy.budget
        assert budget is None or progress.balance.committed <= budget
        assert len(set(keys)) == len(keys)
        assert self._waiting_in_vain() == [], "rows that wait for nothing, or for what never comes"
        assert self._left_behind() == [], "rows that ride with a call that is over"
        if isinstance(self.engine, FakeRemoteEngine):
            assert set(self.engine.charges) <= set(keys), "a paid call without a committed attempt"
        return progress


def planned(number: int, needs: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> PricedRow:
    """A checked row whose maker finds that it needs these parts first: name → order as the maker reads it."""
    plan = Order("maker", {"engine": "fake", "payload": {"n": number, **(body or {})}, "needs": dict(needs)})
    row = Row(number, {"n": str(number)}, line=number + 1)
    checked = Checked(row, {"n": number}, payload=Payload("v1", {"n": number}), file_name=f"{number}.txt", plan=plan)
    return PricedRow(checked, credits=1)


def part(name: str, **body: Any) -> dict[str, Any]:
    """The order of a part that is made at once."""
    return {"engine": "fake", "payload": {"part": name, **body}}


def part_of_parts(name: str, **needs: Any) -> dict[str, Any]:
    """The order of a part that needs others first."""
    return {"engine": "maker", "payload": {"engine": "fake", "payload": {"part": name}, "needs": needs}}


class Dying(SqlQueue):
    """The queue of workers that are killed: their lines in the table and their rows stay as they are."""

    def leave(self, worker: str) -> None:
        """Nothing is handed back."""
        self._at_work.clear()


class Dead(Presence):
    """The locks of workers that are killed: nobody holds them any more, and there they lie."""

    @contextmanager
    def hold(self, worker: str) -> Iterator[None]:
        """Be there, then gone."""
        with super().hold(worker):
            yield
        (self._folder / f"{worker}.worker").touch()


def parts_of(world: World) -> Any:
    """The world as use cases ask for it (pipeline.use_cases.parts.Parts): tables and templates are real ones."""
    settings = Settings(home=world.folder)
    marks = Marks(world.folder / "blocked")

    line = Line({"fake": world.engine}, world.verifier, world.deliverer, world.files, world.clock, MAKERS)
    media = MediaStore(world.files, settings)

    def batches_in(folder: Path) -> list[Progress]:
        there = ReadOnly(world.folder / "clipmill.db").into(folder)
        return [replace(found, attended=world.presence.attends(found.batch.id)) for found in there]

    return SimpleNamespace(
        home=world.folder, clock=world.clock, batches=world.batches, rows=world.rows, presence=world.presence,
        files=world.files, media=media, line=line, verbs=world.verbs, worker=world.worker,
        outputs=Outputs(world.rows, world.files, world.deliverer, world.clock, world.archives, marks, lambda _: None),
        tables=Tables(media, settings.limits), batches_in=batches_in,
        template=partial(load_template, files=world.files), engine=lambda _name: world.engine, try_again=lambda: None,
        outbox=world.outbox, endpoints=world.endpoints, archives=world.archives, sender=world.sender,
    )  # fmt: skip


def pricing_of(engine: Any) -> Pricing:
    """What rows may cost that this engine makes, and none of whose parts are made elsewhere."""
    return Pricing("fake", lambda _name: engine, files=None)  # type: ignore[arg-type]


def progress(reason: str = "", **counts: int) -> Progress:
    """A batch with so many rows in each state, paused if a reason is given."""
    state = BatchState.PAUSED if reason else BatchState.RUNNING
    batch = Batch(id="bat_1", name="b", template_name="t", template_version="v", engine="render", source="s",
                  out_folder="/out", policy=Policy(budget=10_000_000), state=state, reason=reason)  # fmt: skip
    states = {RowState(name): count for name, count in counts.items()}
    return Progress(batch, states, Balance(90_000, 5_508_000), sum(counts.values()))


@lru_cache
def _empty_database() -> bytes:
    """A migrated SQLite file; migrating is slow, copying is not."""
    with TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "clipmill.db"))
        database.migrate()
        database.close()
        return (Path(folder) / "clipmill.db").read_bytes()


def fresh_database(folder: Path) -> Database:
    """A new, empty database of this version: a file in that folder, or on the server."""
    _OPEN.append(Database(fresh_url(folder)))
    return _OPEN[-1]


def fresh_url(folder: Path) -> str:
    """The URL of such a database."""
    if kind == POSTGRES:
        _LENT.append(postgres.borrow())
        return _LENT[-1]
    path = folder / "clipmill.db"
    path.write_bytes(_empty_database())
    return sqlite_url(path)


def close_databases() -> None:
    """Close every database that `fresh_database` gave."""
    while _OPEN:
        _OPEN.pop().close()
    while _LENT:
        postgres.give_back(_LENT.pop())


def order(number: int, batch_id: str, *, blocked: bool = False, seed: int | None = None, **body: Any) -> PricedRow:
    """A checked row that costs a thousandth of a credit; rows of one `size` in their payloads may share a call."""
    row = Row(number, {"n": str(number)}, line=number + 1)
    if blocked:
        return PricedRow(Checked(row, problems=(Problem("test.blocked", "it is blocked", "unblock it", column="n"),)))
    payload = Payload("v1", {"n": number, "batch": batch_id, **body})
    checked = Checked(row, {"n": number}, payload=payload, file_name=f"{number}.txt")
    return PricedRow(checked, credits=1, seed=seed, together=str(body.get("size", "")))
