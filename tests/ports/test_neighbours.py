"""Whatever is done to one batch, row or worker leaves its neighbours as they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from clipmill.domain.batch import BatchState
from clipmill.domain.failure import Failure, FailureKind, ask_again, decide
from clipmill.domain.line.call import Handle, Output
from clipmill.domain.media import MediaSpec
from clipmill.domain.transition import to_fetching, to_review, to_running, to_verifying
from clipmill.domain.verdict import Finding, Ruling, Verdict
from clipmill.pipeline.batch import Verbs
from clipmill.store.database import asking
from clipmill.store.schema import rows
from tests.world import LEASE_SECONDS, World, order

pytestmark = pytest.mark.usefixtures("each_database")

#: All that the store keeps of a batch, and of its rows but for one.
OF_BATCH = ("SELECT * FROM batches WHERE id = :batch", "SELECT * FROM counts WHERE batch_id = :batch ORDER BY state")
OF_ROWS = tuple(
    f"SELECT {table}.* FROM rows {join} WHERE rows.batch_id = :batch AND rows.number <> :but ORDER BY rows.id"
    for table, join in [
        ("rows", ""),
        *((name, f"JOIN {name} ON row_id = rows.id") for name in ("row_data", "attempts")),
    ]
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a lane of ten."""
    return World(tmp_path)


def kept(world: World, batch_id: str, queries: tuple[str, ...] = OF_BATCH + OF_ROWS, but: int = 0) -> list[Any]:
    """What the store keeps of a batch now."""
    with world.database.read() as connection:
        ask = asking(connection)
        return [dict(line) for query in queries for line in ask(query, {"batch": batch_id, "but": but})]


def life(world: World, batch_id: str) -> Iterator[str]:
    """What workers and people do to the second row of a batch, step by step."""
    queue, verbs, worker = world.queue, Verbs(world.batches, world.rows, world.lanes), "wrk_a"
    world.rows.prefer(batch_id, [2])
    yield "preferred"
    verbs.pause(batch_id)
    yield "paused"
    verbs.resume(batch_id, budget=90)
    yield "resumed"
    (claim,) = queue.admit(worker, ["fake"], 1, batch_id)
    yield "admitted"
    world.clock.advance(1)
    queue.renew(worker, {claim.row_id: claim.fence})
    yield "renewed"
    queue.apply([ask_again(claim, Failure(FailureKind.ENGINE, "no answer"), now=world.clock.now(), sent=True)])
    yield "not answered"
    world.clock.advance(3)
    (claim,) = queue.claim_due(worker, ["fake"], 5, batch_id=batch_id)
    yield "taken"
    queue.apply([to_running(claim, Handle(f"job-{batch_id}"), look_again_in=0)])
    yield "sent"
    (claim,) = queue.claim_due(worker, ["fake"], 5, batch_id=batch_id)
    (made,) = queue.apply([to_fetching(claim, Output())])
    assert made
    yield "made"
    (stored,) = queue.apply([to_verifying(made, "abc", MediaSpec(seconds=1, frames=25, fps=25, width=16, height=16))])
    assert stored
    yield "stored"
    queue.apply([to_review(stored, Verdict((Finding("look", Ruling.REVIEW, "it is dark"),)))])
    yield "to be looked at"
    world.batches.begin_writing("the end", batch_id)
    yield "its end is begun"
    world.batches.end_writing("the end", batch_id)
    yield "its end is written"
    verbs.reject(batch_id, [2], reason="too dark", again=True)
    yield "rejected"
    (claim,) = queue.admit(worker, ["fake"], 1, batch_id)
    queue.apply([decide(claim, Failure(FailureKind.DATA, "no such mug"))])
    yield "failed"
    world.rows.amend(batch_id, [order(2, batch_id)])
    yield "amended"
    (claim,) = queue.admit(worker, ["fake"], 1, batch_id)
    queue.apply([decide(claim, Failure(FailureKind.TEMPLATE, "no such layer"))])
    yield "paused by a failure"
    verbs.cancel(batch_id)
    yield "cancelled"


