"""Calls that rows share: who shares one, what becomes of each of them, what each pays, and that it is sent as one."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from clipmill.domain.attempt import Claim
from clipmill.domain.failure import Failure, FailureKind, decide, refused
from clipmill.domain.line.call import Call, Handle, Recovery
from clipmill.domain.line.lane import Lane, Rate
from clipmill.domain.line.report import Finished, Report
from clipmill.domain.row import RowState
from clipmill.domain.transition import to_running, together
from clipmill.errors import AnswerLost, EngineError
from clipmill.pipeline.row import step
from clipmill.store.schema import attempts, ledger, rows
from clipmill.testing import FakePromptEngine
from tests.world import LEASE_SECONDS, World, order

pytestmark = pytest.mark.usefixtures("each_database")

MANY = 50


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A line with a lane of four calls, each of fifty rows at the most."""
    return World(tmp_path, lane=4, rows_per_call=MANY)


def sized(world: World, *sizes: str, **policy: Any) -> None:
    """A batch of rows of these sizes."""
    world.batch(orders=[order(number, "bat_1", size=size) for number, size in enumerate(sizes, 1)], **policy)


def sent(world: World) -> list[Call]:
    """Every call that the engine is sent from now on."""
    submit, calls = world.engine.submit, list[Call]()

    async def noted(call: Call) -> Any:
        calls.append(call)
        return await submit(call)

    world.engine.submit = noted
    return calls


def admitted(world: World) -> Claim:
    """The carrier of the one call that is admitted."""
    (claim,) = world.queue.admit("wrk_a", ["fake"], 9)
    return claim


def take_a_step(world: World, claim: Claim) -> list[Claim | None]:
    """What goes on after the claim's step."""
    return list(world.queue.apply([asyncio.run(step(claim, world.line()))]))


def settled(world: World) -> dict[int, int]:
    """Row → what was paid for it."""
    query = select(rows.c.number, ledger.c.amount).join(rows, rows.c.id == ledger.c.row_id)
    with world.database.read() as connection:
        paid = connection.execute(query.where(ledger.c.kind == "settle").order_by(rows.c.number)).all()
    return {line.number: line.amount for line in paid}


def test_many_rows_go_in_one_call_that_is_paid_once(world: World) -> None:
    sized(world, *["small"] * (2 * MANY + 7))
    calls = sent(world)
    progress = world.run()
    assert progress.count(RowState.DONE) == len(world.out()) == 2 * MANY + 7
    assert [len(call.items) for call in calls] == [MANY, MANY, 7]
    assert world.engine.charges == [call.key for call in calls] == ["bat_1_1.1", "bat_1_51.1", "bat_1_101.1"]
    assert [item.key for call in calls for item in call.items] == [f"bat_1_{n}.1" for n in range(1, 2 * MANY + 8)]
    assert len({item.seed for call in calls for item in call.items}) == 2 * MANY + 7, "each row has a seed of its own"
    with world.database.read() as connection:
        of = dict(Counter(call for (call,) in connection.execute(select(attempts.c.call))))
    assert of == {None: 3, "bat_1_1.1": MANY - 1, "bat_1_51.1": MANY - 1, "bat_1_101.1": 6}
    world.check_laws()


def test_every_row_has_the_file_that_was_made_for_it(world: World) -> None:
    sized(world, *["small"] * 5)
    world.run()
    for number in range(1, 6):
        assert f'"n":{number}' in (world.folder / "out" / f"{number}.txt").read_text().replace(" ", "")


def test_rows_that_have_nothing_in_common_never_share_a_call(world: World) -> None:
    sized(world, *["small", "large", "small", "", "large", "small", ""])
    calls = sent(world)
    assert world.run().count(RowState.DONE) == 7
    shared = sorted([item.key for item in call.items] for call in calls)
    assert shared == [["bat_1_1.1", "bat_1_3.1", "bat_1_6.1"], ["bat_1_2.1", "bat_1_5.1"], ["bat_1_4.1", "bat_1_7.1"]]


def test_rows_of_two_batches_never_share_a_call(world: World) -> None:
    for batch_id in ("bat_1", "bat_2"):
        world.batch(3, batch_id=batch_id)
    calls = [{each.batch_id for each in (claim, *claim.riders)} for claim in world.queue.admit("wrk_a", ["fake"], 9)]
    assert sorted(calls, key=min) == [{"bat_1"}, {"bat_2"}]


