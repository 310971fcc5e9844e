"""What every queue must do: leases, fences, windows, rates, budgets and fair shares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.batch import BatchState, PauseReason
from clipmill.domain.failure import EXPIRIES_ALLOWED, Failure, FailureKind, ask_again, decide, to_unknown
from clipmill.domain.line.call import Handle, Output
from clipmill.domain.row import RowState
from clipmill.domain.transition import Transition, to_done, to_fetching, to_running
from clipmill.errors import StoreError
from clipmill.pipeline.batch import Verbs
from clipmill.store.line.queue import SqlQueue
from clipmill.store.presence import Presence
from tests.world import LEASE_SECONDS, World, order

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a lane of ten."""
    return World(tmp_path)


def test_admission_writes_attempt_reservation_and_lease_at_once(world: World) -> None:
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 5)
    assert (claim.state, claim.attempt, claim.key) == (RowState.SUBMITTING, 1, "bat_1_1.1")
    assert claim.lease_until == world.clock.now() + LEASE_SECONDS
    assert world.check_laws().balance.reserved == 1


def test_rows_are_admitted_in_the_order_of_the_table(world: World) -> None:
    world.batch(5)
    assert [claim.number for claim in world.queue.admit("wrk_a", ["fake"], 3)] == [1, 2, 3]


def test_window_of_the_lane_is_never_exceeded(world: World) -> None:
    world.batch(30)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 10
    assert world.queue.admit("wrk_b", ["fake"], 100) == []


def test_window_of_the_batch_is_never_exceeded(world: World) -> None:
    world.batch(30, window=2)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 2


def test_a_row_nobody_knows_about_keeps_its_place_in_the_window(world: World) -> None:
    world.batch(30, window=2)
    for claim in world.queue.admit("wrk_a", ["fake"], 2):
        world.queue.apply([to_unknown(claim, Failure(FailureKind.ENGINE, "its answer was lost"))])
    assert world.queue.admit("wrk_a", ["fake"], 2) == []
    assert world.check_laws().balance.reserved == 2


def test_finished_jobs_free_the_window_before_they_are_fetched(world: World) -> None:
    world.batch(30, window=1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 9)
    world.queue.apply([to_running(claim, Handle("job-1"), look_again_in=0.0)])
    (claim,) = world.queue.claim_due("wrk_a", ["fake"], 9)
    world.queue.apply([to_fetching(claim, Output())])
    assert [claim.number for claim in world.queue.admit("wrk_a", ["fake"], 9)] == [2]


def test_two_batches_share_the_lane_fairly(world: World) -> None:
    world.batch(100, batch_id="bat_1")
    world.batch(100, batch_id="bat_2")
    taken = [claim.batch_id for claim in world.queue.admit("wrk_a", ["fake"], 10)]
    assert (taken.count("bat_1"), taken.count("bat_2")) == (5, 5)


def test_a_small_batch_that_comes_late_catches_up_in_flight(world: World) -> None:
    world.batch(100, batch_id="bat_1")
    world.queue.admit("wrk_a", ["fake"], 6)
    world.batch(100, batch_id="bat_2")
    assert {claim.batch_id for claim in world.queue.admit("wrk_a", ["fake"], 4)} == {"bat_2"}


def test_rate_counts_sends_in_the_rolling_period_with_slack(world: World) -> None:
    world.open_lane("fake", 100, rate=(4, 10.0))
    world.batch(30)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 4
    world.clock.advance(10.2)
    assert world.queue.admit("wrk_a", ["fake"], 100) == []
    world.clock.advance(0.4)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 4


def test_lane_that_is_opened_by_default_stays_as_it_was_set(world: World) -> None:
    world.open_lane("fake", 100, rate=(4, 10.0))
    world.open_lane("fake", 2, by_default=True)
    world.batch(30)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 4
    world.clock.advance(11)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 4, "the window is still 100, the rate what it was"


def test_lane_of_the_machines_themselves_has_no_window_whatever_it_had(world: World) -> None:
    world.open_lane("fake", None, by_default=True)
    world.open_lane("new", 3, by_default=True)
    world.batch(30)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 30


