"""Lanes by engine, model and account: limits, who holds them and lets them go on, and engines out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.failure import Failure, FailureKind, decide, to_unknown
from clipmill.domain.line.call import Handle, Output
from clipmill.domain.line.lane import FAILURES_ALLOWED, UNTIL_LIFTED, Lane, LaneRecord, Rate
from clipmill.domain.priced_row import PricedRow
from clipmill.domain.row import RowState
from clipmill.domain.transition import to_fetching, to_running
from clipmill.errors import NotFoundError
from clipmill.pipeline.calling import call_of
from tests.world import World, order

pytestmark = pytest.mark.usefixtures("each_database")

DOWN = Failure(FailureKind.ENGINE, "it is down")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a lane of twenty."""
    return World(tmp_path, lane=20)


def record(world: World, lane: str = "fake") -> LaneRecord:
    """A lane as people see it."""
    return next(found for found in world.lanes.every() if found.lane.id == lane)


def told(world: World, batch_id: str = "bat_1") -> list[dict[str, object]]:
    """What the audit trail tells of lanes that were held."""
    return [dict(event.data) for event in world.rows.events(batch_id) if event.kind == "lane held"]


def admit(world: World, limit: int = 100) -> list[Claim]:
    """What is admitted now in any lane of the engine."""
    return list(world.queue.admit("wrk_a", ["fake"], limit))


def fail(world: World, *claims: Claim, failure: Failure = DOWN) -> None:
    """Let each of these claims fail, one after the other."""
    for claim in claims:
        world.queue.apply([decide(claim, failure)])


def in_lane(number: int, lane: Lane, batch_id: str = "bat_1") -> PricedRow:
    """A row that queues in a lane of its own."""
    of = order(number, batch_id)
    return PricedRow(of.checked, credits=1, lane=lane)


def test_models_and_accounts_of_one_engine_have_windows_of_their_own(world: World) -> None:
    lanes = [Lane(engine="fake", model="one", window=2), Lane(engine="fake", model="two", window=3),
             Lane(engine="fake", model="two", account="ours", window=1)]  # fmt: skip
    world.batch(orders=[in_lane(number, lanes[number % 3]) for number in range(1, 31)])
    claims = admit(world)
    assert sorted(claim.lane for claim in claims) == ["fake:one"] * 2 + ["fake:two"] * 3 + ["fake:two@ours"]
    assert {claim.engine for claim in claims} == {"fake"}
    counted = {found.lane.id: (found.in_flight, found.ready) for found in world.lanes.every() if found.ready}
    assert counted == {"fake:one": (2, 8), "fake:two": (3, 7), "fake:two@ours": (1, 9)}
    world.lanes.hold("fake:two", "it is being repaired")
    assert world.queue.admit("wrk_b", ["fake:two"], 9) == []
    fail(world, *claims, failure=Failure(FailureKind.DATA, "no"))
    assert sorted({claim.lane for claim in world.queue.admit("wrk_b", ["fake"], 99)}) == ["fake:one", "fake:two@ours"]
    assert {claim.lane for claim in world.queue.admit("wrk_b", ["fake:two", "fake:one"], 99)} == set()


def test_limits_of_a_lane_are_changed_for_all_and_by_default_only_where_there_are_none(world: World) -> None:
    wanted = Lane(engine="fake", model="one", window=4, rates=(Rate(40, 60.0), Rate(1000, 3600.0)), rows_per_call=50)
    world.lanes.open(wanted)
    world.lanes.open(Lane(engine="fake", model="one", window=9), by_default=True)
    assert record(world, "fake:one").lane == wanted
    world.lanes.open(Lane(engine="fake", model="one", window=9))
    assert record(world, "fake:one").lane == Lane(engine="fake", model="one", window=9)


def test_so_many_a_minute_and_so_many_an_hour_hold_at_once(world: World) -> None:
    world.lanes.open(Lane(engine="fake", window=100, rates=(Rate(4, 60.0), Rate(6, 3600.0))))
    world.batch(30)
    began, sent = world.clock.now(), list[float]()
    while world.clock.now() < began + 2 * 3600:
        sent += [world.clock.now() - began] * len(admit(world))
        world.clock.advance(10.0)
    assert len(sent) == 12
    for count, seconds in ((4, 60.0), (6, 3600.0)):
        in_period = [sum(first <= other < first + seconds for other in sent) for first in sent]
        assert max(in_period) == count
    assert sent[4] == 70.0, "the minute was over then, and the hour has two left"
    assert sent[6] > 3600.0


