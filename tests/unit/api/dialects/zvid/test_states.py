"""Every state of a row in Zvid's words, and a percentage that never falls."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipmill.api.dialects.zvid.answers import progress_of, state_of, states_called
from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState

S = RowState


def record(state: RowState, attempts: int = 0, progress: float | None = None) -> RowRecord:
    """A row in a state."""
    return RowRecord(row_id=1, number=1, line=1, state=state, fields={}, attempts=attempts, progress=progress)


@pytest.mark.parametrize(("state", "attempts", "wanted"), [
    (S.CHECKING, 0, "waiting"), (S.WAITING, 0, "waiting"), (S.READY, 0, "waiting"), (S.READY, 1, "delayed"),
    (S.SUBMITTING, 1, "active"), (S.RUNNING, 1, "active"), (S.RENDERING, 1, "active"), (S.FETCHING, 1, "active"),
    (S.VERIFYING, 1, "active"), (S.REVIEW, 1, "active"), (S.DELIVERING, 1, "active"), (S.UNKNOWN, 1, "active"),
    (S.DONE, 1, "completed"), (S.FAILED, 3, "failed"), (S.BLOCKED, 0, "failed"), (S.CANCELLED, 0, "failed"),
])  # fmt: skip
def test_state_is(state: RowState, attempts: int, wanted: str) -> None:
    assert state_of(record(state, attempts)) == wanted


@pytest.mark.parametrize(("state", "attempts", "progress", "wanted"), [
    (S.READY, 0, None, ("queued", 0)), (S.RENDERING, 1, 0.0, ("rendering", 5)),
    (S.RENDERING, 1, 0.5, ("rendering", 47)), (S.RENDERING, 1, 1.0, ("rendering", 90)),
    (S.VERIFYING, 1, None, ("verifying", 92)),
    (S.DELIVERING, 1, None, ("delivering", 98)), (S.DONE, 1, None, ("completed", 100)),
    (S.READY, 1, None, ("queued", 98)), (S.RENDERING, 2, 0.1, ("rendering", 98)), (S.BLOCKED, 0, None, ("failed", 100)),
])  # fmt: skip
def test_progress_is(state: RowState, attempts: int, progress: float | None, wanted: tuple[str, int]) -> None:
    told = progress_of(record(state, attempts, progress))
    assert (told["phase"], told["percentage"]) == wanted
    assert told["message"].endswith(".")


def test_every_state_has_a_word_and_every_word_its_states() -> None:
    of = {word: states_called(word) for word in ("waiting", "active", "completed", "failed")}
    assert sorted(state for states in of.values() for state in states) == sorted(RowState)
    assert states_called("nonsense") == []


_ATTEMPT = st.lists(st.integers(0, 100), max_size=4).map(sorted)


@given(st.lists(_ATTEMPT, min_size=1, max_size=3), st.sampled_from([S.DONE, S.FAILED, S.REVIEW, S.CANCELLED]))
def test_percentage_never_falls(attempts: list[list[int]], end: RowState) -> None:
    life = [record(S.CHECKING), record(S.READY), record(S.SUBMITTING)]
    for number, shares in enumerate(attempts, 1):
        life += [record(S.RENDERING, number, share / 100) for share in shares]
        life += [record(S.VERIFYING, number), record(S.DELIVERING, number), record(S.READY, number)]
    life = [*life[:-1], record(end, len(attempts))] if end is not S.REVIEW else life
    told = [progress_of(each)["percentage"] for each in life]
    assert all(one <= next_ for one, next_ in pairwise(told))
