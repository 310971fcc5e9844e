"""A worker takes what it serves and can make, and drops what it lost, with the process at work on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.line.call import Call
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition, to_running
from clipmill.errors import StoreAway, StoreError
from clipmill.media.workers.crew import ProcessCrew
from clipmill.pipeline.batch import Verbs
from clipmill.pipeline.calling import call_of
from clipmill.pipeline.commits import StoreThread
from clipmill.pipeline.row import Line
from clipmill.pipeline.worker import Ended, Worker, WorkerTiming
from clipmill.testing import FakeRemoteEngine, fake_spec
from tests import postgres
from tests.world import LEASE_SECONDS, POSTGRES, World

_PATIENCE_SECONDS = 60
#: Leases are looked after every hundredth of a second.
QUICK = WorkerTiming(lease_seconds=0.03, tick_seconds=0.01)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        await asyncio.sleep(0.005)


def making(do: Callable[[], Awaitable[Any]]) -> Callable[..., Awaitable[MediaSpec]]:
    """What an engine does instead of making a file at once."""

    async def make(payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        await do()
        await asyncio.to_thread(into.write_text, f"{payload.text}\n{seed}\n")
        return fake_spec(payload)

    return make


def test_worker_without_the_rows_engine_leaves_them_to_others(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    world.batch(0, batch_id="bat_2")
    (claim,) = world.queue.admit("wrk_lost", ["fake"], 1)
    world.clock.advance(LEASE_SECONDS + 1)
    before = world.row(claim.row_id)
    line = Line({"other": FakeRemoteEngine("other")}, world.verifier, world.deliverer, world.files, world.clock)
    asyncio.run(Worker("wrk_other", world.queue, world.batches, line, QUICK).run("bat_2"))
    assert world.row(claim.row_id) == before
    assert world.run().count(RowState.DONE) == 1


def test_worker_takes_as_many_rows_of_its_own_machine_as_its_crew_can_make_and_one(tmp_path: Path) -> None:
    world, open_now = World(tmp_path, remote=False), asyncio.Event()
    world.batch(9)
    world.engine.make = making(open_now.wait)

    async def work() -> None:
        pace = WorkerTiming(LEASE_SECONDS, tick_seconds=0.01, local_concurrency=3)
        running = asyncio.create_task(world.worker(pace=pace).run("bat_1"))
        await until(lambda: world.in_flight() == 3)
        await asyncio.sleep(0.1)
        assert world.in_flight() == 3
        open_now.set()
        assert (await running).count(RowState.DONE) == 9

    asyncio.run(work())


def test_row_that_was_lost_is_dropped_at_once_with_the_process_at_work_on_it(
    tmp_path: Path, log_lines: list[dict[str, Any]]
) -> None:
    world, told = World(tmp_path, remote=False), tmp_path / "process"
    world.batch(1)
    crew = ProcessCrew(1)
    make, hung = world.engine.make, making(lambda: crew.run("tests.hung:hang", {"path": str(told)}))

    async def work() -> None:
        world.engine.make = hung
        running = asyncio.create_task(world.worker(pace=QUICK).run("bat_1"))
        await until(lambda: told.exists() and told.read_text() != "")
        process = int(told.read_text())
        world.engine.make = make
        world.clock.advance(LEASE_SECONDS + 1)
        while not world.queue.claim_due("wrk_b", ["fake"], 1):  # renewed in that very moment
            world.clock.advance(LEASE_SECONDS + 1)
        await until(lambda: not Path(f"/proc/{process}").exists())
        assert not running.done(), "the worker itself goes on"
        world.clock.advance(LEASE_SECONDS + 1)
        assert (await running).count(RowState.DONE) == 1
        await crew.close()

    asyncio.run(work())
    lost = [line for line in log_lines if line["event"] == "lease lost"]
    assert lost
    assert {(line["worker"], line["batch"], line["row"], line["attempt"]) for line in lost} == {
        ("wrk_1", "bat_1", 1, 1)
    }


def test_no_paid_send_goes_out_under_a_lease_that_is_over(tmp_path: Path) -> None:
    """The store took a row for us and was away for longer than its lease before it said so."""
    world = World(tmp_path)
    world.batch(1)

    class Slow:
        """Says what was admitted when it is too late."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.queue, name)

        def admit(self, *asked: Any) -> Any:
            claims = world.queue.admit(*asked)
            if claims:
                world.clock.advance(LEASE_SECONDS + 1)
            return claims

    submit = world.engine.submit

    async def sent(call: Call) -> Any:
        leases.append(world.row(1).due_at - world.clock.now())
        return await submit(call)

    leases: list[float] = []
    world.engine.submit = sent
    asyncio.run(world.worker(lambda name, part: Slow() if name == "queue" else part).run("bat_1"))
    assert len(leases) == 1
    assert leases[0] > 0
    assert world.check_laws().count(RowState.DONE) == 1


