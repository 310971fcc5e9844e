"""Pace: how many rows end in a minute, and when the rest of them will have, as an honest range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: What rows that end are counted by, and how much of the past throughput is told by, seconds.
SLOT_SECONDS, _PAST_SECONDS = 10, 300
#: The rest may take so much less, or more, time than at the pace of the last minutes.
_SOONER, _LATER = 0.9, 1.2


@dataclass(frozen=True, slots=True)
class Pace:
    """Throughput of a batch, or of a lane."""

    #: Rows that ended a minute; 0 where none did lately.
    rows_per_minute: float = 0.0
    #: Rows that are still to end.
    left: int = 0

    @property
    def seconds_left(self) -> tuple[float, float] | None:
        """How long the rest takes, from and to; None where nobody can tell."""
        if not self.left or self.rows_per_minute <= 0:
            return None
        seconds = 60.0 * self.left / self.rows_per_minute
        return seconds * _SOONER, seconds * _LATER

    @property
    def told(self) -> str:
        """`12–16 min`; empty where nobody can tell."""
        if self.seconds_left is None:
            return ""
        soon, late = map(in_words, self.seconds_left)
        return soon if soon == late else f"{soon}–{late}"

    def as_dict(self) -> dict[str, Any]:
        """The numbers as JSON."""
        span = self.seconds_left
        return {"rows_per_minute": round(self.rows_per_minute, 2), "left": self.left,
                "seconds_left": [round(second, 1) for second in span] if span else None}  # fmt: skip


def first_slot(now: float) -> int:
    """The first slot that throughput is told by."""
    return int((now - _PAST_SECONDS) // SLOT_SECONDS)


def pace_of(ended: Mapping[int, int], now: float, left: int) -> Pace:
    """The pace by rows that ended, by slot, of which the last is not over."""
    lately = {slot: rows for slot, rows in ended.items() if first_slot(now) <= slot <= now // SLOT_SECONDS}
    if not lately:
        return Pace(0.0, left)
    seconds = max(now - SLOT_SECONDS * min(lately), SLOT_SECONDS / 2)
    return Pace(60.0 * sum(lately.values()) / seconds, left)


def in_words(seconds: float) -> str:
    """`73 s`, `40 min`, `2.0 h`."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = seconds / 60
    return f"{round(minutes)} min" if minutes < 90 else f"{minutes / 60:.1f} h"
