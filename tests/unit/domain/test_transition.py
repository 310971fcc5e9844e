"""What each step decides: the state it leads to, what becomes of the credits, and whether the worker goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clipmill.domain.failure import Failure, FailureKind, ask_again, decide, to_unknown
from clipmill.domain.line.call import Handle, Output
from clipmill.domain.line.lane import Lane
from clipmill.domain.line.parts import Order
from clipmill.domain.media import MediaSpec
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.transition import (
    Charge,
    Health,
    Priced,
    Transition,
    came_along,
    still_running,
    to_blocked,
    to_cancelled,
    to_delivering,
    to_done,
    to_fetching,
    to_ready,
    to_review,
    to_running,
    to_verifying,
    to_waiting,
    together,
    with_riders,
)
from clipmill.domain.verdict import Finding, Problem, Ruling, Verdict
from tests.unit.domain.test_failure import CLAIM

SPEC = MediaSpec(seconds=1, frames=10, fps=10, width=16, height=16)
PART = Priced(Order("fake", {"part": "voice"}), Lane(engine="fake"), Payload("v1", {"part": "voice"}), 3)
WRONG = Problem("payload.refused", "there is no engine nobody", "Name another.")
DOUBTFUL = Verdict((Finding("length", Ruling.REVIEW, "it is short"),))


@pytest.mark.parametrize(
    ("made", "to", "event", "charge", "goes_on", "data"),
    [
        (to_running(CLAIM, Handle("job-1"), look_again_in=2.0), RowState.RUNNING, "submitted", Charge.KEEP, False,
         {"job": "job-1"}),
        (still_running(CLAIM, look_again_in=2.0), RowState.RUNNING, "", Charge.KEEP, False, {}),
        (to_fetching(CLAIM, Output()), RowState.FETCHING, "made", Charge.SETTLE, True, {}),
        (to_verifying(CLAIM, "abc", SPEC), RowState.VERIFYING, "stored", Charge.KEEP, True, {"media": "abc"}),
        (to_delivering(CLAIM, DOUBTFUL), RowState.DELIVERING, "verified", Charge.KEEP, True, {}),
        (to_review(CLAIM, DOUBTFUL), RowState.REVIEW, "review", Charge.SETTLE, False, {"reason": "it is short"}),
        (to_done(CLAIM), RowState.DONE, "done", Charge.SETTLE, False, {"file": "7.mp4"}),
        (to_cancelled(CLAIM), RowState.CANCELLED, "cancelled", Charge.RELEASE, False, {}),
        (to_waiting(CLAIM, {"voice": PART, "photo": PART}), RowState.WAITING, "waits", Charge.KEEP, False,
         {"parts": "photo, voice"}),
        (to_ready(CLAIM, PART), RowState.READY, "planned", Charge.KEEP, False, {}),
        (to_blocked(CLAIM, WRONG), RowState.BLOCKED, "blocked", Charge.KEEP, False,
         {"reason": "there is no engine nobody"}),
        (came_along(to_verifying(CLAIM, "abc", SPEC), charged=4), RowState.VERIFYING, "stored", Charge.SETTLE, True,
         {"media": "abc"}),
    ],
    ids=lambda value: value.event or "waits" if isinstance(value, Transition) else "",
)  # fmt: skip
def test_every_step_says_where_the_row_goes_and_who_pays(
    made: Transition, to: RowState, event: str, charge: Charge, goes_on: bool, data: dict[str, str]
) -> None:
    assert (made.claim, made.to, made.event, made.charge) == (CLAIM, to, event, charge)
    assert made.goes_on is goes_on
    assert made.data == data


def test_what_was_learnt_goes_with_the_step() -> None:
    submitted = to_running(CLAIM, Handle("job-1"), look_again_in=2.0)
    assert (submitted.handle, submitted.look_again_in) == (Handle("job-1"), 2.0)
    assert still_running(CLAIM, look_again_in=3.0).look_again_in == 3.0
    made = to_fetching(CLAIM, Output("file-1"), charged=4)
    assert (made.charged, made.output) == (4, Output("file-1"))
    stored = to_verifying(CLAIM, "abc", SPEC)
    assert (stored.media, stored.spec) == ("abc", SPEC)
    along = came_along(stored, charged=4)
    assert (along.media, along.spec, along.charged, along.health) == ("abc", SPEC, 4, Health.GOOD)
    assert (to_waiting(CLAIM, {"voice": PART}).parts, to_ready(CLAIM, PART).planned) == ({"voice": PART}, PART)
    assert to_blocked(CLAIM, WRONG).problem == WRONG
    assert to_delivering(CLAIM, DOUBTFUL).verdict is to_review(CLAIM, DOUBTFUL).verdict is DOUBTFUL


def test_a_step_that_says_no_more_changes_nothing_else() -> None:
    plain = Transition(claim=CLAIM, to=RowState.VERIFYING, event="stored")
    assert plain.charge is Charge.KEEP
    assert [plain.lost_send, plain.uncounted, plain.new_seed] == [False] * 3
    assert (plain.pause, plain.problem, plain.look_again_in, plain.silent_since) == ("", None, None, None)
    assert (plain.stop, plain.health, plain.parts, plain.planned, plain.riders) == (None, Health.UNKNOWN, {}, None, ())


@pytest.mark.parametrize("state", RowState)
def test_worker_goes_on_where_the_file_is_made_and_nothing_is_to_be_waited_for(state: RowState) -> None:
    going = {RowState.FETCHING, RowState.VERIFYING, RowState.DELIVERING}
    at_once = Transition(claim=CLAIM, to=state, event="")
    assert at_once.goes_on is (state in going)
    assert replace(at_once, look_again_in=0.0).goes_on is False


@pytest.mark.parametrize(
    ("spec", "charge"),
    [(None, Charge.SETTLE), (SPEC, Charge.SETTLE), (replace(SPEC, reused=True), Charge.FOUND)],
    ids=["nothing known", "made", "found made"],
)
def test_file_that_was_found_made_is_not_charged_for_as_one_that_was_made(
    spec: MediaSpec | None, charge: Charge
) -> None:
    claim = replace(CLAIM, spec=spec)
    assert (to_done(claim).charge, to_review(claim, DOUBTFUL).charge) == (charge, charge)


RIDERS = tuple(replace(CLAIM, row_id=number, number=number) for number in (8, 9))
CARRIER = replace(CLAIM, state=RowState.SUBMITTING, riders=RIDERS)
DOWN = Failure(FailureKind.ENGINE, "it is down")


def test_what_becomes_of_a_call_as_one_becomes_of_each_of_its_rows() -> None:
    decided = together(CARRIER, lambda claim: decide(claim, DOWN))
    assert (decided.claim, [rider.claim for rider in decided.riders]) == (CARRIER, list(RIDERS))
    for each in (decided, *decided.riders):
        assert (each.to, each.charge, each.look_again_in) == (RowState.READY, Charge.RELEASE, 2.0)
    assert [rider.data["key"] for rider in decided.riders] == ["bat_1_8.1", "bat_1_9.1"]
    unknown = together(CARRIER, lambda claim: to_unknown(claim, DOWN))
    assert {each.to for each in unknown.riders} == {RowState.UNKNOWN}
    assert {each.charge for each in unknown.riders} == {Charge.KEEP}


def test_attempts_may_be_used_up_for_some_of_a_call() -> None:
    last = replace(RIDERS[1], attempt=2)
    decided = together(replace(CARRIER, riders=(RIDERS[0], last)), lambda claim: decide(claim, DOWN))
    assert [each.to for each in (decided, *decided.riders)] == [RowState.READY, RowState.READY, RowState.FAILED]


def test_riders_of_a_job_wait_for_nothing_of_their_own_and_do_not_bear_its_name() -> None:
    taken = to_running(CARRIER, Handle("job-1"), look_again_in=2.0)
    assert (taken.handle, taken.look_again_in) == (Handle("job-1"), 2.0)
    assert [(rider.to, rider.handle, rider.look_again_in) for rider in taken.riders] == [
        (RowState.RUNNING, None, None)
    ] * 2
    assert [rider.claim for rider in taken.riders] == list(RIDERS)
    again = together(CARRIER, lambda claim: ask_again(replace(claim, state=RowState.SUBMITTING), DOWN, now=1.0))
    assert [rider.look_again_in for rider in again.riders] == [None, None]


def test_riders_whose_file_is_made_are_taken_up_by_whoever_has_time() -> None:
    made = with_riders(to_fetching(CARRIER, Output("a")), to_fetching(RIDERS[0], Output("b")), decide(RIDERS[1], DOWN))
    assert made.goes_on
    first, second = made.riders
    assert (first.to, first.goes_on, first.look_again_in, first.output) == (RowState.FETCHING, False, 0.0, Output("b"))
    assert (second.to, second.look_again_in) == (RowState.READY, 2.0)
    stored = with_riders(to_verifying(CARRIER, "abc", SPEC), to_verifying(RIDERS[0], "def", SPEC))
    assert (stored.riders[0].goes_on, stored.riders[0].media, stored.riders[0].look_again_in) == (False, "def", 0.0)