def test_upload_that_takes_longer_than_a_lease_is_sent_under_the_lease_as_it_was_moved_forward(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    prepared = list[float]()

    async def slow(_call: Call) -> Mapping[str, Any]:
        prepared.append(world.clock.now())
        for _ in range(3):
            world.clock.advance(LEASE_SECONDS / 2)
            until_then = world.row(1).due_at
            await until(lambda: world.row(1).due_at > until_then)  # noqa: B023 - it is waited for here
        return {}

    world.engine.prepare = slow
    pace = WorkerTiming(LEASE_SECONDS, tick_seconds=0.01)
    renews = asyncio.sleep

    async def soon(seconds: float) -> None:
        await renews(min(seconds, 0.01))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asyncio, "sleep", soon)
        assert asyncio.run(world.worker(pace=pace).run("bat_1")).count(RowState.DONE) == 1
    assert (len(prepared), world.engine.sends) == (1, 1)


def test_store_that_is_away_for_longer_than_a_lease_costs_no_row(
    tmp_path: Path, log_lines: list[dict[str, Any]]
) -> None:
    world, open_now = World(tmp_path, remote=False), asyncio.Event()
    world.batch(2)
    world.engine.make = making(open_now.wait)
    refused: list[int] = []

    class Away:
        """Renews nothing."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.queue, name)

        def renew(self, *_asked: Any) -> Any:
            refused.append(1)
            raise StoreError("it is away")

    async def work() -> None:
        worker = world.worker(lambda name, part: Away() if name == "queue" else part, pace=QUICK)
        running = asyncio.create_task(worker.run("bat_1"))
        await until(lambda: len(refused) > 3)
        world.clock.advance(LEASE_SECONDS + 1)
        open_now.set()
        assert (await running).count(RowState.DONE) == 2

    asyncio.run(work())
    assert world.check_laws().balance.spent == 2
    told = [(line["event"], line["reason"], line["worker"]) for line in log_lines]
    assert set(told) == {("leases were not renewed", "it is away", "wrk_1")}


def serve(world: World, ended: Ended | None = None) -> int:
    """A worker that serves until nothing is left to do."""
    return asyncio.run(world.worker(ended=ended).serve(["fake"], asyncio.Event(), until_idle=True))


class Written:
    """Writes what batches leave, in so far as that it remembers their names; it may fail first."""

    def __init__(self, world: World, failures: int = 0) -> None:
        self.world, self.failures, self.batches = world, failures, list[str]()

    def __call__(self, batch_id: str, writer: str) -> None:
        """Begin, write, and end."""
        self.world.batches.begin_writing(writer, batch_id)
        assert self.world.batches.progress(batch_id).is_at_rest
        if self.failures:
            self.failures -= 1
            self.world.batches.end_writing(writer, batch_id, "the disk is full")
            raise StoreError("the disk is full")
        self.batches.append(batch_id)
        self.world.batches.end_writing(writer, batch_id)


def test_worker_serves_every_batch_until_nothing_is_left_and_ends_each_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    for batch_id in ("bat_1", "bat_2"):
        world.batch(3, blocked=1, batch_id=batch_id)
    world.batch(1, batch_id="bat_paused")
    Verbs(world.batches, world.rows, world.lanes).pause("bat_paused")
    written = Written(world)
    assert serve(world, written) == 0
    assert sorted(written.batches) == ["bat_1", "bat_2", "bat_paused"]
    assert {world.batches.progress(f"bat_{n}").count(RowState.DONE) for n in (1, 2)} == {3}
    assert world.batches.progress("bat_paused").count(RowState.READY) == 1
    serve(world, written)
    assert len(written.batches) == 3, "nothing moved since"
    Verbs(world.batches, world.rows, world.lanes).resume("bat_paused")
    serve(world, written)
    assert written.batches[3:] == ["bat_paused"]


def test_end_that_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    written = Written(world, failures=1)
    serve(world, written)
    assert written.batches == []
    assert [event.kind for event in world.rows.events("bat_1")].count("not written") == 1
    serve(world, written)
    assert written.batches == ["bat_1"]


@pytest.mark.parametrize("began", [False, True], ids=["before it began to write", "while it wrote"])
def test_end_of_a_batch_whose_worker_died_with_its_last_row_is_written_by_the_next(tmp_path: Path, began: bool) -> None:
    world = World(tmp_path)
    world.batch(1)
    asyncio.run(world.worker(dies=True).run("bat_1"))
    if began:
        world.batches.begin_writing("wrk_1", "bat_1")
    written = Written(world)
    serve(world, written)
    assert written.batches == ["bat_1"]


def test_end_that_a_live_worker_is_writing_is_left_to_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(1)
    world.run()
    written = Written(world)
    with world.queue.recover("wrk_other", ["fake"]):
        world.batches.begin_writing("wrk_other", "bat_1")
        serve(world, written)
        assert written.batches == []
    serve(world, written)
    assert written.batches == ["bat_1"]


def test_batch_of_somebody_who_died_is_ended_by_whoever_carries_its_last_row(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(1)
    with world.dying.recover("wrk_dead", ["fake"]):
        world.dying.admit("wrk_dead", ["fake"], 1)
    world.batch(1, batch_id="bat_mine")
    written = Written(world)
    asyncio.run(world.worker(ended=written).run("bat_mine"))
    assert written.batches == ["bat_1"], "the end of its own batch is the affair of whoever told it to work on it"


@pytest.mark.parametrize("grace", [60.0, 0.0], ids=["and time to finish", "and no time"])
def test_worker_that_is_told_to_stop_takes_no_more_and_hands_back_what_does_not_finish(
    tmp_path: Path, grace: float
) -> None:
    world, open_now = World(tmp_path, remote=False), asyncio.Event()
    world.batch(9)
    world.engine.make = making(open_now.wait)

    async def work() -> int:
        pace, stop = (
            WorkerTiming(LEASE_SECONDS, tick_seconds=0.01, local_concurrency=2, grace_seconds=grace),
            asyncio.Event(),
        )
        serving = asyncio.create_task(world.worker(pace=pace).serve(["fake"], stop))
        await until(lambda: world.in_flight() == 2)
        stop.set()
        await asyncio.sleep(0.05)
        if grace:
            open_now.set()
        return await serving

    left = asyncio.run(work())
    progress = world.check_laws()
    assert (left, progress.count(RowState.DONE), progress.count(RowState.READY)) == ((0, 2, 7) if grace else (2, 0, 7))
    assert world.at_work() == []
    claims = world.queue.claim_due("wrk_next", ["fake"], 9)
    assert [(claim.number, claim.expiries) for claim in claims] == ([] if grace else [(1, 0), (2, 0)])


def test_row_that_was_handed_back_after_it_was_made_is_paid_for(tmp_path: Path) -> None:
    """It is found made, by the attempt that made it: its worker left between the file and the word of it."""
    world = World(tmp_path, remote=False)
    world.batch(1)
    with world.queue.recover("wrk_a", ["fake"]):
        world.queue.admit("wrk_a", ["fake"], 1)
    make = world.engine.make

    async def found(payload: Payload, *, seed: int, into: Path) -> MediaSpec:
        return replace(await make(payload, seed=seed, into=into), reused=True)

    world.engine.make = found
    assert world.run().balance.spent == 1


def test_cancelled_batch_whose_worker_was_killed_settles(tmp_path: Path) -> None:
    """What nobody can have been paid for is given back; what may be paid for is carried to its end and kept."""
    for name in ("paid", "own"):
        (tmp_path / name).mkdir()
    paid, own = World(tmp_path / "paid"), World(tmp_path / "own", remote=False)
    for world in (paid, own):
        world.batch(4)
        with world.dying.recover("wrk_killed", ["fake"]):
            first, *_ = world.dying.admit("wrk_killed", ["fake"], 3)
            if world is paid:
                job = asyncio.run(world.engine.submit(call_of(first)))
                world.dying.apply([to_running(first, job, look_again_in=0.0)])
        assert Verbs(world.batches, world.rows, world.lanes).cancel("bat_1") == 1
        assert world.check_laws().active == 3
        asyncio.run(world.worker().settle("bat_1"))
    assert (own.check_laws().count(RowState.CANCELLED), own.check_laws().balance.committed) == (4, 0)
    progress = paid.check_laws()
    assert (progress.count(RowState.DONE), progress.count(RowState.CANCELLED), progress.active) == (3, 1, 0)
    assert (progress.balance.spent, progress.balance.reserved, len(paid.engine.charges)) == (3, 0, 3)


def test_settling_a_cancelled_batch_leaves_other_batches_and_live_workers_alone(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(2)
    world.batch(2, batch_id="bat_2")
    with world.dying.recover("wrk_killed", ["fake"]):
        world.dying.admit("wrk_killed", ["fake"], 1, "bat_2")
    with world.queue.recover("wrk_alive", ["fake"]):
        world.queue.admit("wrk_alive", ["fake"], 1, "bat_1")
        Verbs(world.batches, world.rows, world.lanes).cancel("bat_1")
        asyncio.run(world.worker().settle("bat_1"))
        assert world.batches.progress("bat_1").active == 1
    assert (world.batches.progress("bat_2").active, world.batches.progress("bat_2").count(RowState.READY)) == (1, 1)


def test_worker_that_waits_looks_as_soon_as_it_hears_of_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world, told, waits = World(tmp_path), list[Callable[[], object]](), list[float]()
    at_work = world.queue.recover

    @contextmanager
    def recover(worker: str, lanes: Sequence[str], heard: Callable[[], object]) -> Iterator[None]:
        with at_work(worker, lanes):
            told.append(heard)
            yield
        told.clear()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.Event().wait()

    monkeypatch.setattr(world.queue, "recover", recover)
    monkeypatch.setattr(world.clock, "sleep", sleep)

    async def work() -> None:
        stop = asyncio.Event()
        serving = asyncio.create_task(world.worker().serve(["fake"], stop))
        await until(lambda: bool(waits))
        await asyncio.to_thread(world.batch, 1)
        await asyncio.to_thread(told[0])
        await until(lambda: world.batches.progress("bat_1").count(RowState.DONE) + world.in_flight() == 1)
        stop.set()
        told[0]()
        await serving

    asyncio.run(work())
    assert not told, "it listens only while it works"


class Telling(StoreThread):
    """Tells which renewals of rows wait for it."""

    renewing: ClassVar[list[Any]] = []

    async def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call there; the answer."""
        if function.__name__ == "renew" and arguments[1]:
            self.renewing.append(arguments)

        def begun(*same: Any) -> Any:
            if same in self.renewing:
                self.renewing.remove(same)
            return function(*same)

        return await super().__call__(begun, *arguments)


