"""What a transition writes: state, lease, attempt, credits, problems and the audit trail, of its row at its fence."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from clipmill.domain.attempt import Claim, attempt_seed
from clipmill.domain.batch import BatchState
from clipmill.domain.failure import Failure, FailureKind, decide, to_unknown
from clipmill.domain.line.call import Handle, Output
from clipmill.domain.media import MediaSpec
from clipmill.domain.row import RowState
from clipmill.domain.transition import (
    Charge,
    Transition,
    still_running,
    to_done,
    to_fetching,
    to_review,
    to_running,
    to_verifying,
)
from clipmill.domain.verdict import Finding, Ruling, Verdict
from clipmill.pipeline.batch import Verbs
from clipmill.pipeline.row import step
from clipmill.store.schema import attempts, ledger
from tests.world import LEASE_SECONDS, World, order

pytestmark = pytest.mark.usefixtures("each_database")

DOWN = Failure(FailureKind.ENGINE, "it is down")
WRONG = Failure(FailureKind.DATA, "no such mug")
DARK = Verdict((Finding("look", Ruling.REVIEW, "it is dark"),))
SPEC = MediaSpec(seconds=1, frames=25, fps=25, width=16, height=16)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a lane of ten."""
    return World(tmp_path)


def lines(world: World, statement: Any) -> list[Any]:
    """What the store answers, as tuples."""
    with world.database.read() as connection:
        return [tuple(line) for line in connection.execute(statement)]


def remembered(world: World, name: str) -> list[Any]:
    """What the attempts remember under this name, in the order of rows and attempts."""
    order = attempts.c.row_id, attempts.c.number
    return [value for (value,) in lines(world, select(attempts.c[name]).order_by(*order))]


def found(claim: Claim) -> Transition:
    """The file was there already."""
    return replace(to_done(claim), charge=Charge.FOUND)


def test_attempt_remembers_how_it_ended(world: World) -> None:
    world.batch(6)
    again, failed, review, unknown, done, running = world.queue.admit("wrk_a", ["fake"], 6)
    world.queue.apply([
        decide(again, DOWN), decide(failed, WRONG), to_review(review, DARK), to_unknown(unknown, DOWN), to_done(done),
        to_running(running, Handle("job-6"), look_again_in=5.0),
    ])  # fmt: skip
    assert remembered(world, "outcome") == ["retry", "failed", "review", "unknown", "done", None]
    assert remembered(world, "job") == [None] * 5 + ["job-6"]
    assert [verdict is not None for verdict in remembered(world, "verdict")] == [False, False, True] + [False] * 3


def test_each_attempt_remembers_its_own_end(world: World) -> None:
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, DOWN)])
    world.clock.advance(2.0)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, WRONG)])
    assert remembered(world, "outcome") == ["retry", "failed"]
    assert [(event.kind, event.attempt, event.data.get("credits")) for event in world.rows.events("bat_1", 1)] == [
        ("admitted", 1, 1), ("retry", 1, None), ("admitted", 2, 1), ("failed", 2, None)
    ]  # fmt: skip


def test_problem_stays_until_its_row_is_done_or_looked_at(world: World) -> None:
    world.batch(4)
    world.queue.apply([decide(claim, DOWN) for claim in world.queue.admit("wrk_a", ["fake"], 4)])
    world.clock.advance(2.0)
    done, review, running, failed = world.queue.admit("wrk_a", ["fake"], 4)
    world.queue.apply([
        to_done(done), to_review(review, DARK), to_running(running, Handle("job"), look_again_in=5.0),
        decide(failed, WRONG),
    ])  # fmt: skip
    told = [[problem.code for problem in record.problems] for record in world.rows.records("bat_1")]
    assert told == [[], [], ["failed.engine"], ["failed.data"]]


def test_file_that_was_there_is_paid_for_where_an_attempt_made_it_and_none_was_paid(world: World) -> None:
    world.batch(3)
    first, given_back, paid = world.queue.admit("wrk_a", ["fake"], 3)
    world.queue.apply([found(first), decide(given_back, DOWN), decide(paid, replace(DOWN, charged=True))])
    world.clock.advance(2.0)
    world.queue.apply([found(claim) for claim in world.queue.admit("wrk_a", ["fake"], 3)])
    settled = select(ledger.c.row_id, ledger.c.attempt, ledger.c.amount).where(ledger.c.kind == "settle")
    assert sorted(lines(world, settled)) == [
        (first.row_id, 1, 0), (given_back.row_id, 2, 1), (paid.row_id, 1, 1), (paid.row_id, 2, 0)
    ]  # fmt: skip
    assert world.check_laws().balance.spent == 2


