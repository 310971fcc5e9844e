"""The one retry table: what is tried again, who acts, and what happens to the credits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clipmill.domain.attempt import Claim
from clipmill.domain.failure import TABLE, Failure, FailureKind, Remedy, decide, helps, wait_seconds
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.domain.transition import Charge
from clipmill.domain.verdict import Who

CLAIM = Claim(
    row_id=1, batch_id="bat_1", number=7, state=RowState.RENDERING, fence=3, lease_until=30.0, attempt=1, seed=5,
    credits=9, payload=Payload("v1", {}), engine="render", file_name="7.mp4", out_folder="out", attempts_allowed=2,
)  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind, rule in TABLE.items() if not rule.retried])
def test_terminal_failure_fails_the_row_and_gives_its_credits_back(kind: FailureKind) -> None:
    transition = decide(CLAIM, Failure(kind, "it broke"))
    assert (transition.to, transition.charge) == (RowState.FAILED, Charge.RELEASE)


@pytest.mark.parametrize("kind", [kind for kind, rule in TABLE.items() if rule.retried])
def test_retryable_failure_makes_the_row_ready_again(kind: FailureKind) -> None:
    assert decide(CLAIM, Failure(kind, "it broke")).to is RowState.READY


@pytest.mark.parametrize("kind", [kind for kind, rule in TABLE.items() if rule.retried])
def test_last_attempt_fails_only_where_attempts_count(kind: FailureKind) -> None:
    last = replace(CLAIM, attempt=2)
    transition = decide(last, Failure(kind, "it broke"))
    assert transition.to is (RowState.FAILED if TABLE[kind].counts else RowState.READY)
    assert transition.uncounted is not TABLE[kind].counts


def test_failure_an_engine_charged_for_is_settled() -> None:
    assert decide(CLAIM, Failure(FailureKind.ENGINE, "it broke", charged=True)).charge is Charge.SETTLE


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
        ("failed.of something", Remedy.CORRECT),
    ],
)  # fmt: skip
def test_the_same_again_is_offered_only_where_it_can_help(code: str, remedy: Remedy) -> None:
    assert helps(code) is remedy
