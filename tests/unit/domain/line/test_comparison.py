"""The numbers by which engines are compared."""

from __future__ import annotations

from collections import Counter

import pytest

from clipmill.domain.line.comparison import Comparison


@pytest.mark.parametrize(
    ("took", "median"), [({}, None), ({150: 1}, 1.5), ({100: 1, 300: 1}, 1.0), ({100: 2, 300: 3, 900: 1}, 3.0)]
)
def test_half_of_all_attempts_took_no_longer(took: dict[int, int], median: float | None) -> None:
    assert Comparison("t", "v", "e", "m", took=Counter(took)).median_seconds == median


def test_what_failed_attempts_cost_is_paid_for_by_the_finished_rows() -> None:
    entry = Comparison("t", "v", "e", "", states=Counter(done=4, failed=1), credits=10_000, span_seconds=7200.0)
    assert (entry.rows, entry.credits_per_row, entry.rows_per_hour) == (5, 2.5, 2.0)