def test_window_rate_and_what_a_worker_asks_for_are_counted_in_calls(world: World) -> None:
    world.lanes.open(Lane(engine="fake", window=4, rates=(Rate(3, 60.0),), rows_per_call=10))
    world.batch(100)
    one = world.queue.admit("wrk_a", ["fake"], 1)
    assert [len(claim.riders) for claim in one] == [9]
    assert len(world.queue.admit("wrk_a", ["fake"], 9)) == 2, "three calls a minute"
    world.clock.advance(60.6)
    for claim in world.queue.claim_due("wrk_b", ["fake"], 9):
        handle = Handle(f"job-{claim.number}")
        world.queue.apply([to_running(claim, handle, look_again_in=1e6)])
    world.clock.advance(60.6)
    assert len(world.queue.admit("wrk_a", ["fake"], 9)) == 1, "and four at once"
    (lane,) = [found for found in world.lanes.every() if found.lane.id == "fake"]
    assert (lane.in_flight, world.in_flight(), world.check_laws().active) == (4, 4, 40)


def test_row_that_is_filtered_fails_and_the_others_go_on(world: World) -> None:
    world.batch(orders=[order(number, "bat_1", filtered=number == 7) for number in range(1, MANY + 1)])
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.FAILED)) == (MANY - 1, 1)
    (failed,) = world.rows.records("bat_1", RowState.FAILED)
    assert (failed.number, failed.problems[0].reason) == (7, "it is not to be shown")
    assert failed.problems[0].code == "failed.filter_input"
    assert progress.balance.spent == MANY - 1, "what was not made is given back"
    assert world.engine.charges == ["bat_1_1.1"]


def test_carrier_that_is_filtered_takes_no_rider_with_it(world: World) -> None:
    world.batch(orders=[order(number, "bat_1", filtered=number == 1) for number in range(1, 5)])
    assert world.run().count(RowState.DONE) == 3
    assert world.out() == ["2.txt", "3.txt", "4.txt"]


@pytest.mark.parametrize(("kind", "waits"), [(FailureKind.RATE, 5.0), (FailureKind.ENGINE, 2.0)])
def test_call_that_fails_as_a_whole_gives_every_row_back(world: World, kind: FailureKind, waits: float) -> None:
    world.batch(3)
    submit, refusals = world.engine.submit, [EngineError(Failure(kind, "not now"))]

    async def refused(call: Call) -> Any:
        if refusals:
            raise refusals.pop()
        return await submit(call)

    world.engine.submit = refused
    assert take_a_step(world, admitted(world)) == [None]
    progress = world.check_laws()
    assert (progress.count(RowState.READY), progress.balance.committed, world.in_flight()) == (3, 0, 0)
    kept = [world.by_number(number) for number in (1, 2, 3)]
    assert {(row.due_at, row.rides_with, row.owner) for row in kept} == {(world.clock.now() + waits, None, None)}
    assert {row.uncounted for row in kept} == {int(kind is FailureKind.RATE)}
    calls = sent(world)
    assert world.run().count(RowState.DONE) == 3
    assert [item.key for item in calls[0].items] == ["bat_1_1.2", "bat_1_2.2", "bat_1_3.2"]


def test_job_that_fails_as_a_whole_gives_every_row_back(world: World) -> None:
    world.batch(3, attempts_allowed=1)

    async def broken(_handle: Handle) -> Report:
        raise EngineError(Failure(FailureKind.PARAMS, "so large it cannot be"))

    world.engine.poll = broken
    progress = world.run()
    assert (progress.count(RowState.FAILED), progress.balance.committed) == (3, 0)
    assert {record.problems[0].code for record in world.rows.records("bat_1")} == {"failed.params"}


def test_attempts_are_used_up_for_one_row_of_a_call_alone(world: World) -> None:
    world.batch(3, attempts_allowed=2)
    first = admitted(world)
    alone = [decide(each, Failure(FailureKind.QUALITY, "it is frozen")) if each.number == 2 else
             decide(each, Failure(FailureKind.RATE, "slow down", retry_after_seconds=0.0))
             for each in (first, *first.riders)]  # fmt: skip
    world.queue.apply([replace(alone[0], riders=tuple(alone[1:]))])
    world.clock.advance(5.0)
    again = admitted(world)
    assert {each.number: each.attempt - each.uncounted for each in (again, *again.riders)} == {1: 1, 2: 2, 3: 1}
    broken = Failure(FailureKind.ENGINE, "it broke")
    world.queue.apply([together(again, lambda claim: decide(claim, broken))])
    states = {record.number: record.state for record in world.rows.records("bat_1")}
    assert states == {1: RowState.READY, 2: RowState.FAILED, 3: RowState.READY}
    world.clock.advance(10.0)
    assert world.run().count(RowState.DONE) == 2