def test_nothing_that_is_done_to_one_batch_touches_another(world: World) -> None:
    lives = {batch_id: life(world, world.batch(3, blocked=1, batch_id=batch_id)) for batch_id in ("bat_1", "bat_2")}
    steps = 0
    while True:
        for batch_id, other in (("bat_1", "bat_2"), ("bat_2", "bat_1")):
            before = kept(world, other)
            step = next(lives[batch_id], "")
            assert kept(world, other) == before, (batch_id, step)
            world.check_laws(batch_id)
        if not step:
            break
        steps += 1
    assert steps == 18


def test_nothing_that_is_done_to_one_row_touches_another(world: World) -> None:
    world.batch(3, blocked=1)
    world.queue.admit("wrk_a", ["fake"], 1)
    before = kept(world, "bat_1", OF_ROWS, but=2)
    assert len(before) == 3 + 3 + 1
    for step in life(world, "bat_1"):
        if step == "cancelled":
            break
        assert kept(world, "bat_1", OF_ROWS, but=2) == before, step


@pytest.mark.parametrize("dies", [False, True])
def test_worker_that_ends_leaves_what_others_hold_and_what_is_at_rest(world: World, dies: bool) -> None:
    world.batch(3)
    with world.queue.recover("wrk_b", ["fake"]):
        held, waits = world.queue.admit("wrk_b", ["fake"], 2)
        world.queue.apply([to_running(waits, Handle("job-1"), look_again_in=100.0)])
        with (world.dying if dies else world.queue).recover("wrk_a", ["fake"]):
            (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
            rest = world.rows.add("bat_1", [order(4, "bat_1")]) and claim.row_id + 1
            world.write(update(rows).where(rows.c.id == rest).values(owner="wrk_a"))
            before = [world.row(row_id) for row_id in (held.row_id, waits.row_id, rest)]
            assert world.queue.renew("wrk_a", {rest: 0}) == []
            (line,) = [line for line in world.at_work() if line.id == "wrk_b"]
        world.clock.advance(1)
        world.queue.claim_due("wrk_b", ["another"], 1)
        assert [world.row(row_id) for row_id in (held.row_id, waits.row_id, rest)] == before
        assert world.row(claim.row_id).due_at <= world.clock.now()
        assert world.at_work() == [line]


def test_dead_worker_is_noticed_within_a_second_and_others_are_not_looked_at_more_often(world: World) -> None:
    world.batch(1)
    with world.queue.recover("wrk_b", ["fake"]):
        with world.dying.recover("wrk_a", ["fake"]):
            world.queue.admit("wrk_a", ["fake"], 1)
        world.clock.advance(0.5)
        assert world.queue.claim_due("wrk_b", ["fake"], 5) == []
        world.clock.advance(0.5)
        assert len(world.queue.claim_due("wrk_b", ["fake"], 5)) == 1


def test_worker_that_comes_strikes_the_dead_off_at_once(world: World) -> None:
    with world.dying.recover("wrk_a", ["fake"]):
        pass
    with world.queue.recover("wrk_b", ["fake"]):
        assert [line.id for line in world.at_work()] == ["wrk_b"]


def test_worker_that_slept_for_longer_than_a_lease_does_not_take_itself_for_dead(world: World) -> None:
    with world.queue.recover("wrk_a", ["fake"]):
        before = world.at_work()
        world.clock.advance(2 * LEASE_SECONDS)
        assert world.queue.claim_due("wrk_a", ["fake"], 1) == []
        assert world.at_work() == before


def test_batch_stays_paused_for_its_own_reason_when_another_stops(world: World) -> None:
    """A budget stops its own batch, which says so, whatever another has under way."""
    world.batch(3, budget=1)
    world.batch(3, batch_id="bat_2")
    world.queue.admit("wrk_a", ["fake"], 1, "bat_2")
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1, "bat_1")
    world.queue.apply([decide(claim, Failure(FailureKind.DATA, "no", charged=True))])
    assert world.queue.admit("wrk_a", ["fake"], 1, "bat_1") == []
    stopped, other = world.batches.find("bat_1"), world.batches.find("bat_2")
    assert (stopped.state, stopped.reason, other.state) == (BatchState.PAUSED, "budget", BatchState.RUNNING)
    *_, told = world.rows.events("bat_1")
    assert (told.kind, told.data) == ("paused", {"reason": "budget", "budget": 1})
