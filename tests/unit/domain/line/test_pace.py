"""Throughput from what ended lately, and a range for the rest."""

from __future__ import annotations

import pytest

from clipmill.domain.line.pace import SLOT_SECONDS, Pace, first_slot, pace_of


def test_pace_is_told_by_what_ended_lately() -> None:
    now = 1_000_000.0
    slot = int(now // SLOT_SECONDS)
    ended = {slot - place: 5 for place in range(12)} | {first_slot(now) - 1: 10_000}
    pace = pace_of(ended, now, 60)
    assert pace.rows_per_minute == pytest.approx(60 * 60 / (now - SLOT_SECONDS * (slot - 11)))
    assert pace.told == "2 min"
    assert pace_of(ended, now, 10).told == "16 s–22 s"


@pytest.mark.parametrize(("ended", "left"), [({}, 10), ({100_000: 5}, 0), ({1: 5}, 10)])
def test_nothing_is_said_where_nobody_can_tell(ended: dict[int, int], left: int) -> None:
    pace = pace_of(ended, 1_000_000.0, left)
    assert (pace.told, pace.seconds_left) == ("", None)


def test_batch_that_has_just_begun_is_not_told_as_endless() -> None:
    assert pace_of({100_000: 3}, 1_000_000.5, 30).rows_per_minute == pytest.approx(36.0)


def test_numbers_are_plain() -> None:
    assert Pace(30.0, 60).as_dict() == {"rows_per_minute": 30.0, "left": 60, "seconds_left": [108.0, 144.0]}
