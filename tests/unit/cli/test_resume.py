"""`resume` says what rows wait for: somebody else, a later moment, a person, nothing."""

from __future__ import annotations

import pytest

from clipmill.cli.resume import waits
from clipmill.domain.batch import Holder, Waits
from tests.world import progress


@pytest.mark.parametrize(
    ("counts", "found", "told"),
    [
        ({"rendering": 2}, Waits((Holder("wrk_gone", 2, 112.0),), 0, 0), "2 rows of a worker that ended go on"),
        ({"rendering": 1}, Waits((Holder("wrk_alive", 1, 112.0),), 0, 0), "1 row under way in another process"),
        ({"rendering": 1}, Waits((Holder("wrk_alive", 1, 112.0),), 0, 0), "free in 12 s"),
        ({"ready": 3}, Waits((), 3, 104.0), "3 rows tried again later, the first in 4 s"),
        ({"review": 9}, Waits((), 0, 0), "9 rows for you: `clipmill approve`"),
        ({"unknown": 1}, Waits((), 0, 0), "1 row whose outcome nobody knows"),
        ({"done": 3}, Waits((), 0, 0), "nothing is left to make: done 3"),
    ],
)
def test_sentence_for_whom_rows_wait_for(counts: dict[str, int], found: Waits, told: str) -> None:
    assert told in "; ".join(waits(progress(**counts), found, ["wrk_gone"], now=100))


def test_rows_that_may_go_are_no_news() -> None:
    assert list(waits(progress(ready=3, done=1), Waits((), 0, 0), [], now=100)) == []
