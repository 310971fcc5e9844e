"""Calls as the line makes them: what goes into one, when it is asked about, and what each attempt pays of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from clipmill.domain.failure import Failure, FailureKind
from clipmill.domain.line.call import Item, Output
from clipmill.domain.line.report import Report
from clipmill.domain.payload import Payload
from clipmill.domain.row import RowState
from clipmill.pipeline.calling import call_of, look_again_in, shares_of
from clipmill.testing import FakeRemoteEngine
from tests.unit.domain.test_failure import CLAIM

RIDERS = tuple(replace(CLAIM, row_id=n, number=n, seed=n, credits=n, payload=Payload("v1", {"n": n})) for n in (8, 9))
CARRIER = replace(CLAIM, state=RowState.RUNNING, riders=RIDERS, lane="fake:one", admitted_at=1000.0)
KEYS = ("bat_1_7.1", "bat_1_8.1", "bat_1_9.1")


def test_call_holds_the_carrier_and_those_that_ride_with_it_in_their_order() -> None:
    call = call_of(CARRIER)
    assert (call.key, call.lane) == ("bat_1_7.1", "fake:one")
    assert call.items == (CARRIER.item, Item("bat_1_8.1", Payload("v1", {"n": 8}), 8), RIDERS[1].item)


def test_call_is_the_same_for_every_send_of_it() -> None:
    again = replace(CARRIER, fence=99, lease_until=9e9, expiries=3, unanswered=2, silent_since=5.0, is_taken_over=True)
    assert call_of(again) == call_of(CARRIER)
    alone = call_of(replace(CARRIER, riders=()))
    assert [item.key for item in alone.items] == ["bat_1_7.1"]


@pytest.mark.parametrize(
    ("age", "wait"), [(0.0, 2.0), (19.0, 2.0), (30.0, 3.0), (300.0, 30.0), (600.0, 60.0), (86_400.0, 60.0), (-5.0, 2.0)]
)
def test_job_is_let_alone_for_a_tenth_of_its_age(age: float, wait: float) -> None:
    engine = FakeRemoteEngine()
    engine.first_poll_seconds = 2.0
    assert look_again_in(CARRIER, Report(), engine, 1000.0 + age) == pytest.approx(wait)


@pytest.mark.parametrize("wanted", [0.0, 0.5, 3600.0])
def test_engine_that_says_when_to_look_again_has_its_way(wanted: float) -> None:
    assert look_again_in(CARRIER, Report(look_again_in=wanted), FakeRemoteEngine(), 1500.0) == wanted


def test_engine_that_is_slow_to_begin_is_asked_no_sooner_than_it_says() -> None:
    engine = FakeRemoteEngine()
    engine.first_poll_seconds = 120.0
    assert look_again_in(CARRIER, Report(), engine, 1001.0) == look_again_in(CARRIER, Report(), engine, 9e9) == 120.0


def shares(charged: int | None, failed: Collection[str] = (), paid_for: Collection[str] = (), **took: int) -> list[Any]:
    """What each of the three pays where these have failed, and these of them for money; None: it is given back."""
    failures = {key: Failure(FailureKind.DATA, "no", charged=key in paid_for, **took) for key in failed}
    outputs = {key: Output(key) for key in KEYS if key not in failed}
    paid = shares_of(CARRIER, Report(finished=True, charged=charged, outputs=outputs, failures=failures))
    return [paid.get(key) for key in KEYS]


def test_each_pays_what_was_reserved_where_the_engine_says_nothing() -> None:
    assert shares(None) == [9, 8, 9]
    assert shares(None, KEYS[:1]) == [None, 8, 9]
    assert shares(None, KEYS[:1], KEYS[:1]) == [9, 8, 9]
    assert shares(None, KEYS[:1], KEYS[:1], took=4) == [4, 8, 9], "the engine says what a failure took"


@pytest.mark.parametrize(
    ("charged", "failed", "paid_for", "expected"),
    [
        (10, (), (), [4, 3, 3]), (0, (), (), [0, 0, 0]), (1, (), (), [1, 0, 0]),
        (10, KEYS[:1], (), [None, 5, 5]), (10, KEYS[1:2], (), [5, None, 5]), (11, KEYS[2:], (), [6, 5, None]),
        (10, KEYS[:1], KEYS[:1], [4, 3, 3]), (10, KEYS[:2], KEYS[1:2], [None, 5, 5]),
        # Nobody got anything, and yet it was charged: it is paid by all.
        (10, KEYS, (), [4, 3, 3]), (0, KEYS, (), [None, None, None]), (0, KEYS, KEYS, [0, 0, 0]),
    ],
)  # fmt: skip
def test_what_was_charged_is_divided_over_those_that_got_something_or_failed_for_money(
    charged: int, failed: tuple[str, ...], paid_for: tuple[str, ...], expected: list[int | None]
) -> None:
    paid = shares(charged, failed, paid_for)
    assert paid == expected
    assert sum(filter(None, paid)) == charged
