"""A worker's hands: how much it takes, when it looks up, what it keeps alive, and that nothing of it stays behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clipmill.domain.batch import BatchState
from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.line.call import Call
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition
from clipmill.errors import StoreError
from clipmill.pipeline.row import Line
from clipmill.pipeline.worker import Worker, WorkerTiming
from tests.unit.pipeline.test_worker import Written, making, serve, until
from tests.world import LEASE_SECONDS, TEMPLATE, World, order

pytestmark = pytest.mark.timeout(60)

#: A worker that looks up every hundredth of a second.
PACE = WorkerTiming(LEASE_SECONDS, tick_seconds=0.01)


@pytest.fixture
def local(tmp_path: Path) -> World:
    """A line with a local engine."""
    return World(tmp_path, remote=False)


class Between:
    """The queue, with something else in the place of some of its methods."""

    def __init__(self, world: World, **instead: Callable[..., Any]) -> None:
        self._queue = world.queue
        self.__dict__ |= instead

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)


def worker(world: World, pace: WorkerTiming = PACE, **instead: Callable[..., Any]) -> Worker:
    """A worker over a queue that does something else where it says so."""
    return world.worker(lambda name, part: Between(world, **instead) if name == "queue" else part, pace=pace)


def done(work: Coroutine[Any, Any, Any]) -> Any:
    """What comes of it, at most in half a minute; nothing that was begun for it goes on."""

    async def run() -> Any:
        answer = await asyncio.wait_for(work, 30)
        assert asyncio.all_tasks() == {asyncio.current_task()}, "something goes on"
        assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("store")]
        return answer

    return asyncio.run(run())


def test_usual_pace() -> None:
    usual = WorkerTiming()
    assert (usual.lease_seconds, usual.tick_seconds, usual.grace_seconds) == (30.0, 0.5, 30.0)
    assert (usual.concurrency, usual.local_concurrency) == (200, 2)


def test_nothing_of_a_worker_stays_behind(local: World) -> None:
    local.batch(3)
    assert done(local.worker(pace=PACE).run("bat_1")).count(RowState.DONE) == 3
    assert done(local.worker(pace=PACE).serve(["fake"], asyncio.Event(), until_idle=True)) == 0
    assert local.at_work() == []


def test_rows_that_somebody_dropped_and_new_ones_fill_the_same_room(local: World) -> None:
    local.batch(9)
    with local.dying.recover("wrk_dead", ["fake"]):
        local.dying.admit("wrk_dead", ["fake"], 2)
    seen, open_now = [0], asyncio.Event()

    async def wait() -> None:
        seen.append(local.in_flight())
        await open_now.wait()

    local.engine.make = making(wait)

    async def work() -> None:
        pace = replace(PACE, local_concurrency=3)
        running = asyncio.create_task(local.worker(pace=pace).run("bat_1"))
        await until(lambda: len(seen) == 4)
        assert local.in_flight() == 3
        open_now.set()
        assert (await running).count(RowState.DONE) == 9

    done(work())
    assert max(seen) <= 3 + 3, "rows that are made leave the window before they are delivered"


def rounds(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[None]]:
    """What waits until a worker that serves has gone round once more, and has taken what it takes."""
    looks, unwritten = list[str](), world.batches.unwritten

    def look(name: str) -> Sequence[str]:
        looks.append(name)
        return unwritten(name)

    async def once_more() -> None:
        for _ in range(2):
            before = len(looks)
            world.clock.advance(2.0)
            await until(lambda before=before: len(looks) > before)  # type: ignore[misc]

    monkeypatch.setattr(world.batches, "unwritten", look)
    return once_more


def test_worker_has_room_for_no_more_rows_of_others_machines_than_it_may_work_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, open_now, sends = World(tmp_path), asyncio.Event(), list[str]()
    world.batch(5)
    submit, once_more = world.engine.submit, rounds(world, monkeypatch)

    async def wait(call: Call) -> Any:
        sends.append(call.key)
        await open_now.wait()
        return await submit(call)

    world.engine.submit = wait

    async def work() -> None:
        pace = replace(PACE, concurrency=2, tick_seconds=0.2)
        serving = asyncio.create_task(world.worker(pace=pace).serve(["fake"], asyncio.Event(), until_idle=True))
        await until(lambda: len(sends) == 2)
        await once_more()
        assert (len(sends), world.in_flight()) == (2, 2)
        open_now.set()
        assert await serving == 0

    done(work())
    assert world.check_laws().count(RowState.DONE) == 5


def test_crew_of_one_makes_one_row_after_the_other_and_asks_for_none_while_it_is_busy(
    local: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.batch(3)
    with local.dying.recover("wrk_dead", ["fake"]):
        local.dying.admit("wrk_dead", ["fake"], 1)
    at_work, once_more = list[int](), rounds(local, monkeypatch)
    asked: list[tuple[Sequence[str], int, int]] = []

    async def make() -> None:
        at_work.append(1)
        await once_more()
        at_work.pop()

    def admit(name: str, lanes: Sequence[str], limit: int, batch_id: str = "") -> Any:
        asked.append((lanes, limit, len(at_work)))
        return local.queue.admit(name, lanes, limit, batch_id)

    def claim_due(name: str, lanes: Sequence[str], limit: int, *rest: Any) -> Any:
        asked.append((lanes, limit, len(at_work)))
        return local.queue.claim_due(name, lanes, limit, *rest)

    local.engine.make = making(make)
    one = worker(local, replace(PACE, local_concurrency=1), admit=admit, claim_due=claim_due)
    assert done(one.serve(["fake"], asyncio.Event(), until_idle=True)) == 0
    assert local.check_laws().count(RowState.DONE) == 3
    local_ones = {(tuple(lanes), limit, busy) for lanes, limit, busy in asked if "fake" in lanes}
    assert local_ones == {(("fake",), 1, 0)}, "what plans rows is asked for by itself"


@pytest.mark.parametrize("takes_the_second", [True, False])
def test_step_the_store_refuses_once_is_no_loss(local: World, takes_the_second: bool) -> None:
    local.batch(1)
    refusals = [StoreError("it is busy")] * (1 if takes_the_second else 4)

    def apply(transitions: Sequence[Transition]) -> Any:
        if refusals and transitions[0].to is RowState.VERIFYING:
            raise refusals.pop()
        return local.queue.apply(transitions)

    progress = done(worker(local, apply=apply).run("bat_1"))
    assert progress.count(RowState.DONE if takes_the_second else RowState.FAILED) == 1
    assert len(local.engine.made) == 1


def test_what_breaks_a_hand_breaks_the_worker(local: World) -> None:
    local.batch(1)

    def broken(_transitions: Sequence[Transition]) -> Any:
        raise ZeroDivisionError("a bug in the store")

    with pytest.raises(ZeroDivisionError, match="a bug in the store"):
        done(worker(local, apply=broken).run("bat_1"))


def test_batch_a_full_disk_has_paused_rests_when_what_is_under_way_is_done(local: World) -> None:
    local.batch(3)
    calls: list[int] = []

    async def first_finds_no_room() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise StoreError("no space left")
        await until(lambda: local.batches.find("bat_1").state is BatchState.PAUSED)
        await asyncio.sleep(0.1)

    local.engine.make = making(first_finds_no_room)
    progress = done(local.worker(pace=replace(PACE, local_concurrency=2)).run("bat_1"))
    assert progress.batch.reason == "disk: no space left"
    assert (progress.count(RowState.DONE), progress.count(RowState.READY), progress.active) == (1, 2, 0)


def test_worker_that_serves_until_nothing_is_left_waits_for_rows_whose_time_has_not_come(local: World) -> None:
    local.batch(1)
    local.batch(0, batch_id="bat_2")
    local.engine.failures = [Failure(FailureKind.ENGINE, "it is down")]
    written = Written(local)
    assert serve(local, written) == 0
    assert local.check_laws().count(RowState.DONE) == 1
    assert written.batches[-1] == "bat_1"


def test_worker_that_serves_some_lanes_does_not_wait_for_others(local: World) -> None:
    local.open_lane("other", 1)
    batch = replace(local.batches.find(local.batch(0)), id="bat_other", engine="other", state=BatchState.IMPORTING)
    local.batches.create(batch, TEMPLATE)
    local.batch(0, batch_id="bat_2")
    local.rows.add("bat_other", [order(1, "bat_other")])
    local.batches.update("bat_other", "started", state=BatchState.RUNNING)
    assert done(local.worker(pace=PACE).serve(["fake"], asyncio.Event(), until_idle=True)) == 0


def test_worker_without_anybody_to_end_batches_leaves_that_to_others(
    local: World, log_lines: list[dict[str, Any]]
) -> None:
    local.batch(1)
    assert serve(local, None) == 0
    assert local.batches.unwritten("wrk_other") == ["bat_1"]
    assert log_lines == []


def test_end_that_could_not_be_written_is_tried_again_after_ten_seconds(
    local: World, log_lines: list[dict[str, Any]]
) -> None:
    local.batch(1)
    stop, tried = asyncio.Event(), list[float]()
    written = Written(local, failures=1)

    def end(batch_id: str, name: str) -> None:
        tried.append(local.clock.now())
        if len(tried) == 2:
            stop.set()
        written(batch_id, name)

    done(local.worker(pace=replace(PACE, tick_seconds=0.5), ended=end).serve(["fake"], stop))
    assert [at - tried[0] for at in tried] == [0.0, 10.0]
    assert written.batches == ["bat_1"]
    assert {(line["event"], line["reason"]) for line in log_lines} == {
        ("what a batch leaves was not written", "the disk is full")
    }


def test_worker_at_work_looks_every_two_seconds_for_batches_at_rest(
    local: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.batch(1)
    looks, rounds, open_now, stop = list[float](), [0], asyncio.Event(), asyncio.Event()
    local.engine.make = making(open_now.wait)
    unwritten = local.batches.unwritten

    def look(name: str) -> Sequence[str]:
        looks.append(local.clock.now())
        return unwritten(name)

    def claim_due(*asked: Any) -> Any:
        rounds[0] += 1
        return local.queue.claim_due(*asked)

    monkeypatch.setattr(local.batches, "unwritten", look)

    async def some_rounds() -> int:
        """How often it has looked after it has gone round a few times."""
        gone = rounds[0]
        await until(lambda: rounds[0] >= gone + 3)
        return len(looks)

    async def work() -> None:
        serving = asyncio.create_task(worker(local, claim_due=claim_due).serve(["fake"], stop))
        await until(lambda: local.in_flight() == 1)
        looked = await some_rounds()
        local.clock.advance(1.9)
        assert await some_rounds() == looked
        local.clock.advance(0.1)
        assert await some_rounds() == looked + 1
        open_now.set()
        stop.set()
        await serving

    done(work())


def test_worker_that_is_told_to_stop_ends_the_batch_whose_last_row_it_finished(local: World) -> None:
    local.batch(1)
    open_now, stop, written = asyncio.Event(), asyncio.Event(), Written(local)
    local.engine.make = making(open_now.wait)

    async def work() -> int:
        serving = asyncio.create_task(local.worker(pace=PACE, ended=written).serve(["fake"], stop))
        await until(lambda: local.in_flight() == 1)
        stop.set()
        await asyncio.sleep(0.03)
        open_now.set()
        return await serving

    assert done(work()) == 0
    assert written.batches == ["bat_1"]


async def idle(work: Callable[[list[float], Callable[[], object]], Awaitable[None]]) -> None:
    """Let somebody do something with a worker that has nothing to do: how long it waited so far, and its ear."""
    waits, ears, stop = list[float](), list[Callable[[], object]](), asyncio.Event()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.Event().wait()

    nothing = SimpleNamespace(
        recover=lambda _name, _lanes, heard: nullcontext(ears.append(heard)), claim_due=lambda *_: [],
        admit=lambda *_: [], unwritten=lambda _name: [], now=lambda: 0.0, sleep=sleep,
    )  # fmt: skip
    anything: Any = None
    line = Line({"fake": anything}, anything, anything, anything, nothing)  # type: ignore[arg-type]
    free: Any = Worker("wrk_1", nothing, nothing, line, PACE)  # type: ignore[arg-type]
    serving = asyncio.create_task(free.serve(["fake"], stop))
    await until(lambda: bool(waits))
    await work(waits, ears[0])
    stop.set()
    ears[0]()
    await serving


def test_worker_that_has_heard_of_work_and_found_none_waits_again() -> None:
    async def tell(waits: list[float], heard: Callable[[], object]) -> None:
        for count in (2, 3):
            heard()
            await until(lambda count=count: len(waits) >= count)  # type: ignore[misc]
            await asyncio.sleep(0.05)
            assert waits == [PACE.tick_seconds] * count

    done(idle(tell))


def test_leases_are_looked_after_every_third_of_their_time(local: World, monkeypatch: pytest.MonkeyPatch) -> None:
    local.batch(1)
    naps, renewed, begun, sleep = list[float](), list[float](), list[int](), asyncio.sleep
    third, open_now = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.append(1)
        await open_now.wait()

    local.engine.make = making(wait)

    async def nap(seconds: float) -> None:
        if seconds < 1:
            await sleep(seconds)
            return
        naps.append(seconds)
        await third.wait()
        third.clear()

    def renew(name: str, held: Any, done: Any) -> Any:
        lost = local.queue.renew(name, held, done)
        renewed.append(local.row(1).due_at - local.clock.now())
        return lost

    monkeypatch.setattr(asyncio, "sleep", nap)

    async def work() -> None:
        running = asyncio.create_task(worker(local, renew=renew).run("bat_1"))
        await until(lambda: len(begun) == len(naps) == 1)
        for count in (1, 2):
            local.clock.advance(LEASE_SECONDS / 3)
            third.set()
            await until(lambda count=count: len(naps) == count + 1)  # type: ignore[misc]
        open_now.set()
        assert (await running).count(RowState.DONE) == 1

    done(work())
    assert set(naps) == {10.0}
    assert renewed == [LEASE_SECONDS] * 2


def test_row_that_was_lost_takes_no_other_with_it(local: World) -> None:
    local.batch(2)
    begun, dropped, open_now = list[int](), list[int](), asyncio.Event()

    async def wait() -> None:
        begun.append(1)
        try:
            await open_now.wait()
        except asyncio.CancelledError:
            dropped.append(1)
            raise

    local.engine.make = making(wait)
    lost: list[int] = []

    def renew(name: str, held: Any, done: Any) -> Any:
        return [*local.queue.renew(name, held, done), *(row_id for row_id in lost if row_id in held)]

    async def work() -> None:
        running = asyncio.create_task(
            worker(local, WorkerTiming(lease_seconds=0.03, tick_seconds=0.01), renew=renew).run("bat_1")
        )
        await until(lambda: len(begun) == 2)
        await asyncio.sleep(0.05)
        assert dropped == []
        lost.append(1)
        await until(lambda: len(dropped) == 1)
        lost.clear()
        await asyncio.sleep(0.05)
        assert dropped == [1]
        open_now.set()
        local.clock.advance(LEASE_SECONDS + 1)
        assert (await running).count(RowState.DONE) == 2

    done(work())