def test_what_engines_charged_beside_what_was_reserved_is_told(world: World) -> None:
    world.batch(5)
    more, less, alike, failed, there = world.queue.admit("wrk_a", ["fake"], 5)
    world.queue.apply([
        to_fetching(more, Output(), charged=4), to_fetching(less, Output(), charged=0),
        to_fetching(alike, Output(), charged=1), found(there),
        decide(failed, replace(DOWN, charged=True, took=0)),
    ])  # fmt: skip
    trail = {event.number: event for event in world.rows.events("bat_1") if event.kind not in ("admitted", "created")}
    told = {number: {name: event.data.get(name) for name in ("reserved", "charged")} for number, event in trail.items()}
    nothing = {"reserved": None, "charged": None}
    assert [told[number] for number in range(1, 6)] == [
        {"reserved": 1, "charged": 4}, {"reserved": 1, "charged": 0}, nothing, {"reserved": 1, "charged": 0}, nothing,
    ]  # fmt: skip
    assert "reason" in trail[4].data
    balance = world.check_laws().balance
    assert (balance.reserved, balance.spent, balance.difference) == (0, 5, 1), "what was there was charged by nobody"
    world.queue.apply([to_fetching(replace(alike, state=RowState.FETCHING), Output(), charged=9)])
    assert world.check_laws().balance == balance, "a second settlement changes nothing"
    world.clock.advance(2.0)
    (again,) = world.queue.admit("wrk_a", ["fake"], 5)
    assert world.check_laws().balance == replace(balance, reserved=1)
    world.queue.apply([decide(again, WRONG)])
    assert world.check_laws().balance == balance, "nor do reservations, and what is given back"


def test_seed_is_drawn_by_an_attempt_and_kept_until_another_draws_one(world: World) -> None:
    world.batch(1, attempts_allowed=9)
    seeds = []
    for failure in (Failure(FailureKind.QUALITY, "it is frozen"), DOWN, WRONG):
        (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
        seeds.append(claim.seed)
        world.queue.apply([decide(claim, failure)])
        world.clock.advance(9.0)
    before = world.row(claim.row_id)
    Verbs(world.batches, world.rows, world.lanes).retry("bat_1", [1], new_seeds=True)
    after = world.row(claim.row_id)
    assert (after.fence, after.uncounted, after.due_at) == (before.fence + 1, 3, None)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    assert [*seeds, claim.seed] == [attempt_seed("bat_1", 1, drawn) for drawn in (1, 2, 2, 4)]


def drawn(world: World, failure: Failure = WRONG) -> int:
    """The seed of the attempt that is admitted now, which fails like this."""
    world.clock.advance(9.0)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, failure)])
    return claim.seed


def test_row_may_bring_a_seed_of_its_own_that_lasts_until_another_is_drawn(world: World) -> None:
    world.batch(orders=[order(1, "bat_1", seed=4711)], attempts_allowed=9)
    frozen = Failure(FailureKind.QUALITY, "it is frozen")
    assert [drawn(world, failure) for failure in (DOWN, frozen, DOWN)] == [4711, 4711, attempt_seed("bat_1", 1, 3)]
    assert remembered(world, "seed") == [4711, 4711, attempt_seed("bat_1", 1, 3)]


def test_person_gives_a_seed_to_the_rows_that_are_made_again(world: World) -> None:
    world.batch(2)
    for _ in range(2):
        drawn(world)
    verbs = Verbs(world.batches, world.rows, world.lanes)
    assert verbs.retry("bat_1", [1], seed=12) == 1
    assert drawn(world) == 12
    assert verbs.retry("bat_1", [1]) == 1
    assert drawn(world) == 12, "it is kept until somebody wants another"
    assert verbs.retry("bat_1", [1], seed=0) == 1
    assert drawn(world) == 0
    assert verbs.retry("bat_1", [1], new_seeds=True) == 1
    assert drawn(world) == attempt_seed("bat_1", 1, 5)
    assert verbs.retry("bat_1", [2]) == 1
    assert drawn(world) == attempt_seed("bat_1", 2, 1), "others keep their own"


def test_corrected_row_brings_its_seed_along(world: World) -> None:
    world.batch(1)
    before = drawn(world)
    world.rows.amend("bat_1", [order(1, "bat_1", seed=5)])
    assert drawn(world) == 5
    world.rows.amend("bat_1", [order(1, "bat_1")])
    assert drawn(world) not in (5, before)


def test_leases_that_ran_out_are_counted_on_one_step(world: World) -> None:
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    assert (claim.expiries, claim.unanswered, claim.silent_since) == (0, 0, None)
    world.queue.apply([to_running(claim, Handle("job-1"), look_again_in=0.0)])
    (claim,) = world.queue.claim_due("wrk_a", ["fake"], 1)
    world.clock.advance(LEASE_SECONDS)
    (claim,) = world.queue.claim_due("wrk_a", ["fake"], 1)
    assert claim.expiries == 1
    world.queue.apply([still_running(claim, look_again_in=0.0)])
    (claim,) = world.queue.claim_due("wrk_a", ["fake"], 1)
    assert (claim.expiries, claim.handle) == (1, Handle("job-1"))
    (going_on,) = world.queue.apply([to_fetching(claim, Output())])
    assert going_on is not None
    assert going_on.expiries == 0


