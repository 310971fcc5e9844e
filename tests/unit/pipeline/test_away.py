"""A store that is away is waited for and blames no row; what it refuses of one row fails that one, and no other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from clipmill.domain.line.call import Call, Handle, Recovery
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition
from clipmill.errors import StoreAway, StoreError
from clipmill.pipeline.commits import Insistence, StoreThread
from clipmill.testing import FrozenClock
from tests.world import LEASE_SECONDS, World


class Away:
    """The queue of a store that is away for so many calls of one name, once there is such a row to be moved."""

    def __init__(self, world: World, name: str, times: float, to: RowState | None = None) -> None:
        self._world, self._name, self._to = world, name, to
        self.times = times
        #: When it was asked in vain.
        self.asked: list[float] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._world.queue, name)
        return method if name != self._name else lambda *asked: self._ask(method, *asked)

    def _ask(self, method: Callable[..., Any], *asked: Any) -> Any:
        if self.times > 0 and (self._to is None or any(each.to is self._to for each in asked[0])):
            self.times -= 1
            self.asked.append(self._world.clock.now())
            raise StoreAway("it is away")
        return method(*asked)

    def __call__(self, name: str, part: Any) -> Any:
        """What `World.worker` puts between."""
        return self if name == "queue" else part


@pytest.mark.parametrize("recovery", [Recovery.KEY, Recovery.NONE])
@pytest.mark.parametrize("to", [RowState.RUNNING, RowState.FETCHING, RowState.VERIFYING, RowState.DONE])
def test_what_was_decided_while_the_store_was_away_is_written_when_it_is_back(
    tmp_path: Path, recovery: Recovery, to: RowState, log_lines: list[dict[str, Any]]
) -> None:
    world = World(tmp_path, recovery=recovery)
    world.batch(3)
    away = Away(world, "apply", 6, to)
    progress = asyncio.run(world.worker(away).run("bat_1"))
    assert progress.count(RowState.DONE) == 3
    assert (world.check_laws().balance.spent, world.engine.sends, away.times) == (3, 3, 0)
    waits = [later - sooner for sooner, later in pairwise(away.asked)]
    assert waits == sorted(waits), "later and later"
    assert 0 < waits[0] < waits[-1] <= 5
    told = [(line["event"], line["reason"]) for line in log_lines]
    assert told == [("the store is away, and is asked again", "it is away")], "once"


@pytest.mark.parametrize("remote", [True, False])
def test_store_that_stays_away_ends_the_run_after_a_lease_and_leaves_every_row_where_it_is(
    tmp_path: Path, remote: bool
) -> None:
    world = World(tmp_path, remote=remote)
    world.batch(3)
    away, began = Away(world, "apply", float("inf")), world.clock.now()
    with pytest.raises(StoreAway):
        asyncio.run(world.worker(away).run("bat_1"))
    assert LEASE_SECONDS <= world.clock.now() - began < 2 * LEASE_SECONDS
    assert world.check_laws().active == 3
    world.clock.advance(LEASE_SECONDS + 1)
    assert world.run().count(RowState.DONE) == 3
    assert world.check_laws().balance.spent == 3


@pytest.mark.parametrize("name", ["claim_due", "admit"])
def test_work_goes_on_after_a_store_that_was_away_and_ends_with_one_that_stays_away(tmp_path: Path, name: str) -> None:
    world = World(tmp_path)
    world.batch(3)
    assert asyncio.run(world.worker(Away(world, name, 5)).run("bat_1")).count(RowState.DONE) == 3
    began = world.clock.now()
    for work in ("run", "settle") if name == "claim_due" else ("run",):
        with pytest.raises(StoreAway):
            asyncio.run(getattr(world.worker(Away(world, name, float("inf"))), work)("bat_1"))
        assert LEASE_SECONDS <= world.clock.now() - began < 2 * LEASE_SECONDS
        began = world.clock.now()


@pytest.mark.parametrize("away", [5, float("inf")])
def test_store_that_goes_away_while_it_refuses_a_row_blames_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, away: float
) -> None:
    """A group that is refused is taken apart, and who is to blame is not known before the store is back."""
    world, asked = World(tmp_path, remote=False), list[int]()
    world.batch(4)
    apply = world.queue.apply

    def refuse(transitions: Sequence[Transition]) -> Any:
        if any(each.claim.number == 2 and each.to is RowState.VERIFYING for each in transitions):
            raise StoreError("one of them is bad")
        if any(each.to is RowState.FAILED for each in transitions) and len(asked) < away:
            asked.append(1)
            raise StoreAway("it is away")
        return apply(transitions)

    monkeypatch.setattr(world.queue, "apply", refuse)
    if away == 5:
        progress = asyncio.run(world.worker().run("bat_1"))
        assert (progress.count(RowState.DONE), progress.count(RowState.FAILED)) == (3, 1)
        return
    with pytest.raises(StoreAway):
        asyncio.run(world.worker().run("bat_1"))
    assert world.check_laws().count(RowState.FAILED) == 0


def test_every_outage_is_told_once_whoever_waits_for_its_end(log_lines: list[dict[str, Any]]) -> None:
    thread, clock = StoreThread(), FrozenClock()

    async def outage() -> None:
        asked = Counter[str]()

        def ask(who: str) -> str:
            asked[who] += 1
            if min(asked["one"], asked["other"]) < 3:
                raise StoreAway("it is away")
            return who

        each = [Insistence(thread, clock, float("inf"))(ask, who) for who in ("one", "other")]
        assert await asyncio.gather(*each) == ["one", "other"]

    for times in (1, 2):
        asyncio.run(outage())
        assert len(log_lines) == times
    thread.close()


@pytest.mark.usefixtures("each_database")
def test_job_that_cannot_be_stored_is_told_with_its_row_and_fails_no_other(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.batch(3)
    submit = world.engine.submit

    async def sent(call: Call) -> Handle:
        handle: Handle = await submit(call)
        return Handle(f"{handle.job}\0") if call.key == "bat_1_2.1" else handle

    world.engine.submit = sent
    progress = asyncio.run(world.worker().run("bat_1"))
    assert (progress.count(RowState.DONE), progress.count(RowState.UNKNOWN)) == (2, 1)
    (unknown,) = world.rows.records("bat_1", RowState.UNKNOWN)
    assert "a value cannot be stored" in unknown.problems[0].reason
    assert r"its job is job-2\x00" in unknown.problems[0].reason