@pytest.mark.parametrize("state", [RowState.SUBMITTING, RowState.RUNNING])
def test_whoever_comes_after_a_crash_sends_the_very_same_call_again(world: World, state: RowState) -> None:
    sized(world, *["small"] * 5, "large")
    calls = sent(world)
    with world.dying.recover("wrk_dead", ["fake"]):
        claim, *_ = world.dying.admit("wrk_dead", ["fake"], 1)
        decided = asyncio.run(step(claim, world.line()))
        if state is RowState.RUNNING:
            world.queue.apply([decided])
    world.batch(5, batch_id="bat_2")
    world.clock.advance(LEASE_SECONDS + 1)
    taken = world.queue.claim_due("wrk_b", ["fake"], 9)
    assert [(found.number, found.state, len(found.riders)) for found in taken] == [(1, state, 4)]
    handle = None if state is RowState.SUBMITTING else Handle("job-1")
    assert [each.handle for each in (taken[0], *taken[0].riders)] == [handle] * 5
    assert {each.expiries for each in (taken[0], *taken[0].riders)} == {int(state is RowState.SUBMITTING)}
    take_a_step(world, taken[0])
    if state is RowState.SUBMITTING:
        assert calls[0] == calls[1], "key, rows, seeds and all"
    world.clock.advance(LEASE_SECONDS + 1)
    assert world.run().count(RowState.DONE) == 6
    assert world.engine.charges == ["bat_1_1.1", "bat_1_6.1"]


def test_call_is_the_same_though_its_lane_was_changed_meanwhile(world: World) -> None:
    world.batch(3)
    claim = admitted(world)
    world.lanes.open(Lane(engine="fake", window=4, rows_per_call=1))
    world.clock.advance(LEASE_SECONDS + 1)
    (taken,) = world.queue.claim_due("wrk_b", ["fake"], 9)
    assert [rider.number for rider in taken.riders] == [rider.number for rider in claim.riders] == [2, 3]
    take_a_step(world, taken)
    world.clock.advance(LEASE_SECONDS + 1)
    assert world.run().count(RowState.DONE) == 3


def test_zombie_that_carried_a_call_moves_no_row_of_it(world: World) -> None:
    world.batch(4)
    zombie = admitted(world)
    world.clock.advance(LEASE_SECONDS + 1)
    (fresh,) = world.queue.claim_due("wrk_b", ["fake"], 9)
    before = [world.by_number(number) for number in range(1, 5)]
    for decided in (to_running(zombie, Handle("job-9"), look_again_in=1.0),
                    together(zombie, lambda claim: decide(claim, Failure(FailureKind.DATA, "no")))):  # fmt: skip
        assert world.queue.apply([decided]) == [None]
        assert [world.by_number(number) for number in range(1, 5)] == before
    world.queue.apply([to_running(fresh, Handle("job-1"), look_again_in=1.0)])
    world.queue.apply([to_running(fresh, Handle("job-2"), look_again_in=1.0)])
    assert {world.by_number(number).state for number in range(1, 5)} == {"running"}
    assert world.check_laws().balance.reserved == 4


def test_worker_that_renews_and_leaves_says_nothing_of_riders(world: World) -> None:
    world.batch(3)
    with world.queue.recover("wrk_a", ["fake"]):
        claim = admitted(world)
        assert world.queue.renew("wrk_a", {claim.row_id: claim.fence}) == []
        assert world.batches.unheld("bat_1") == 0
    (taken,) = world.queue.claim_due("wrk_b", ["fake"], 9)
    assert (taken.number, len(taken.riders), taken.expiries) == (1, 2, 1)


@pytest.mark.parametrize(("charged", "shares"), [(0, [0] * 7), (7000, [1000] * 7), (10_000, [1429] * 4 + [1428] * 3),
                                                 (3, [1, 1, 1, 0, 0, 0, 0])])  # fmt: skip
def test_what_a_call_cost_is_divided_to_the_last_thousandth(world: World, charged: int, shares: list[int]) -> None:
    world.batch(7)
    world.engine.charged = charged
    assert world.run().balance.spent == charged
    assert list(settled(world).values()) == shares
    world.check_laws()


def test_rows_that_got_nothing_pay_nothing(world: World) -> None:
    world.batch(orders=[order(number, "bat_1", filtered=number in (1, 4)) for number in range(1, 6)])
    world.engine.charged = 1000
    assert world.run().balance.spent == 1000
    assert settled(world) == {2: 334, 3: 333, 5: 333}