def test_what_goes_on_does_so_under_a_new_lease_and_what_was_lost_ends(world: World) -> None:
    world.batch(2)
    stale, _ = world.queue.admit("wrk_a", ["fake"], 2)
    world.clock.advance(LEASE_SECONDS + 1)
    _, fresh = world.queue.claim_due("wrk_b", ["fake"], 2)
    world.clock.advance(1)
    lost, going_on = world.queue.apply([to_fetching(stale, Output()), to_fetching(fresh, Output())])
    assert lost is None
    assert going_on is not None
    assert (going_on.number, going_on.state, going_on.media) == (2, RowState.FETCHING, "")
    assert going_on.lease_until == world.clock.now() + LEASE_SECONDS
    assert world.row(going_on.row_id).owner == "wrk_b"
    (stored,) = world.queue.apply([to_verifying(going_on, "abc", SPEC)])
    assert stored is not None
    assert (stored.media, stored.spec, stored.handle) == ("abc", SPEC, None)


def test_failure_of_several_rows_pauses_their_batch_once_and_is_told(world: World) -> None:
    world.batch(2)
    wrong = Failure(FailureKind.TEMPLATE, "no such layer")
    world.queue.apply([decide(claim, wrong) for claim in world.queue.admit("wrk_a", ["fake"], 2)])
    paused = [event.data for event in world.rows.events("bat_1") if event.kind == "paused"]
    assert paused == [{"reason": "template: no such layer"}]
    assert world.batches.find("bat_1").state is BatchState.PAUSED


def test_failure_of_several_rows_holds_their_lane_once_and_is_told(world: World) -> None:
    world.batch(3)
    wrong_key = Failure(FailureKind.AUTH, "a wrong key")
    first, second, third = world.queue.admit("wrk_a", ["fake"], 3)
    world.queue.apply([decide(first, wrong_key), decide(second, wrong_key)])
    world.queue.apply([decide(third, wrong_key)])
    held = [event.data for event in world.rows.events("bat_1") if event.kind == "lane held"]
    assert held == [{"lane": "fake", "reason": "auth: a wrong key"}]
    assert world.batches.find("bat_1").state is BatchState.RUNNING
    kept = [world.row(claim.row_id) for claim in (first, second, third)]
    assert [(row.state, row.uncounted) for row in kept] == [("ready", 1)] * 3


def test_row_that_would_be_tried_again_in_a_cancelled_batch_is_cancelled_with_it(world: World) -> None:
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    Verbs(world.batches, world.rows, world.lanes).cancel("bat_1")
    world.queue.apply([decide(claim, DOWN)])
    assert world.check_laws().count(RowState.CANCELLED) == 1
    assert world.row(claim.row_id).due_at is None
    *_, told = world.rows.events("bat_1", 1)
    assert (told.kind, told.attempt) == ("cancelled", 1)


def test_of_a_cancelled_batch_only_what_is_being_made_on_our_machines_is_given_back(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    for batch_id in ("bat_1", "bat_2"):
        world.batch(2, batch_id=batch_id)
        made, _ = world.queue.admit("wrk_a", ["fake"], 2, batch_id)
        world.queue.apply([to_verifying(made, "abc", SPEC)])
    Verbs(world.batches, world.rows, world.lanes).cancel("bat_1")
    world.clock.advance(LEASE_SECONDS)
    claims = world.queue.claim_due("w", ["fake"], 9)
    taken = [(claim.batch_id, claim.number, claim.is_called_off) for claim in claims]
    assert taken == [("bat_1", 1, True), ("bat_1", 2, True), ("bat_2", 1, False), ("bat_2", 2, False)]
    decided = asyncio.run(step(next(claim for claim in claims if claim.state is RowState.RENDERING), world.line()))
    assert (decided.to, world.engine.made) == (RowState.CANCELLED, [])


def test_attempt_is_of_the_row_as_it_was_read_last(world: World) -> None:
    world.batch(2)
    for claim in world.queue.admit("wrk_a", ["fake"], 2):
        world.queue.apply([decide(claim, WRONG)])
    world.rows.amend("bat_1", [order(1, "bat_1")])
    world.queue.admit("wrk_a", ["fake"], 2)
    assert remembered(world, "payload_version") == [1, 2, 1]
    assert [(event.kind, event.attempt) for event in world.rows.events("bat_1", 1)][2] == ("amended", 1)
