"""Whose turn it is: lanes, batches and rows that wait beside each other, and the rates of lanes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import BatchState
from clipmill.domain.failure import Failure, FailureKind, ask_again, decide, to_unknown
from clipmill.domain.line.call import Handle
from clipmill.domain.transition import Transition, to_running
from clipmill.pipeline.batch import Verbs
from clipmill.store.schema import batches, resends, rows
from tests.world import World, order

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a lane of ten, and another of three."""
    world = World(tmp_path)
    world.open_lane("other", 3)
    return world


def lost(claim: Claim, world: World) -> Transition:
    """The answer to the claim's send did not come."""
    return ask_again(claim, Failure(FailureKind.ENGINE, "no answer"), now=world.clock.now(), sent=True)


def test_each_lane_is_filled_whatever_waits_and_flies_in_others(world: World) -> None:
    world.batch(30)
    world.batch(30, batch_id="bat_2", lane="other")
    assert {claim.batch_id for claim in world.queue.admit("wrk_a", ["other"], 100)} == {"bat_2"}
    assert world.in_flight() == 3
    assert {claim.batch_id for claim in world.queue.admit("wrk_a", ["fake"], 100)} == {"bat_1"}
    assert world.in_flight() == 3 + 10
    assert world.queue.admit("wrk_a", ["nowhere"], 1) == []


def test_batches_with_nothing_to_admit_take_no_share_from_others(world: World) -> None:
    world.batch(0, blocked=1, batch_id="bat_0")
    world.batch(2, batch_id="bat_1")
    failed = [decide(claim, Failure(FailureKind.ENGINE, "it is down")) for claim in world.queue.admit("w", ["fake"], 2)]
    world.queue.apply(failed)
    world.batch(30, batch_id="bat_2")
    Verbs(world.batches, world.rows, world.lanes).pause("bat_2")
    world.batch(30, batch_id="bat_3")
    world.batches.update("bat_3", "sampled", priority_limit=0)
    world.batch(30, batch_id="bat_4")
    assert [claim.batch_id for claim in world.queue.admit("wrk_a", ["fake"], 100)] == ["bat_4"] * 10


def test_place_that_cannot_be_shared_goes_to_the_oldest_batch(world: World) -> None:
    for batch_id in ("bat_2", "bat_3", "bat_1"):
        world.batch(5, batch_id=batch_id)
    world.write(update(batches).where(batches.c.id == "bat_3").values(created_at=world.clock.now() - 1))
    admitted = [world.queue.admit("wrk_a", ["fake"], 1)[0].batch_id for _ in range(3)]
    assert admitted == ["bat_3", "bat_1", "bat_2"]


def test_preferred_rows_come_first_and_others_as_in_the_table_however_they_were_taken_in(world: World) -> None:
    world.batch(0)
    for number in (5, 2, 4, 3):
        world.rows.add("bat_1", [order(number, "bat_1")])
    world.rows.prefer("bat_1", [4])
    claims = [*world.queue.admit("wrk_a", ["fake"], 1), *world.queue.admit("wrk_a", ["fake"], 9)]
    assert [claim.number for claim in claims] == [4, 2, 3, 5]
    assert [world.row(claim.row_id).priority for claim in claims] == [0, 100, 100, 100]
    world.queue.apply([to_running(claim, Handle(f"job-{claim.number}"), look_again_in=0.0) for claim in claims])
    assert [claim.number for claim in world.queue.claim_due("wrk_a", ["fake"], 9)] == [4, 2, 3, 5]


def test_claims_come_batch_by_batch(world: World) -> None:
    world.batch(2, batch_id="bat_2")
    world.batch(2, batch_id="bat_1")
    taken = [(claim.batch_id, claim.number) for claim in world.queue.admit("wrk_a", ["fake"], 9)]
    assert taken == [("bat_1", 1), ("bat_1", 2), ("bat_2", 1), ("bat_2", 2)]


def test_row_that_waited_longest_is_taken_first_and_one_that_waits_for_an_attempt_by_nobody(world: World) -> None:
    world.batch(3)
    first, second, third = world.queue.admit("wrk_a", ["fake"], 3)
    world.queue.apply([
        to_running(first, Handle("job-1"), look_again_in=9.0), to_running(second, Handle("job-2"), look_again_in=5.0),
        decide(third, Failure(FailureKind.ENGINE, "it is down")),
    ])  # fmt: skip
    world.clock.advance(9.0)
    due = [world.queue.claim_due("wrk_a", ["fake"], 1, batch_id="bat_1") for _ in range(3)]
    taken = [[claim.number for claim in claims] for claims in due]
    assert taken == [[2], [1], []]