def test_row_that_came_to_rest_while_its_renewal_waited_was_not_lost(
    tmp_path: Path, log_lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store has one thread: who renews waits for who writes, and is told of a row that nobody carries any more."""
    world, worker, asked = World(tmp_path, remote=False), list[Worker](), list[list[int]]()
    world.batch(1)

    def carrying() -> list[Claim]:
        return [claim for task, claim in worker[0]._tasks.items() if not task.done()]

    class Slow:
        """Writes that a row is done when somebody waits to renew it, and says then that it is not theirs."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.queue, name)

        def apply(self, transitions: Sequence[Transition]) -> Any:
            if transitions[0].to is RowState.DONE:
                wait_for(lambda: bool(Telling.renewing))
            return world.queue.apply(transitions)

        def renew(self, name: str, held: Mapping[int, int], done: Mapping[int, float]) -> Any:
            assert world.queue.renew(name, held, done) == []
            if held and not world.check_laws().active:
                wait_for(lambda: not carrying())
                asked.append(list(held))
            return list(held) if not world.check_laws().active else []

    monkeypatch.setattr("clipmill.pipeline.worker.StoreThread", Telling)
    worker.append(world.worker(lambda name, part: Slow() if name == "queue" else part, pace=QUICK))
    assert asyncio.run(worker[0].run("bat_1")).count(RowState.DONE) == 1
    assert asked == [[1]]
    assert log_lines == []


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds, in a thread."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.001)


@pytest.mark.parametrize("name", ["claim_due", "admit", "apply", "unwritten", "progress"])
def test_worker_that_serves_outlives_a_store_that_is_away_for_longer_than_a_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_lines: list[dict[str, Any]], name: str
) -> None:
    world = World(tmp_path)
    world.batch(3)
    part = world.batches if name in ("unwritten", "progress") else world.queue
    answer, asked = getattr(part, name), list[float]()

    def away(*arguments: Any) -> Any:
        if not asked or asked[-1] - asked[0] <= 2 * LEASE_SECONDS:
            asked.append(world.clock.now())
            raise StoreAway("it is away")
        return answer(*arguments)

    monkeypatch.setattr(part, name, away)
    assert serve(world) == 0
    assert world.check_laws().count(RowState.DONE) == 3
    assert world.check_laws().balance.spent == 3
    assert max(later - sooner for sooner, later in pairwise(asked)) <= 30
    assert [line["event"] for line in log_lines] == ["the store is away, and is asked again"]
    assert "row" not in log_lines[0]