def test_budget_stops_the_batch_and_fails_no_row(world: World) -> None:
    world.batch(5, budget=2)
    claims = world.queue.admit("wrk_a", ["fake"], 5)
    assert len(claims) == 2
    for claim in claims:
        world.queue.apply([decide(claim, Failure(FailureKind.DATA, "no"))])
    assert len(world.queue.admit("wrk_a", ["fake"], 5)) == 2, "released credits are free again"
    assert world.check_laws().balance.committed == 2


def test_batch_pauses_at_its_budget_once_nothing_can_give_credits_back(world: World) -> None:
    world.batch(5, budget=2)
    progress = world.run()
    assert (progress.batch.state, progress.batch.reason) == (BatchState.PAUSED, str(PauseReason.BUDGET))
    assert (progress.count(RowState.DONE), progress.count(RowState.READY)) == (2, 3)
    Verbs(world.batches, world.rows, world.lanes).resume("bat_1", budget=10)
    assert world.run().count(RowState.DONE) == 5


@pytest.mark.parametrize(("price", "made"), [(800, 3), (801, 2), (2_400, 1), (2_401, 0)])
def test_budget_of_a_part_of_a_credit_stops_where_it_should(world: World, price: int, made: int) -> None:
    world.batch(0, budget=2_400)
    world.rows.add("bat_1", [replace(order(number, "bat_1"), credits=price) for number in range(1, 5)])
    progress = world.run()
    assert (progress.batch.state, progress.batch.reason) == (BatchState.PAUSED, str(PauseReason.BUDGET))
    assert (progress.count(RowState.DONE), world.check_laws().balance.committed) == (made, made * price)
    Verbs(world.batches, world.rows, world.lanes).resume("bat_1", budget=progress.sufficient_budget)
    assert world.run().count(RowState.DONE) == 4, "the budget that is named suffices"


def test_paused_batch_admits_nothing_and_its_running_rows_finish(world: World) -> None:
    world.batch(5, window=1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 5)
    Verbs(world.batches, world.rows, world.lanes).pause("bat_1")
    world.queue.apply([to_running(claim, Handle("job-1"), look_again_in=0.0)])
    assert world.queue.admit("wrk_a", ["fake"], 5) == []
    assert len(world.queue.claim_due("wrk_a", ["fake"], 5)) == 1


def test_lease_keeps_others_away_until_it_ends(world: World) -> None:
    world.batch(1)
    world.queue.admit("wrk_a", ["fake"], 1)
    assert world.queue.claim_due("wrk_b", ["fake"], 5) == []
    world.clock.advance(LEASE_SECONDS + 0.1)
    (claim,) = world.queue.claim_due("wrk_b", ["fake"], 5)
    assert (claim.fence, claim.expiries, claim.attempt) == (2, 1, 1)


def test_renewed_lease_does_not_end(world: World) -> None:
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(LEASE_SECONDS - 1)
    world.queue.renew("wrk_a", {claim.row_id: claim.fence})
    world.clock.advance(LEASE_SECONDS - 1)
    assert world.queue.claim_due("wrk_b", ["fake"], 5) == []


def test_renewal_by_a_worker_that_lost_the_row_changes_nothing_and_says_so(world: World) -> None:
    world.batch(2)
    lost, kept = world.queue.admit("wrk_a", ["fake"], 2)
    world.clock.advance(LEASE_SECONDS + 1)
    (fresh,) = world.queue.claim_due("wrk_b", ["fake"], 1)
    world.clock.advance(1)
    before = world.row(lost.row_id)
    assert fresh.row_id == lost.row_id
    assert world.queue.renew("wrk_a", {lost.row_id: lost.fence, kept.row_id: kept.fence}) == [lost.row_id]
    assert world.row(lost.row_id) == before
    assert world.row(kept.row_id).due_at == world.clock.now() + LEASE_SECONDS