def test_lane_stops_once_rows_that_nobody_knows_about_hold_all_of_it(tmp_path: Path) -> None:
    world = World(tmp_path, lane=4)
    world.open_lane("other", 3)
    world.batch(9, batch_id="bat_1")
    world.batch(9, batch_id="bat_2")
    world.batch(9, batch_id="bat_3", lane="other")
    Verbs(world.batches, world.rows, world.lanes).pause("bat_2")
    no_answer = Failure(FailureKind.ENGINE, "no answer")
    *lost_ones, alive = world.queue.admit("wrk_a", ["fake"], 4)
    world.queue.apply([to_unknown(claim, no_answer) for claim in lost_ones])
    assert world.queue.admit("wrk_a", ["fake"], 4) == []
    assert world.batches.find("bat_1").state is BatchState.RUNNING, "one of them may end"
    world.open_lane("fake", 3)
    assert world.queue.admit("wrk_a", ["fake"], 4) == []
    stopped, paused, other = (world.batches.find(f"bat_{number}") for number in (1, 2, 3))
    assert (stopped.state, stopped.reason[:15]) == (BatchState.PAUSED, "unknown: 3 rows")
    assert (paused.reason, other.state) == ("user", BatchState.RUNNING)
    *_, told = world.rows.events("bat_1")
    assert (told.kind, told.data) == ("paused", {"reason": stopped.reason})
    world.open_lane("fake", 4)
    world.queue.apply([to_unknown(alive, no_answer)])
    Verbs(world.batches, world.rows, world.lanes).resume("bat_1")
    assert world.queue.admit("wrk_a", ["fake"], 4) == []
    assert world.batches.find("bat_1").reason[:15] == "unknown: 4 rows"


def test_rate_of_a_lane_is_that_of_its_own_sends(world: World) -> None:
    world.open_lane("fake", 100, rate=(2, 10.0))
    world.open_lane("other", 100, rate=(3, 10.0))
    world.batch(30)
    world.batch(30, batch_id="bat_2", lane="other")
    claims = world.queue.admit("wrk_a", ["other"], 100)
    assert (len(claims), len(world.queue.admit("wrk_a", ["fake"], 100))) == (3, 2)
    world.clock.advance(10.6)
    world.queue.apply([lost(claim, world) for claim in claims])
    assert len(world.queue.admit("wrk_a", ["fake"], 1)) == 1, "sends that wait in another lane are nothing here"
    world.clock.advance(2.5)
    assert len(world.queue.claim_due("wrk_a", ["other"], 100)) == 3
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 1, "nor are those that went out there again"


def test_send_is_out_of_the_period_when_it_ends(world: World) -> None:
    world.open_lane("fake", 100, rate=(1, 10.0))
    world.batch(3)
    (first,) = world.queue.admit("wrk_a", ["fake"], 100)
    world.clock.advance(10.5)
    world.queue.apply([lost(first, world)])
    world.clock.advance(2.0)
    assert len(world.queue.claim_due("wrk_a", ["fake"], 1)) == 1
    world.clock.advance(10.5)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 1


def test_room_is_kept_for_sends_that_go_out_again_soon_and_for_nothing_else(world: World) -> None:
    world.open_lane("fake", 100, rate=(6, 12.0))
    world.batch(30)
    soon, later, held, polled = world.queue.admit("wrk_a", ["fake"], 4)
    world.clock.advance(12.5)
    world.queue.apply([
        lost(soon, world), replace(lost(later, world), look_again_in=2.1),
        to_running(polled, Handle("job"), look_again_in=1.0),
    ])  # fmt: skip
    world.write(update(rows).where(rows.c.id == held.row_id).values(due_at=world.clock.now() + 1))
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 6 - 1


def test_only_rows_that_would_send_again_wait_for_the_rate_of_their_lane(world: World) -> None:
    world.open_lane("fake", 100, rate=(4, 100.0))
    world.open_lane("other", 100, rate=(5, 100.0))
    world.batch(30)
    world.batch(1, batch_id="bat_2", lane="other")
    polled, waits, waits_too, held = world.queue.admit("wrk_a", ["fake"], 4)
    (elsewhere,) = world.queue.admit("wrk_a", ["other"], 1)
    world.queue.apply([to_running(polled, Handle("job"), look_again_in=0.0),
                       *(lost(claim, world) for claim in (waits, waits_too, elsewhere))])  # fmt: skip
    world.open_lane("fake", 100, rate=(1, 100.0))
    before = world.row(held.row_id)
    world.clock.advance(2.0)
    taken = [claim.row_id for claim in world.queue.claim_due("wrk_b", ["fake", "other"], 9)]
    assert taken == [polled.row_id, elsewhere.row_id]
    for row in (world.row(waits.row_id), world.row(waits_too.row_id)):
        assert (row.owner, row.due_at) == (None, world.clock.now() + 100.0)
    assert world.row(held.row_id) == before
    with world.database.read() as connection:
        assert connection.execute(select(resends.c.lane, resends.c.row_id)).all() == [("other", elsewhere.row_id)]
