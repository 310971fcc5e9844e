"""What each step decides: the state it leads to, what becomes of the credits, and whether the worker goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clipmill.domain.call import Handle, Output
from clipmill.domain.media import MediaSpec
from clipmill.domain.row import RowState
from clipmill.domain.transition import (
    Charge,
    Transition,
    still_running,
    to_cancelled,
    to_delivering,
    to_done,
    to_fetching,
    to_review,
    to_running,
    to_verifying,
)
from clipmill.domain.verdict import Finding, Ruling, Verdict
from tests.unit.domain.test_failure import CLAIM

SPEC = MediaSpec(seconds=1, frames=10, fps=10, width=16, height=16)
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
    assert to_delivering(CLAIM, DOUBTFUL).verdict is to_review(CLAIM, DOUBTFUL).verdict is DOUBTFUL


def test_a_step_that_says_no_more_changes_nothing_else() -> None:
    plain = Transition(claim=CLAIM, to=RowState.VERIFYING, event="stored")
    assert plain.charge is Charge.KEEP
    assert [plain.lost_send, plain.uncounted, plain.new_seed] == [False] * 3
    assert (plain.pause, plain.problem, plain.look_again_in, plain.silent_since) == ("", None, None, None)


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