def test_rows_that_failed_for_money_pay_their_share(world: World) -> None:
    world.batch(3)
    poll = world.engine.poll

    async def paid(handle: Handle) -> Report:
        report = await poll(handle)
        failure = Failure(FailureKind.PARAMS, "it came out black", charged=True)
        outputs = {key: output for key, output in report.outputs.items() if key != "bat_1_3.1"}
        return replace(report, charged=1000, outputs=outputs, failures={"bat_1_3.1": failure})

    world.engine.poll = paid
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.FAILED), progress.balance.spent) == (2, 1, 1000)
    assert settled(world) == {1: 334, 2: 333, 3: 333}


def test_call_that_came_to_nothing_and_was_charged_is_in_the_ledger(world: World) -> None:
    world.batch(orders=[order(number, "bat_1", filtered=True) for number in (1, 2, 3)])
    world.engine.charged = 1000
    progress = world.run()
    assert (progress.count(RowState.FAILED), progress.balance.spent, progress.balance.reserved) == (3, 1000, 0)
    assert settled(world) == {1: 334, 2: 333, 3: 333}


def test_job_is_known_by_its_name_though_its_files_came_with_the_answer(tmp_path: Path) -> None:
    world = World(tmp_path, engine=FakePromptEngine(tmp_path / "prompt"), rows_per_call=MANY)
    world.batch(2)
    assert world.run().count(RowState.DONE) == 2
    with world.database.read() as connection:
        assert connection.execute(select(attempts.c.job).order_by(attempts.c.key)).scalars().all() == ["job-1", None]


def test_answer_that_is_the_product_and_that_the_store_does_not_take_is_not_taken_for_unpaid(tmp_path: Path) -> None:
    world = World(tmp_path, engine=FakePromptEngine(tmp_path / "prompt"), rows_per_call=MANY)
    world.batch(2)
    submit = world.engine.submit

    async def illegible(call: Call) -> Finished:
        answer = await submit(call)
        return replace(answer, handle=Handle("job\0-1"))

    world.engine.submit = illegible
    progress = world.run()
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved) == (2, 2)


def test_call_that_nobody_knows_about_holds_one_place_of_the_window(tmp_path: Path) -> None:
    world = World(tmp_path, lane=2, rows_per_call=10, recovery=Recovery.NONE)
    world.batch(30)
    world.engine.answers_to_lose = 1
    progress = world.run()
    assert (progress.count(RowState.UNKNOWN), progress.count(RowState.DONE)) == (10, 20), "there was another place"
    (lane,) = [found for found in world.lanes.every() if found.lane.id == "fake"]
    assert (lane.in_flight, world.in_flight(), progress.balance.reserved) == (1, 1, 10)
    assert world.verbs.retry("bat_1", [1]) == 1
    assert world.in_flight() == 1, "the others of the call may still be made by it"
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.count(RowState.UNKNOWN)) == (21, 9)
    assert world.engine.charges == ["bat_1_1.1", "bat_1_11.1", "bat_1_21.1", "bat_1_1.2"]
    world.verbs.retry("bat_1", list(range(2, 11)))
    assert world.by_number(2).rides_with is None
    assert world.run().count(RowState.DONE) == 30
    assert world.in_flight() == 0
    world.check_laws()


def test_calls_that_nobody_knows_about_and_hold_the_whole_window_pause_the_batch(tmp_path: Path) -> None:
    world = World(tmp_path, lane=1, rows_per_call=10, recovery=Recovery.NONE)
    world.batch(20)
    world.engine.answers_to_lose = 1
    progress = world.run()
    assert progress.batch.reason.startswith("unknown: 1 row holds the whole window")
    assert (progress.count(RowState.UNKNOWN), progress.count(RowState.READY)) == (10, 10)


def test_budget_admits_as_many_rows_of_a_call_as_it_pays_for(world: World) -> None:
    world.batch(20, budget=7)
    claim = admitted(world)
    assert len(claim.riders) == 6
    take_a_step(world, claim)
    world.clock.advance(LEASE_SECONDS + 1)
    progress = world.run()
    assert (progress.count(RowState.DONE), progress.batch.reason, progress.balance.spent) == (7, "budget", 7)


def test_answer_that_is_lost_is_asked_for_by_the_whole_call(world: World) -> None:
    world.batch(6)
    calls = sent(world)
    world.engine.answers_to_lose = 2
    assert world.run().count(RowState.DONE) == 6
    assert len(calls) == 3
    assert calls[0] == calls[1] == calls[2]
    assert world.engine.charges == ["bat_1_1.1"]
    assert [event.number for event in world.rows.events("bat_1") if event.kind == "resend"] == [1, 1]


