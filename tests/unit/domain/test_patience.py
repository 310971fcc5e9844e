"""How long nobody may answer in which state, and what becomes of a row that is given up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.failure import EXPIRIES_ALLOWED, Failure, FailureKind, ask_again, give_up, hold, refused
from clipmill.domain.line.call import Handle
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge, Transition, to_delivering, to_running
from clipmill.domain.verdict import Verdict, Who
from tests.unit.domain.test_failure import CLAIM, LOST

#: States of an engine's job that questions are about.
ASKING = pytest.mark.parametrize("state", [RowState.RUNNING, RowState.FETCHING])


def after(silence: float | None, state: RowState) -> Transition:
    """What is done when nobody answers in a state, after that long a silence."""
    since = None if silence is None else 1000.0 - silence
    return ask_again(replace(CLAIM, state=state, silent_since=since, moved_at=1000.0), LOST, now=1000.0)


@ASKING
@pytest.mark.parametrize(
    ("silence", "wait"), [(None, 5.0), (0.0, 5.0), (4.9, 5.0), (17.0, 17.0), (301.0, 300.0), (3598.0, 2.0)]
)
def test_question_is_asked_again_later_and_later(state: RowState, silence: float | None, wait: float) -> None:
    asked = after(silence, state)
    assert (asked.to, asked.event, asked.look_again_in) == (state, "unanswered", wait)
    assert (asked.silent_since, asked.lost_send, asked.charge) == (1000.0 - (silence or 0.0), False, Charge.KEEP)


@ASKING
def test_job_nobody_tells_of_for_an_hour_is_unknown(state: RowState) -> None:
    assert after(3599.5, state).to is state
    ended = after(3600.0, state)
    assert (ended.to, ended.charge, ended.event) == (RowState.UNKNOWN, Charge.KEEP, "unknown")
    assert ended.data["reason"] == "no answer for 3600 s: no answer"


def test_full_disk_is_looked_at_twice_a_minute() -> None:
    held = hold(replace(CLAIM, state=RowState.VERIFYING), Failure(FailureKind.DISK, "full"))
    assert (held.to, held.look_again_in) == (RowState.VERIFYING, 30.0)


def test_ten_workers_may_be_lost_on_one_step() -> None:
    assert EXPIRIES_ALLOWED == 10


@pytest.mark.parametrize(
    ("known", "ends"),
    [
        ({"state": RowState.SUBMITTING}, RowState.READY),
        ({"state": RowState.SUBMITTING, "unanswered": 1}, RowState.UNKNOWN),
        ({"state": RowState.SUBMITTING, "expiries": 1}, RowState.UNKNOWN),
        ({"state": RowState.RUNNING}, RowState.UNKNOWN), ({"state": RowState.FETCHING}, RowState.UNKNOWN),
        *(({"state": state, "unanswered": 1, "expiries": 9}, RowState.READY) for state in
          (RowState.RENDERING, RowState.VERIFYING, RowState.DELIVERING)),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else "",
)  # fmt: skip
def test_row_whose_job_may_live_is_held_and_another_begins_anew(known: dict[str, Any], ends: RowState) -> None:
    given_up = give_up(replace(CLAIM, **known), Failure(FailureKind.WORKER, "it kills its workers"))
    assert given_up.to is ends
    assert given_up.charge is (Charge.KEEP if ends is RowState.UNKNOWN else Charge.RELEASE)
    assert given_up.problem
    assert (given_up.problem.who is Who.OPERATOR) is (ends is RowState.UNKNOWN)
    assert given_up.data["kind"] == "worker"


@pytest.mark.parametrize("unanswered", [0, 1])
def test_job_whose_name_the_store_does_not_take_is_not_forgotten(unanswered: int) -> None:
    claim = replace(CLAIM, state=RowState.SUBMITTING, unanswered=unanswered)
    held = refused(to_running(claim, Handle("job-1"), look_again_in=1.0), "it is taken")
    assert (held.to, held.charge, held.data["reason"]) == (RowState.UNKNOWN, Charge.KEEP, "it is taken")


def test_row_without_a_job_fails_when_the_store_does_not_take_its_step() -> None:
    claims: list[Claim] = [replace(CLAIM, state=state) for state in (RowState.VERIFYING, RowState.SUBMITTING)]
    for claim in claims:
        failed = refused(to_delivering(claim, Verdict()), "it is too long")
        assert (failed.to, failed.charge) == (RowState.FAILED, Charge.RELEASE)
        assert failed.data == {"kind": "internal", "reason": "it is too long", "key": "bat_1_7.1"}


@pytest.mark.parametrize("unanswered", [0, 1, 2])
def test_send_that_went_out_in_vain_is_never_given_up_as_failed(unanswered: int) -> None:
    claim = replace(CLAIM, state=RowState.SUBMITTING, unanswered=unanswered, silent_since=0.0)
    given_up = ask_again(claim, LOST, now=100_000.0, sent=True)
    assert (given_up.to, given_up.charge) == (RowState.UNKNOWN, Charge.KEEP)