def test_lane_that_somebody_holds_lets_nothing_through_until_it_is_lifted(world: World) -> None:
    world.batch(3)
    (flying,) = admit(world, 1)
    world.lanes.hold("fake", "the account is\0 being moved")
    halt = record(world).halt
    assert halt is not None
    assert (halt.lane, halt.reason, halt.until) == ("fake", r"the account is\x00 being moved", UNTIL_LIFTED)
    assert halt.is_for_good
    world.clock.advance(1e6)
    assert admit(world) == []
    progress = world.check_laws()
    assert (progress.admissible, [found.lane for found in progress.halts], progress.is_at_rest) == (0, ["fake"], False)
    (flying,) = world.queue.claim_due("wrk_b", ["fake"], 9)
    world.queue.apply([to_running(flying, Handle("job-1"), look_again_in=0.0)])
    (flying,) = world.queue.claim_due("wrk_b", ["fake"], 9)
    assert world.queue.apply([to_fetching(flying, Output())]) != [None], "what is under way goes on"
    assert world.lanes.lift(["fake", "nowhere"]) == ["fake"]
    assert world.lanes.lift(["fake"]) == []
    assert (record(world).halt, len(admit(world))) == (None, 2)
    with pytest.raises(NotFoundError, match="no lane nowhere"):
        world.lanes.hold("nowhere", "who knows")


def test_lane_that_is_held_for_a_while_goes_on_by_itself(world: World) -> None:
    world.batch(2)
    world.lanes.hold("fake", "it rests", 60.0)
    halt = record(world).halt
    assert halt is not None
    assert (halt.until, halt.is_for_good) == (world.clock.now() + 60.0, False)
    progress = world.check_laws()
    assert (progress.admissible, progress.is_at_rest) == (2, False), "it goes on by itself, and is waited for"
    assert len(progress.halts) == 1
    world.clock.advance(59.9)
    assert admit(world) == []
    world.clock.advance(0.1)
    assert (record(world).halt, len(admit(world, 1))) == (None, 1)
    assert world.check_laws().halts == [], "it is told of no more"
    assert len(admit(world)) == 1


def test_batch_that_goes_on_lifts_the_lanes_of_its_own_rows_and_no_others(world: World) -> None:
    world.open_lane("other", 3)
    world.batch(2)
    world.batch(2, batch_id="bat_2", lane="other")
    for lane in ("fake", "other"):
        world.lanes.hold(lane, "somebody wanted it")
    world.verbs.resume("bat_1")
    assert [found.lane.id for found in world.lanes.every() if found.halt] == ["other"]


@pytest.mark.parametrize(("kind", "seconds"), [(FailureKind.AUTH, None), (FailureKind.CREDITS, None),
                                               (FailureKind.QUOTA, 900.0), (FailureKind.RETIRED, None)])  # fmt: skip
def test_failure_that_stops_an_engine_holds_its_lane_and_leaves_the_batch_running(
    world: World, kind: FailureKind, seconds: float | None
) -> None:
    world.batch(3, attempts_allowed=1)
    (claim,) = admit(world, 1)
    fail(world, claim, failure=Failure(kind, "not now"))
    lane, row = record(world), world.row(claim.row_id)
    assert lane.halt is not None
    until = UNTIL_LIFTED if seconds is None else world.clock.now() + seconds
    assert (lane.halt.reason, lane.halt.until) == (f"{kind}: not now", until)
    if kind is FailureKind.RETIRED:
        assert (row.state, row.uncounted) == ("failed", 0), "no time brings that model back"
    else:
        assert (row.state, row.uncounted) == ("ready", 1), "the row has lost nothing"
    progress = world.check_laws()
    assert (progress.phase, progress.batch.reason, progress.balance.committed) == ("running", "", 0)
    assert told(world) == [
        {"lane": "fake", "reason": f"{kind}: not now", **({} if seconds is None else {"seconds": seconds})}
    ]
    assert admit(world) == []
    world.clock.advance(900.0)
    assert bool(admit(world)) is (seconds is not None)


def test_hold_that_somebody_must_lift_is_shortened_by_nothing(world: World) -> None:
    world.batch(12)
    claims = admit(world)
    fail(world, *claims[:FAILURES_ALLOWED])
    world.lanes.hold("fake", "somebody looks at it")
    fail(world, claims[8], failure=Failure(FailureKind.QUOTA, "no more today"))
    world.queue.apply([to_running(claims[9], Handle("job-1"), look_again_in=0.0)])
    (running,) = [claim for claim in world.queue.claim_due("wrk_a", ["fake"], 9) if claim.state is RowState.RUNNING]
    world.queue.apply([to_fetching(running, Output())])
    halt = record(world).halt
    assert halt is not None
    assert (halt.reason, halt.until) == ("somebody looks at it", UNTIL_LIFTED)
    fail(world, claims[10], failure=Failure(FailureKind.AUTH, "a wrong key"))
    assert record(world).halt == halt


def test_wait_for_a_quota_is_told_once_and_made_longer_where_the_engine_says_so(world: World) -> None:
    world.batch(4)
    claims = admit(world)
    for claim, seconds in zip(claims, (60.0, 30.0, 90.0), strict=False):
        world.queue.apply([decide(claim, Failure(FailureKind.QUOTA, "wait", retry_after_seconds=seconds))])
    halt = record(world).halt
    assert halt is not None
    assert (halt.until - world.clock.now(), len(told(world))) == (90.0, 1)
    fail(world, claims[3], failure=Failure(FailureKind.AUTH, "a wrong key"))
    assert [line["reason"] for line in told(world)] == ["quota: wait", "auth: a wrong key"], "now somebody must act"