@pytest.mark.parametrize("wrong", [{"job": "job\0-1"}, {"data": {"at": object()}}], ids=["text", "no JSON"])
def test_job_that_the_store_does_not_take_leaves_every_row_of_its_call_unknown(
    world: World, wrong: dict[str, Any]
) -> None:
    world.batch(3)
    submit = world.engine.submit

    async def illegible(call: Call) -> Handle:
        return replace(await submit(call), **wrong)

    world.engine.submit = illegible
    progress = world.run()
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved, world.in_flight()) == (3, 3, 1)
    told = {record.problems[0].reason.split(": ", 1)[0] for record in world.rows.records("bat_1")}
    assert told == {"Nobody knows whether it was paid for"}
    world.check_laws()


def test_silence_that_lasts_leaves_every_row_of_the_call_unknown(world: World) -> None:
    world.batch(3)

    async def nobody(_call: Call) -> Any:
        raise AnswerLost("nobody there")

    world.engine.submit = nobody
    progress = world.run()
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved, world.in_flight()) == (3, 3, 1)
    assert {record.problems[0].code for record in world.rows.records("bat_1")} == {"unknown"}


def test_riders_wait_for_their_carrier_and_are_taken_up_by_nobody_else(world: World) -> None:
    world.batch(5)
    claim = admitted(world)
    take_a_step(world, claim)
    world.clock.advance(1.0)
    (polled,) = world.queue.claim_due("wrk_b", ["fake"], 9)
    assert (polled.number, len(polled.riders)) == (1, 4)
    going_on = take_a_step(world, polled)
    assert [found.number for found in going_on if found] == [1]
    fetched = world.queue.claim_due("wrk_c", ["fake"], 9)
    assert [(found.number, found.state, found.riders) for found in fetched] == [
        (number, RowState.FETCHING, ()) for number in (2, 3, 4, 5)
    ]


def test_batch_that_is_cancelled_keeps_what_its_call_is_paid_for(world: World) -> None:
    world.batch(MANY + 3)
    claim = world.queue.admit("wrk_a", ["fake"], 1)[0]
    take_a_step(world, claim)
    assert world.verbs.cancel("bat_1") == 3
    world.clock.advance(LEASE_SECONDS + 1)
    asyncio.run(world.worker().settle("bat_1"))
    progress = world.check_laws()
    assert (progress.count(RowState.DONE), progress.count(RowState.CANCELLED), progress.active) == (MANY, 3, 0)


@pytest.mark.parametrize("charged", [0, 1000])
def test_job_of_a_cancelled_batch_is_stopped_where_its_engine_can(world: World, charged: int) -> None:
    world.batch(12)
    take_a_step(world, admitted(world))
    world.verbs.cancel("bat_1")
    stopped = list[str]()

    async def cancel(handle: Handle) -> None:
        stopped.append(handle.job)

    async def poll(_handle: Handle) -> Report:
        failure = Failure(FailureKind.TIMEOUT, "it was stopped", charged=bool(charged))
        return Report(finished=True, charged=charged, failures={f"bat_1_{n}.1": failure for n in range(1, 13)})

    world.engine.cancel, world.engine.poll = cancel, poll
    world.clock.advance(LEASE_SECONDS + 1)
    asyncio.run(world.worker().settle("bat_1"))
    progress = world.check_laws()
    assert (stopped, progress.count(RowState.CANCELLED)) == (["job-1"], 12)
    assert (progress.balance.spent, progress.balance.reserved) == (charged, 0)
    (lane,) = [found for found in world.lanes.every() if found.lane.id == "fake"]
    assert (lane.failures, lane.halt) == (0, None), "that is no failure of the engine"


def test_rider_that_was_moved_behind_the_carriers_back_stays_where_it_is(world: World) -> None:
    world.batch(3)
    claim = admitted(world)
    second = claim.riders[0].row_id
    world.write(update(rows).where(rows.c.id == second).values(fence=rows.c.fence + 1))
    before = world.row(second)
    world.queue.apply([to_running(claim, Handle("job-1"), look_again_in=1.0)])
    assert world.row(second) == before
    assert (world.by_number(1).state, world.by_number(3).state) == ("running", "running")


def test_call_whose_word_the_store_refuses_leaves_no_row_of_it_behind(world: World) -> None:
    sized(world, *["small"] * 3)
    sent_off = to_running(admitted(world), Handle("job-1"), look_again_in=1.0)
    world.queue.apply([refused(sent_off, "it does not fit")])
    progress = world.check_laws()
    assert (progress.count(RowState.UNKNOWN), progress.balance.reserved) == (3, 3)
    assert world.verbs.retry("bat_1", [1, 2, 3]) == 3
