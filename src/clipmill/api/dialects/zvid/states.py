"""A row's state in Zvid's words, and how far it is: a number that only grows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clipmill.domain.record import RowRecord
from clipmill.domain.row import RowState

WAITING, DELAYED, ACTIVE, COMPLETED, FAILED = "waiting", "delayed", "active", "completed", "failed"
#: Row state → the job's state, the phase of its work, percent and a sentence.
_OF: Mapping[RowState, tuple[str, str, int, str]] = {
    RowState.CHECKING: (WAITING, "queued", 0, "Its media are fetched and checked."),
    RowState.WAITING: (WAITING, "queued", 0, "It waits for its parts."),
    RowState.READY: (WAITING, "queued", 0, "It waits for its turn."),
    RowState.SUBMITTING: (ACTIVE, "rendering", 2, "It is being started."),
    RowState.RUNNING: (ACTIVE, "rendering", 5, "It is being made."),
    RowState.RENDERING: (ACTIVE, "rendering", 5, "It is being rendered."),
    RowState.UNKNOWN: (ACTIVE, "rendering", 90, "Whether it was made is being found out."),
    RowState.FETCHING: (ACTIVE, "rendering", 90, "Its file is being fetched."),
    RowState.VERIFYING: (ACTIVE, "verifying", 92, "Its file is being checked."),
    RowState.REVIEW: (ACTIVE, "review", 95, "A person is to look at it."),
    RowState.DELIVERING: (ACTIVE, "delivering", 98, "Its file is put in its place."),
    RowState.DONE: (COMPLETED, COMPLETED, 100, "It is done."),
    RowState.BLOCKED: (FAILED, FAILED, 100, "It cannot be made."),
    RowState.FAILED: (FAILED, FAILED, 100, "It failed."),
    RowState.CANCELLED: (FAILED, FAILED, 100, "It was cancelled."),
}
#: Percent while a file is drawn, and of what is made again: as far as the attempt before may have come.
_FROM, _TO, _AGAIN = 5, 90, 98
_OVER = (COMPLETED, FAILED)


def states_called(word: str) -> list[RowState]:
    """The row states that a job's state stands for; none for a word that is none."""
    return [state for state, (called, *_) in _OF.items() if called == word]


def state_of(record: RowRecord) -> str:
    """`waiting`, `delayed`, `active`, `completed` or `failed`."""
    return DELAYED if record.state is RowState.READY and record.attempts else _OF[record.state][0]


def progress_of(record: RowRecord) -> dict[str, Any]:
    """`{phase, percentage, message}`; the percentage never falls, whatever becomes of the job."""
    state, phase, percentage, message = _OF[record.state]
    if record.progress is not None:
        percentage = _FROM + int((_TO - _FROM) * min(max(record.progress, 0.0), 1.0))
    if state not in _OVER and (record.attempts > 1 or state_of(record) == DELAYED):
        percentage, message = _AGAIN, f"{message} It is tried again."
    return {"phase": phase, "percentage": percentage, "message": message}
