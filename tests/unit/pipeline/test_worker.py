"""A worker takes what it serves and can make, and drops what it lost, with the process at work on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.errors import StoreError
from clipmill.media.workers.crew import ProcessCrew
from clipmill.pipeline.row import Line
from clipmill.pipeline.worker import Pace, Worker
from clipmill.testing import FakeRemoteEngine, fake_spec
from tests.world import LEASE_SECONDS, World

_PATIENCE_SECONDS = 60
#: Leases are looked after every hundredth of a second.
QUICK = Pace(lease_seconds=0.03, tick_seconds=0.01)


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
    (claim,) = world.queue.admit("wrk_lost", "fake", 1)
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
        pace = Pace(LEASE_SECONDS, tick_seconds=0.01, local_hands=3)
        running = asyncio.create_task(world.worker(pace=pace).run("bat_1"))
        await until(lambda: world.in_flight() == 3)
        await asyncio.sleep(0.1)
        assert world.in_flight() == 3
        open_now.set()
        assert (await running).count(RowState.DONE) == 9

    asyncio.run(work())


def test_row_that_was_lost_is_dropped_at_once_with_the_process_at_work_on_it(tmp_path: Path) -> None:
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

    send = world.engine.send

    async def sent(request: Any, *, key: str) -> str:
        leases.append(world.row(1).due_at - world.clock.now())
        return str(await send(request, key=key))

    leases: list[float] = []
    world.engine.send = sent
    asyncio.run(world.worker(lambda name, part: Slow() if name == "queue" else part).run("bat_1"))
    assert len(leases) == 1
    assert leases[0] > 0
    assert world.check_laws().count(RowState.DONE) == 1


def test_store_that_is_away_for_longer_than_a_lease_costs_no_row(tmp_path: Path) -> None:
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