def test_worker_that_waits_for_its_store_is_told_to_stop_and_finishes_what_it_had_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, waits = World(tmp_path, remote=False), list[float]()
    world.batch(1)
    with world.queue.recover("wrk_before", ["fake"]):
        world.queue.admit("wrk_before", ["fake"], 1)

    def away(*_asked: Any) -> Any:
        raise StoreAway("it is away")

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.Event().wait()

    monkeypatch.setattr(world.queue, "admit", away)
    monkeypatch.setattr(world.batches, "unwritten", away)
    monkeypatch.setattr(world.clock, "sleep", sleep)

    async def work() -> int:
        stop = asyncio.Event()
        serving = asyncio.create_task(world.worker().serve(["fake"], stop))
        await until(lambda: bool(waits))
        stop.set()
        return await asyncio.wait_for(serving, _PATIENCE_SECONDS)

    assert asyncio.run(work()) == 0
    assert world.check_laws().count(RowState.DONE) == 1
    assert world.at_work() == []


def test_worker_that_serves_outlives_a_server_that_ends_its_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.world.kind", POSTGRES)
    monkeypatch.setattr("clipmill.store.database._TRUSTED_SECONDS", float("inf"))
    world, looks = World(tmp_path), list[int]()
    sleep, unwritten = world.clock.sleep, world.batches.unwritten

    async def rest(seconds: float) -> None:
        await sleep(seconds)
        await asyncio.sleep(0.001)

    def look(worker: str) -> Sequence[str]:
        looks.append(1)
        return unwritten(worker)

    monkeypatch.setattr(world.clock, "sleep", rest)
    monkeypatch.setattr(world.batches, "unwritten", look)

    async def work() -> None:
        stop = asyncio.Event()
        serving = asyncio.create_task(world.worker().serve(["fake"], stop))
        await until(lambda: len(looks) > 1)
        await asyncio.to_thread(end_connections)
        seen = len(looks)
        await until(lambda: len(looks) > seen + 1 or serving.done())
        stop.set()
        await serving

    asyncio.run(work())


