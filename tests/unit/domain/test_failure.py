"""The one retry table: what is tried again, who acts, and what happens to the credits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.failure import (
    TABLE,
    Failure,
    FailureKind,
    Halts,
    Remedy,
    ask_again,
    decide,
    helps,
    hold,
    is_outcome,
    is_too_old,
    wait_seconds,
)
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge, Health, LaneStop
from clipmill.domain.verdict import Who

CLAIM = Claim(
    row_id=1, batch_id="bat_1", number=7, state=RowState.RENDERING, fence=3, lease_until=30.0, attempt=1, seed=5,
    credits=9, payload=Payload("v1", {}), engine="render", file_name="7.mp4", out_folder="out", attempts_allowed=2,
)  # fmt: skip


LOST = Failure(FailureKind.ENGINE, "no answer")
#: kind → tried again, counts as an attempt, what it halts, a new seed, seconds before the second attempt, who acts.
EXPECTED = {
    FailureKind.DATA: (False, True, Halts.NOTHING, False, 0.0, Who.DATA_OWNER),
    FailureKind.TEMPLATE: (False, True, Halts.BATCH, False, 0.0, Who.TEMPLATE_AUTHOR),
    FailureKind.MEDIA: (False, True, Halts.NOTHING, False, 0.0, Who.DATA_OWNER),
    FailureKind.TIME: (False, True, Halts.NOTHING, False, 0.0, Who.DATA_OWNER),
    FailureKind.AUTH: (True, False, Halts.LANE, False, 0.0, Who.OPERATOR),
    FailureKind.CREDITS: (True, False, Halts.LANE, False, 0.0, Who.OPERATOR),
    FailureKind.QUOTA: (True, False, Halts.LANE, False, 0.0, Who.NOBODY),
    FailureKind.CONCURRENCY: (True, False, Halts.LANE, False, 5.0, Who.NOBODY),
    FailureKind.UNAVAILABLE: (True, True, Halts.NOTHING, False, 5.0, Who.NOBODY),
    FailureKind.TIMEOUT: (True, True, Halts.NOTHING, False, 2.0, Who.NOBODY),
    FailureKind.RATE: (True, False, Halts.LANE, False, 5.0, Who.NOBODY),
    FailureKind.ENGINE: (True, True, Halts.NOTHING, False, 2.0, Who.NOBODY),
    FailureKind.QUALITY: (True, True, Halts.NOTHING, True, 0.0, Who.NOBODY),
    FailureKind.WORKER: (True, True, Halts.NOTHING, False, 0.0, Who.NOBODY),
    FailureKind.DISK: (True, False, Halts.BATCH, False, 0.0, Who.OPERATOR),
    FailureKind.FILTER_INPUT: (False, True, Halts.NOTHING, False, 0.0, Who.DATA_OWNER),
    FailureKind.FILTER_OUTPUT: (True, True, Halts.NOTHING, True, 0.0, Who.DATA_OWNER),
    FailureKind.PARAMS: (False, True, Halts.NOTHING, False, 0.0, Who.TEMPLATE_AUTHOR),
    FailureKind.RETIRED: (False, True, Halts.LANE, False, 0.0, Who.TEMPLATE_AUTHOR),
    FailureKind.EXPIRED_RESULT: (False, True, Halts.NOTHING, False, 0.0, Who.OPERATOR),
    FailureKind.UNMAPPED: (False, True, Halts.NOTHING, False, 0.0, Who.OPERATOR),
    FailureKind.INTERNAL: (False, True, Halts.NOTHING, False, 0.0, Who.OPERATOR),
}
#: Seconds for which a lane is held that time alone lifts, where the engine does not say.
HELD_FOR = {FailureKind.QUOTA: 900.0, FailureKind.RATE: 5.0, FailureKind.CONCURRENCY: 5.0}
#: Kinds that an engine says of the call at hand only.
OF_THE_CALL = {FailureKind.AUTH, FailureKind.CREDITS, FailureKind.QUOTA, FailureKind.CONCURRENCY,
               FailureKind.UNAVAILABLE, FailureKind.RATE}  # fmt: skip
#: Kinds many of which in a row show that the engine is out of order.
OF_THE_ENGINE = {FailureKind.UNAVAILABLE, FailureKind.TIMEOUT, FailureKind.ENGINE}


def test_every_kind_has_its_line() -> None:
    assert EXPECTED.keys() == TABLE.keys() == set(FailureKind)


@pytest.mark.parametrize("kind", FailureKind)
def test_first_failure_does_what_the_table_says(kind: FailureKind) -> None:
    again, counts, halts, new_seed, wait, who = EXPECTED[kind]
    transition = decide(CLAIM, Failure(kind, "it broke"))
    assert transition.to is (RowState.READY if again else RowState.FAILED)
    assert transition.event == ("retry" if again else "failed")
    assert transition.charge is Charge.RELEASE
    assert transition.uncounted is (again and not counts)
    assert transition.pause == (f"{kind}: it broke" if halts is Halts.BATCH else "")
    assert transition.stop == (LaneStop(f"{kind}: it broke", HELD_FOR.get(kind)) if halts is Halts.LANE else None)
    assert transition.health is (Health.FAILED if kind in OF_THE_ENGINE else Health.UNKNOWN)
    assert transition.new_seed is new_seed
    assert transition.look_again_in == (wait if again else None)
    assert transition.problem
    assert (transition.problem.who, transition.problem.code) == (who, f"failed.{kind}")
    assert transition.data == {"kind": str(kind), "reason": "it broke", "key": "bat_1_7.1"}


@pytest.mark.parametrize("kind", FailureKind)
def test_last_attempt_fails_only_where_attempts_count(kind: FailureKind) -> None:
    again, counts, *_ = EXPECTED[kind]
    goes_on = again and not counts
    last = decide(replace(CLAIM, attempt=2), Failure(kind, "it broke"))
    assert last.to is (RowState.READY if goes_on else RowState.FAILED)
    assert last.uncounted is goes_on
    given_back = decide(replace(CLAIM, attempt=2, uncounted=1), Failure(kind, "it broke"))
    assert given_back.to is (RowState.READY if again else RowState.FAILED)


def test_lane_is_held_for_as_long_as_its_engine_says_where_time_alone_lifts_it() -> None:
    asked = {kind: decide(CLAIM, Failure(kind, "no", retry_after_seconds=60.0)).stop for kind in FailureKind}
    assert asked[FailureKind.QUOTA] == LaneStop("quota: no", 60.0)
    assert asked[FailureKind.AUTH] == LaneStop("auth: no", None), "no time mends a key"
    assert asked[FailureKind.RATE] == LaneStop("rate: no", 60.0), "or every other row would ask meanwhile"
    at_once = decide(CLAIM, Failure(FailureKind.RATE, "no", retry_after_seconds=0.0)).stop
    assert at_once == LaneStop("rate: no", 5.0), "or it would be asked without a pause"


@pytest.mark.parametrize("state", RowState)
def test_what_nobody_understands_is_unknown_where_a_job_may_be_paid_for(state: RowState) -> None:
    unmapped = Failure(FailureKind.UNMAPPED, "code 4711")
    may_have_a_job = state in (RowState.SUBMITTING, RowState.RUNNING, RowState.FETCHING)
    decided = decide(replace(CLAIM, state=state), unmapped)
    assert decided.to is (RowState.UNKNOWN if may_have_a_job else RowState.FAILED)
    assert decided.charge is (Charge.KEEP if may_have_a_job else Charge.RELEASE)
    charged = decide(replace(CLAIM, state=state), replace(unmapped, charged=True))
    assert (charged.to, charged.charge) == (RowState.FAILED, Charge.SETTLE), "the engine has said what it took"


@pytest.mark.parametrize("kind", FailureKind)
def test_row_whose_planning_fails_is_not_planned_again_by_itself(kind: FailureKind) -> None:
    decided = decide(replace(CLAIM, state=RowState.CHECKING, attempt=0), Failure(kind, "it broke"))
    assert (decided.to, decided.uncounted, decided.look_again_in) == (RowState.FAILED, False, None)


def test_failure_an_engine_charged_for_is_settled() -> None:
    broke = Failure(FailureKind.ENGINE, "it broke", charged=True)
    settled = decide(CLAIM, broke), decide(CLAIM, replace(broke, took=4))
    assert [(each.charge, each.charged) for each in settled] == [(Charge.SETTLE, None), (Charge.SETTLE, 4)]
    assert decide(CLAIM, replace(broke, charged=False, took=4)).charged is None


def test_wait_is_the_engines_wish_or_doubles_up_to_a_limit() -> None:
    assert wait_seconds(Failure(FailureKind.RATE, "slow down", retry_after_seconds=17.0), 1) == 17.0
    waits = [wait_seconds(Failure(FailureKind.ENGINE, "down"), attempt) for attempt in (1, 2, 3, 99)]
    assert waits == [2.0, 4.0, 8.0, 300.0]


def test_used_up_attempts_need_a_person() -> None:
    first = decide(CLAIM, Failure(FailureKind.QUALITY, "frozen")).problem
    last = decide(replace(CLAIM, attempt=2), Failure(FailureKind.QUALITY, "frozen")).problem
    assert first
    assert last
    assert (first.who, last.who) == (Who.NOBODY, Who.OPERATOR)


def test_what_came_out_unfit_to_be_shown_is_made_with_one_new_seed_and_is_its_owners_then() -> None:
    unfit, allowed = Failure(FailureKind.FILTER_OUTPUT, "it is not to be shown"), replace(CLAIM, attempts_allowed=9)
    decided = [decide(replace(allowed, attempt=n), unfit) for n in (1, 2)]
    assert [(each.to, each.new_seed) for each in decided] == [(RowState.READY, True), (RowState.FAILED, True)]
    assert decide(replace(allowed, attempt=3, uncounted=2), unfit).to is RowState.READY
    problem = decided[1].problem
    assert problem
    assert (problem.who, problem.fix) == (Who.DATA_OWNER, TABLE[FailureKind.FILTER_OUTPUT].fix)


def test_fix_of_the_failure_wins_over_the_tables() -> None:
    problem = decide(CLAIM, Failure(FailureKind.MEDIA, "broken", fix="Take a JPEG.", column="image")).problem
    assert problem
    assert (problem.fix, problem.column) == ("Take a JPEG.", "image")


def test_key_is_row_and_attempt() -> None:
    assert replace(CLAIM, attempt=2).key == "bat_1_7.2"


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("failed.media", Remedy.CORRECT), ("failed.data", Remedy.CORRECT), ("rejected", Remedy.CORRECT),
        ("failed.template", Remedy.NEW_BATCH), ("failed.worker", Remedy.RETRY), ("failed.engine", Remedy.RETRY),
        ("failed.auth", Remedy.RETRY), ("failed.quality", Remedy.RETRY), ("failed.internal", Remedy.REPORT),
        ("failed.filter_input", Remedy.CORRECT), ("failed.filter_output", Remedy.CORRECT),
        ("failed.params", Remedy.NEW_BATCH), ("failed.retired", Remedy.NEW_BATCH), ("failed.quota", Remedy.RETRY),
        ("failed.expired_result", Remedy.RETRY), ("failed.unmapped", Remedy.RETRY),
        ("failed.of something", Remedy.CORRECT),
    ],
)  # fmt: skip
def test_the_same_again_is_offered_only_where_it_can_help(code: str, remedy: Remedy) -> None:
    assert helps(code) is remedy


@pytest.mark.parametrize(
    ("silence", "wait"), [(None, 2.0), (0.0, 2.0), (1.9, 2.0), (16.0, 16.0), (61.0, 60.0), (295.0, 5.0)]
)
def test_wait_for_an_answer_is_as_long_as_the_silence_before(silence: float | None, wait: float) -> None:
    asked = ask_again(silent(silence), LOST, now=1000.0, sent=True)
    assert (asked.to, asked.event, asked.look_again_in) == (RowState.SUBMITTING, "resend", wait)
    assert asked.silent_since == 1000.0 - (silence or 0.0)
    assert (asked.lost_send, asked.pause, asked.charge) == (True, "", Charge.KEEP)
    assert asked.data == {"kind": "engine", "reason": "no answer", "key": "bat_1_7.1"}


@pytest.mark.parametrize(("longest", "is_over"), [(0.0, True), (299.0, True), (300.5, False)])
def test_nobody_is_waited_for_for_ever(longest: float, is_over: bool) -> None:
    asked = ask_again(silent(300.0), LOST, now=1000.0, longest=longest, sent=True)
    assert asked.to is (RowState.UNKNOWN if is_over else RowState.SUBMITTING)
    assert asked.look_again_in == (None if is_over else 0.5)


def test_engine_that_asks_for_a_while_gets_it() -> None:
    refused = Failure(FailureKind.RATE, "slow down", retry_after_seconds=90.0)
    assert ask_again(silent(4.0), refused, now=1000.0).look_again_in == 90.0


def test_what_was_surely_not_sent_fails_when_it_is_given_up() -> None:
    unsent = ask_again(silent(300.0), LOST, now=1000.0)
    assert (unsent.to, unsent.charge) == (RowState.READY, Charge.RELEASE)
    sent = ask_again(replace(silent(300.0), unanswered=1), LOST, now=1000.0)
    assert (sent.to, sent.charge) == (RowState.UNKNOWN, Charge.KEEP)
    assert sent.problem
    assert (sent.problem.who, sent.problem.code) == (Who.OPERATOR, "unknown")
    assert sent.problem.reason == "Nobody knows whether it was paid for: no answer for 300 s: no answer"


def test_full_disk_is_waited_for_without_end() -> None:
    held = hold(silent(1e6), Failure(FailureKind.DISK, "full"))
    assert (held.to, held.event, held.look_again_in) == (RowState.SUBMITTING, "held", 30.0)
    assert (held.pause, held.silent_since) == ("disk: full", None), "the engine has answered"
    assert held.problem
    assert held.problem.fix == "Free space on the disk, then resume."


@pytest.mark.parametrize(
    ("silent_since", "admitted_at", "sent_at"), [(None, 600.0, 600.0), (700.0, 600.0, 700.0)], ids=["cut off", "lost"]
)
def test_key_of_a_send_that_may_have_gone_out_is_believed_as_long_as_engines_remember(
    silent_since: float | None, admitted_at: float, sent_at: float
) -> None:
    sent = replace(CLAIM, state=RowState.SUBMITTING, expiries=1, silent_since=silent_since, admitted_at=admitted_at)
    assert not is_too_old(sent, now=sent_at + 300.0, longest=0.0)
    assert is_too_old(sent, now=sent_at + 300.5, longest=299.0)
    assert not is_too_old(sent, now=sent_at + 300.5, longest=301.0)
    assert not is_too_old(replace(sent, expiries=0), now=1e9, longest=0.0), "nothing was sent"
    assert ask_again(sent, LOST, now=sent_at + 300.0, sent=True).to is RowState.UNKNOWN
    assert ask_again(replace(sent, expiries=0, silent_since=None), LOST, now=1e9, sent=True).silent_since == 1e9


@pytest.mark.parametrize("state", [RowState.RUNNING, RowState.FETCHING])
def test_time_in_which_nobody_asked_is_no_silence(state: RowState) -> None:
    asked = replace(CLAIM, state=state, silent_since=1000.0, moved_at=4000.0)
    assert ask_again(asked, LOST, now=4600.0).to is RowState.UNKNOWN
    overnight = ask_again(asked, LOST, now=4600.5)
    assert (overnight.to, overnight.silent_since, overnight.look_again_in) == (state, 4600.5, 5.0)
    told = Failure(FailureKind.RATE, "in an hour", retry_after_seconds=3600.0)
    assert ask_again(asked, told, now=7600.0).to is RowState.UNKNOWN, "the engine asked for that hour"
    assert ask_again(replace(asked, state=RowState.SUBMITTING), LOST, now=9000.0).to is RowState.READY, "keys grow old"


@pytest.mark.parametrize("state", [RowState.SUBMITTING, RowState.RUNNING])
@pytest.mark.parametrize("kind", FailureKind)
def test_word_of_an_engine_is_an_outcome_unless_an_earlier_call_began_a_job(kind: FailureKind, state: RowState) -> None:
    again = {kind for kind, (retried, *_) in EXPECTED.items() if retried}
    open_after = OF_THE_CALL | again if state is RowState.SUBMITTING else OF_THE_CALL
    sent = replace(CLAIM, state=state, unanswered=1)
    assert is_outcome(sent, Failure(kind, "no")) is (kind not in open_after)
    if state is RowState.SUBMITTING:
        assert is_outcome(replace(sent, unanswered=0), Failure(kind, "no"))
        assert not is_outcome(replace(sent, unanswered=0, expiries=1), Failure(FailureKind.RATE, "no"))
        assert is_outcome(sent, Failure(kind, "no", charged=True))


def silent(seconds: float | None) -> Claim:
    """The claim, about to be sent, at second 1,000 and after that long a silence."""
    since = None if seconds is None else 1000.0 - seconds
    return replace(CLAIM, state=RowState.SUBMITTING, silent_since=since)
