"""A row: one line of the user's table, and the states of what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clipmill.domain.verdict import Problem


class RowState(StrEnum):
    """Where a row is in its life (ARCHITECTURE.md: one row's life)."""

    CHECKING = "checking"
    WAITING = "waiting"
    BLOCKED = "blocked"
    READY = "ready"
    SUBMITTING = "submitting"
    RUNNING = "running"
    RENDERING = "rendering"
    FETCHING = "fetching"
    VERIFYING = "verifying"
    DELIVERING = "delivering"
    UNKNOWN = "unknown"
    REVIEW = "review"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: States in which a worker holds a lease and acts at once.
LEASED = frozenset(
    {RowState.CHECKING, RowState.SUBMITTING, RowState.RENDERING, RowState.FETCHING, RowState.VERIFYING,
     RowState.DELIVERING}
)  # fmt: skip
#: States in which something is under way.
ACTIVE = LEASED | {RowState.RUNNING}
#: States that may have a live job: they count against a window (invariant 5 of ARCHITECTURE).
WINDOWED = frozenset({RowState.SUBMITTING, RowState.RUNNING, RowState.RENDERING, RowState.UNKNOWN})
#: States nothing leaves by itself.
SETTLED = frozenset({RowState.BLOCKED, RowState.REVIEW, RowState.UNKNOWN, RowState.DONE, RowState.FAILED,
                     RowState.CANCELLED})  # fmt: skip
#: States of rows that are made again where they are named; without a name failed ones alone.
RETRIED = (RowState.FAILED, RowState.DONE, RowState.REVIEW, RowState.UNKNOWN)
#: States in which a corrected row may take the place of the old one.
AMENDABLE = (RowState.BLOCKED, RowState.FAILED)
#: States of rows that are cancelled with their batch; the others are paid for, or over. The last of them may finish it.
CANCELLABLE = (RowState.BLOCKED, RowState.REVIEW, RowState.CHECKING, RowState.WAITING, RowState.READY)
#: States of made files that a person may reject; a delivered one only where it is named.
REJECTABLE = (RowState.REVIEW, RowState.DONE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the user's table, as read."""

    #: 1 for the first line of data.
    number: int
    #: Column name → cell text, in the order of the columns.
    fields: Mapping[str, str]
    #: Line of the file the row starts on (a row may span several), 1 for the first.
    line: int = 0
    #: What the reader already knows to be wrong (ragged row, control character).
    problems: tuple[Problem, ...] = field(default=())
