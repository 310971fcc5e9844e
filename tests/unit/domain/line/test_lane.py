"""Lanes: their names, their rates, and how long one rests whose engine fails."""

from __future__ import annotations

import pytest

from clipmill.domain.line.lane import FAILURES_ALLOWED, UNTIL_LIFTED, Halt, Lane, Rate, halt_seconds


@pytest.mark.parametrize(
    ("model", "account", "name"),
    [("", "", "veo"), ("3-fast", "", "veo:3-fast"), ("3-fast", "ours", "veo:3-fast@ours"), ("", "ours", "veo@ours")],
)
def test_lane_is_named_by_engine_model_and_account(model: str, account: str, name: str) -> None:
    assert Lane(engine="veo", model=model, account=account).id == name


def test_lane_lets_one_row_into_a_call_and_anything_through_unless_it_says_otherwise() -> None:
    plain = Lane(engine="render")
    assert (plain.window, plain.rates, plain.rows_per_call) == (None, (), 1)


def test_rate_says_how_far_its_sends_lie_apart_and_itself() -> None:
    assert Rate(40, 60.0).spacing == 1.5
    assert [str(rate) for rate in (Rate(40, 60.0), Rate(1000, 3600.0), Rate(1, 0.5))] == [
        "40 in 60 s", "1,000 in 3,600 s", "1 in 0.5 s",
    ]  # fmt: skip


@pytest.mark.parametrize(("until", "is_for_good"), [(UNTIL_LIFTED, True), (1e12, False), (0.0, False)])
def test_only_a_person_lifts_a_halt_without_an_end(until: float, is_for_good: bool) -> None:
    assert Halt(lane="veo", reason="it rests", until=until).is_for_good is is_for_good


def test_lane_rests_longer_each_time_a_trial_fails_up_to_a_quarter_of_an_hour() -> None:
    rests = [halt_seconds(FAILURES_ALLOWED + trials) for trials in (0, 1, 2, 3, 4, 5, 6, 9999)]
    assert rests == [30.0, 60.0, 120.0, 240.0, 480.0, 900.0, 900.0, 900.0]