def end_connections() -> None:
    """Have the server end all that are open."""
    with psycopg.connect(postgres.server(), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'clipmill_%'")


def test_rows_whose_hands_broke_after_a_worker_was_told_to_stop_are_counted_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_lines: list[dict[str, Any]]
) -> None:
    world, open_now = World(tmp_path, remote=False), asyncio.Event()
    world.batch(3)
    world.engine.make = making(open_now.wait)

    def refuse(_transitions: Any) -> Any:
        raise StoreError("it takes nothing")

    async def work() -> int:
        stop, worker = asyncio.Event(), world.worker()
        finish = worker._finish

        async def finishing() -> int:
            monkeypatch.setattr(world.queue, "apply", refuse)
            open_now.set()
            return await finish()

        monkeypatch.setattr(worker, "_finish", finishing)
        serving = asyncio.create_task(worker.serve(["fake"], stop))
        await until(lambda: world.in_flight() == 3)
        stop.set()
        return await serving

    assert asyncio.run(work()) == 3
    told = [line for line in log_lines if line["event"] == "the row is handed back"]
    assert {(line["row"], line["reason"], line["level"]) for line in told} == {
        (number, "it takes nothing", "error") for number in (1, 2, 3)
    }
    assert world.check_laws().active == 3
    assert world.at_work() == []