def test_nobody_renews_a_row_of_somebody_else(world: World) -> None:
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(1)
    before = world.row(claim.row_id)
    assert world.queue.renew("wrk_b", {claim.row_id: claim.fence}) == [claim.row_id]
    assert world.row(claim.row_id) == before


def test_row_that_was_lost_and_admitted_anew_is_lost_all_the_same(world: World) -> None:
    """The worker may hold it again, under a newer fence: what it did under the old one is of no use."""
    world.batch(1)
    (stale,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(LEASE_SECONDS + 1)
    (fresh,) = world.queue.claim_due("wrk_a", ["fake"], 1)
    assert world.queue.renew("wrk_a", {stale.row_id: stale.fence}) == [stale.row_id]
    assert world.queue.renew("wrk_a", {fresh.row_id: fresh.fence}) == []


def test_row_that_its_worker_has_put_down_is_not_lost(world: World) -> None:
    world.batch(3)
    done, waits, failed = claims = world.queue.admit("wrk_a", ["fake"], 3)
    broken = decide(failed, Failure(FailureKind.ENGINE, "it is down"))
    world.queue.apply([to_done(done), to_running(waits, Handle("job-2"), look_again_in=1.0), broken])
    assert world.queue.renew("wrk_a", {claim.row_id: claim.fence for claim in claims}) == []
    assert world.row(waits.row_id).due_at == world.clock.now() + 1.0


def test_job_that_cannot_be_stored_is_refused_and_what_a_pause_says_is_made_legible(world: World) -> None:
    world.batch(2)
    first, second = world.queue.admit("wrk_a", ["fake"], 2)
    with pytest.raises(StoreError, match="cannot be stored"):
        world.queue.apply([to_running(first, Handle("job\0-1"), look_again_in=1.0)])
    assert world.row(first.row_id).state == "submitting"
    world.queue.apply([decide(second, Failure(FailureKind.TEMPLATE, "no\0 layer"))])
    assert world.batches.find("bat_1").reason == r"template: no\x00 layer"


def test_write_behind_the_fence_changes_nothing(world: World) -> None:
    world.batch(1)
    (stale,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(LEASE_SECONDS + 1)
    (fresh,) = world.queue.claim_due("wrk_b", ["fake"], 5)
    before = world.row(fresh.row_id)
    assert world.queue.apply([to_fetching(stale, Output())]) == [None]
    assert world.row(fresh.row_id) == before
    assert world.check_laws().balance.spent == 0


def test_applying_twice_is_applying_once(world: World) -> None:
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    done = to_done(claim)
    world.queue.apply([done])
    world.queue.apply([done])
    progress = world.check_laws()
    assert (progress.count(RowState.DONE), progress.balance.spent) == (1, 1)


def test_rows_of_a_dead_worker_are_due_at_once_on_its_machine(world: World) -> None:
    world.batch(2)
    with world.dying.recover("wrk_a", ["fake"]):
        world.queue.admit("wrk_a", ["fake"], 1)
    with world.queue.recover("wrk_b", ["fake"]):
        (claim,) = world.queue.claim_due("wrk_b", ["fake"], 5)
        world.clock.advance(1.0)
        assert world.queue.claim_due("wrk_b", ["fake"], 5) == []
    assert (claim.number, claim.expiries) == (1, 1)
    assert not list((world.folder / "workers").iterdir())


def test_worker_that_is_there_already_hears_of_one_that_dies(world: World) -> None:
    world.batch(2)
    with world.queue.recover("wrk_b", ["fake"]):
        with world.dying.recover("wrk_a", ["fake"]):
            world.queue.admit("wrk_a", ["fake"], 1)
            world.clock.advance(1.0)
            assert world.queue.claim_due("wrk_b", ["fake"], 5) == []
        world.clock.advance(1.0)
        assert len(world.queue.claim_due("wrk_b", ["fake"], 5)) == 1


def test_rows_of_a_worker_that_leaves_are_due_at_once_and_no_lease_of_them_has_run_out(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(1)
    for _ in range(EXPIRIES_ALLOWED + 1):
        with world.queue.recover("wrk_a", ["fake"]):
            (claim,) = world.queue.admit("wrk_a", ["fake"], 1) or world.queue.claim_due("wrk_a", ["fake"], 1)
    assert (world.row(claim.row_id).owner, claim.expiries, claim.is_taken_over) == (None, 0, True)


def test_send_that_was_cut_off_when_its_worker_left_is_known_to_be(world: World) -> None:
    """It may have been paid for: an engine that forgets keys must not be asked again."""
    world.batch(1)
    with world.queue.recover("wrk_a", ["fake"]):
        world.queue.admit("wrk_a", ["fake"], 1)
    assert world.queue.claim_due("wrk_b", ["fake"], 1)[0].expiries == 1


def elsewhere(world: World) -> SqlQueue:
    """The queue of another machine, with a state folder of its own."""
    presence = Presence(world.folder / "elsewhere")
    presence.host = "elsewhere"
    return SqlQueue(world.database, presence, world.clock, LEASE_SECONDS)


def taken_from_the_living(world: World) -> int:
    """How many rows a worker gets that comes while a worker of another machine is at work on one."""
    world.batch(1)
    with elsewhere(world).recover("wrk_a", ["fake"]):
        world.queue.admit("wrk_a", ["fake"], 1)
        with world.queue.recover("wrk_b", ["fake"]):
            return len(world.queue.claim_due("wrk_b", ["fake"], 5))


@pytest.mark.parametrize("lies_here", [False, True], ids=["of another folder", "in a folder that both use"])
def test_worker_of_another_machine_is_not_judged_by_what_lies_here(world: World, lies_here: bool) -> None:
    if lies_here:
        (world.folder / "workers").mkdir()
        (world.folder / "workers" / "wrk_a.worker").touch()
    assert taken_from_the_living(world) == 0


def test_judgement_that_asks_no_host_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: whoever takes a lock that is not there for a dead worker's robs the living."""

    def naive(presence: Presence, worker: str, host: str, boot: str) -> bool:
        return not (presence._folder / f"{worker}.worker").exists()

    monkeypatch.setattr(Presence, "is_gone", naive)
    assert taken_from_the_living(world) == 1


def test_worker_of_another_machine_that_was_silent_for_a_lease_is_struck_off(world: World) -> None:
    world.batch(1)
    queue = elsewhere(world)
    with queue.recover("wrk_a", ["fake"]):
        (claim,) = queue.admit("wrk_a", ["fake"], 1)
        world.clock.advance(LEASE_SECONDS - 1)
        queue.renew("wrk_a", {claim.row_id: claim.fence})
        world.clock.advance(LEASE_SECONDS - 1)
        with world.queue.recover("wrk_b", ["fake"]):
            assert {line.id for line in world.at_work()} == {"wrk_a", "wrk_b"}
            world.clock.advance(1)
            assert len(world.queue.claim_due("wrk_b", ["fake"], 5)) == 1
            assert {line.id for line in world.at_work()} == {"wrk_b"}
            assert queue.renew("wrk_a", {claim.row_id: claim.fence}) == [claim.row_id]
            assert {line.id for line in world.at_work()} == {"wrk_a", "wrk_b"}, "it is there again"
    assert world.at_work() == []


def test_worker_leaves_rows_of_lanes_it_does_not_serve_alone(world: World) -> None:
    world.batch(1)
    world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(LEASE_SECONDS + 1)
    assert world.queue.claim_due("wrk_b", ["render", "other"], 5) == []
    assert len(world.queue.claim_due("wrk_b", ["render", "fake"], 5)) == 1


def test_lane_of_the_workers_own_machines_has_no_window_but_that_of_its_batches(tmp_path: Path) -> None:
    world = World(tmp_path, remote=False)
    world.batch(30, batch_id="bat_1")
    world.batch(30, batch_id="bat_2", window=3)
    assert len(world.queue.admit("wrk_a", ["fake"], 25, "bat_1")) == 25
    assert len(world.queue.admit("wrk_b", ["fake"], 25, "bat_2")) == 3


def test_rows_of_a_live_worker_stay_with_it(world: World) -> None:
    world.batch(2)
    with world.queue.recover("wrk_a", ["fake"]):
        world.queue.admit("wrk_a", ["fake"], 1)
        with world.queue.recover("wrk_b", ["fake"]):
            assert world.queue.claim_due("wrk_b", ["fake"], 5) == []


def test_retry_waits_gets_a_new_key_and_keeps_its_seed(world: World) -> None:
    world.batch(1)
    (first,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(first, Failure(FailureKind.ENGINE, "it is down"))])
    assert world.queue.admit("wrk_a", ["fake"], 1) == []
    world.clock.advance(2.0)
    (second,) = world.queue.admit("wrk_a", ["fake"], 1)
    assert (second.key, second.seed) == ("bat_1_1.2", first.seed)
    assert world.check_laws().balance.committed == 1


def test_bad_picture_is_made_again_with_a_new_seed(world: World) -> None:
    world.batch(1)
    (first,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(first, Failure(FailureKind.QUALITY, "it is frozen"))])
    (second,) = world.queue.admit("wrk_a", ["fake"], 1)
    assert second.seed != first.seed


def test_attempts_are_used_up_and_a_person_gives_new_ones(world: World) -> None:
    world.batch(1, attempts_allowed=2)
    for _ in range(2):
        (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
        world.queue.apply([decide(claim, Failure(FailureKind.QUALITY, "it is frozen"))])
    assert world.check_laws().count(RowState.FAILED) == 1
    assert Verbs(world.batches, world.rows, world.lanes).retry("bat_1") == 1
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    assert (claim.attempt, claim.is_last) == (3, False)


def test_rate_limited_attempt_does_not_count(world: World) -> None:
    world.batch(1, attempts_allowed=1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.queue.apply([decide(claim, Failure(FailureKind.RATE, "slow down", retry_after_seconds=7.0))])
    world.clock.advance(6.9)
    assert world.queue.admit("wrk_a", ["fake"], 1) == []
    world.clock.advance(0.1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    assert (claim.attempt, claim.uncounted) == (2, 1)
    assert world.check_laws().count(RowState.FAILED) == 0


def test_only_rows_of_the_asked_batch_are_taken(world: World) -> None:
    world.batch(3, batch_id="bat_1")
    world.batch(3, batch_id="bat_2")
    assert {claim.batch_id for claim in world.queue.admit("wrk_a", ["fake"], 9, "bat_2")} == {"bat_2"}


def test_sample_admits_only_preferred_rows(world: World) -> None:
    world.batch(5)
    world.rows.prefer("bat_1", [2, 5])
    world.batches.update("bat_1", "sampled", priority_limit=0)
    assert [claim.number for claim in world.queue.admit("wrk_a", ["fake"], 9)] == [2, 5]
    assert world.batches.progress("bat_1").admissible == 0


def test_credits_failure_holds_the_lane_and_loses_no_row(world: World) -> None:
    world.batch(2)
    (claim, _) = world.queue.admit("wrk_a", ["fake"], 2)
    world.queue.apply([decide(claim, Failure(FailureKind.CREDITS, "the account is empty"))])
    progress = world.check_laws()
    assert progress.batch.state is BatchState.RUNNING
    assert (progress.count(RowState.READY), progress.admissible) == (1, 0)
    assert [(halt.lane, halt.reason) for halt in progress.halts] == [("fake", "credits: the account is empty")]
    assert world.queue.admit("wrk_a", ["fake"], 2) == []
    Verbs(world.batches, world.rows, world.lanes).resume("bat_1")
    assert len(world.queue.admit("wrk_a", ["fake"], 2)) == 1


def test_row_a_worker_is_at_work_on_is_not_given_to_it_again(world: World) -> None:
    world.batch(1)
    (claim,) = world.queue.admit("wrk_a", ["fake"], 1)
    world.clock.advance(LEASE_SECONDS + 1)
    assert world.queue.claim_due("wrk_a", ["fake"], 5, [claim.row_id]) == []
    assert len(world.queue.claim_due("wrk_a", ["fake"], 5)) == 1


def test_batch_does_not_pause_at_its_budget_while_rows_under_way_may_give_credits_back(world: World) -> None:
    world.batch(5, budget=2)
    first, second = world.queue.admit("wrk_a", ["fake"], 5)
    assert world.queue.admit("wrk_a", ["fake"], 5) == []
    assert world.batches.find("bat_1").state is BatchState.RUNNING
    world.queue.apply([decide(first, Failure(FailureKind.DATA, "no"))])
    assert len(world.queue.admit("wrk_a", ["fake"], 5)) == 1
    assert world.batches.find("bat_1").state is BatchState.RUNNING
    world.queue.apply([decide(second, Failure(FailureKind.DATA, "no", charged=True))])


@pytest.mark.parametrize("charged", [0, 1, 4])
def test_settling_frees_what_was_held_and_spends_what_was_charged(world: World, charged: int) -> None:
    world.batch(2)
    first, _ = world.queue.admit("wrk_a", ["fake"], 2)
    world.queue.apply([to_fetching(first, Output(), charged=charged)])
    balance = world.check_laws().balance
    assert (balance.reserved, balance.spent, balance.difference) == (1, charged, charged - 1)


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_failure_that_pauses_leaves_a_batch_that_is_not_running_as_it_is(world: World, verb: str) -> None:
    world.batch(2)
    claims = world.queue.admit("wrk_a", ["fake"], 1)
    getattr(Verbs(world.batches, world.rows, world.lanes), verb)("bat_1")
    before = world.batches.find("bat_1")
    world.queue.apply([decide(claims[0], Failure(FailureKind.TEMPLATE, "no such layer"))])
    assert replace(world.batches.find("bat_1"), finished_round=0) == before


def test_sends_that_go_out_again_count_against_the_rate(world: World) -> None:
    world.open_lane("fake", 100, rate=(4, 10.0))
    world.batch(30)
    claims = world.queue.admit("wrk_a", ["fake"], 3)
    world.clock.advance(10.6)
    world.queue.apply([lost(claim, world) for claim in claims])
    assert [claim.unanswered for claim in world.queue.admit("wrk_a", ["fake"], 100)] == [0], (
        "the others wait to be sent"
    )
    world.clock.advance(2.5)
    assert len(world.queue.claim_due("wrk_a", ["fake"], 100)) == 3
    assert world.queue.admit("wrk_a", ["fake"], 100) == []
    world.clock.advance(8.1)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 1, "the one that was admitted is out of the period"
    world.clock.advance(2.5)
    assert len(world.queue.admit("wrk_a", ["fake"], 100)) == 3


def test_sends_go_out_again_no_faster_than_the_rate_and_before_new_ones(world: World) -> None:
    world.open_lane("fake", 100, rate=(2, 10.0))
    world.batch(30)
    claims = [*world.queue.admit("wrk_a", ["fake"], 2)]
    world.clock.advance(10.6)
    claims += world.queue.admit("wrk_a", ["fake"], 2)
    world.queue.apply([lost(claim, world) for claim in claims])
    sent: list[float] = []
    for _ in range(60):
        world.clock.advance(0.5)
        again = world.queue.claim_due("wrk_a", ["fake"], 100)
        assert world.queue.admit("wrk_a", ["fake"], 100) == []
        assert [claim.unanswered for claim in again] == [1] * len(again)
        sent += [world.clock.now()] * len(again)
        for claim in again:
            world.queue.apply([to_running(claim, Handle(f"job-{claim.number}"), look_again_in=1000.0)])
        if len(sent) == 4:
            break
    assert len(sent) == 4
    assert sent[2] - sent[0] >= 10.5
    assert sent[3] - sent[1] >= 10.5
    assert sent[3] - sent[0] <= 16.0
    assert world.row(claims[3].row_id).expiries == 0, "waiting for the rate is no lost lease"


def lost(claim: Claim, world: World) -> Transition:
    """The answer to the claim's send did not come."""
    return ask_again(claim, Failure(FailureKind.ENGINE, "no answer"), now=world.clock.now(), sent=True)