@pytest.mark.parametrize("kind", [FailureKind.RATE, FailureKind.CONCURRENCY])
def test_engine_that_asks_for_a_while_is_sent_nothing_of_other_rows_meanwhile(world: World, kind: FailureKind) -> None:
    world.batch(100)
    claims = admit(world)
    fail(world, *claims, failure=Failure(kind, "slow down", retry_after_seconds=60.0))
    assert len(claims) == 20
    assert admit(world) == [], "eighty others are ready"
    assert [event["seconds"] for event in told(world)] == [60.0]
    world.clock.advance(59.9)
    assert admit(world) == []
    world.clock.advance(0.1)
    assert len(admit(world)) == 20


@pytest.mark.parametrize("kind", [FailureKind.ENGINE, FailureKind.UNAVAILABLE, FailureKind.TIMEOUT])
def test_engine_that_fails_often_enough_in_a_row_rests_and_is_tried_with_one_call(
    world: World, kind: FailureKind
) -> None:
    world.batch(40, attempts_allowed=9)
    out_of_order = Failure(kind, "it is down", retry_after_seconds=0.0)
    claims = admit(world)
    fail(world, *claims[: FAILURES_ALLOWED - 1], failure=out_of_order)
    assert (record(world).halt, record(world).failures) == (None, FAILURES_ALLOWED - 1)
    fail(world, claims[FAILURES_ALLOWED - 1], failure=out_of_order)
    halt = record(world).halt
    assert halt is not None
    assert (halt.until - world.clock.now(), halt.is_for_good) == (30.0, False)
    assert halt.reason == "8 failures in a row, the last one: it is down"
    assert told(world) == [{"lane": "fake", "reason": halt.reason, "seconds": 30.0}]
    fail(world, *claims[FAILURES_ALLOWED:], failure=out_of_order)
    assert record(world).halt == halt, "what was under way shows nothing new"
    assert (admit(world), world.in_flight()) == ([], 0)

    world.clock.advance(30.0)
    (trial,) = admit(world)
    assert admit(world) == [], "one call shows whether it is in order"
    fail(world, trial, failure=out_of_order)
    longer = record(world).halt
    assert longer is not None
    assert longer.until - world.clock.now() == 60.0, "longer each time"
    world.clock.advance(59.9)
    assert admit(world) == []

    world.clock.advance(0.1)
    (trial,) = admit(world)
    world.queue.apply([to_running(trial, Handle("job-1"), look_again_in=60.0)])
    assert (record(world).halt, record(world).failures) == (None, 0)
    assert len(admit(world)) == 19, "it goes on as before"
    assert len(told(world)) == 2


def test_success_begins_the_count_anew_and_failures_of_rows_are_none_of_the_engine(world: World) -> None:
    world.batch(20, attempts_allowed=9)
    claims = admit(world)
    fail(world, *claims[:7])
    fail(world, *claims[7:12], failure=Failure(FailureKind.DATA, "no such mug"))
    assert (record(world).failures, record(world).halt) == (7, None)
    world.queue.apply([to_running(claims[12], Handle("job-1"), look_again_in=0.0)])
    (seen,) = [claim for claim in world.queue.claim_due("wrk_a", ["fake"], 99) if claim.state is RowState.RUNNING]
    assert seen.lane_failures == 7
    world.queue.apply([to_fetching(seen, Output())])
    assert record(world).failures == 0
    fail(world, *claims[13:19])
    assert record(world).halt is None


def test_trial_whose_outcome_nobody_knows_is_followed_by_another(world: World) -> None:
    world.batch(20, attempts_allowed=9)
    claims = admit(world)
    fail(world, *claims[:FAILURES_ALLOWED])
    fail(world, *claims[FAILURES_ALLOWED:], failure=Failure(FailureKind.DATA, "no"))
    world.clock.advance(30.0)
    (trial,) = admit(world)
    world.queue.apply([to_unknown(trial, DOWN)])
    assert len(admit(world)) == 1
    assert world.in_flight() == 2


def test_only_the_lane_of_the_model_that_fails_rests(world: World) -> None:
    lanes = [Lane(engine="fake", model=model, window=10) for model in ("one", "two")]
    world.batch(orders=[in_lane(number, lanes[number % 2]) for number in range(1, 41)])
    claims = [claim for claim in admit(world) if claim.lane == "fake:one"]
    fail(world, *claims[:FAILURES_ALLOWED])
    assert [found.lane.id for found in world.lanes.every() if found.halt] == ["fake:one"]


def test_call_names_the_lane_that_it_goes_by(world: World) -> None:
    world.batch(orders=[in_lane(1, Lane(engine="fake", model="one", account="ours", window=1))])
    (claim,) = admit(world)
    assert call_of(claim).lane == "fake:one@ours"
