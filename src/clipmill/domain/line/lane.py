"""A lane: where rows queue that use one engine, model and account, whose limits they share."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: A pause that ends when somebody lifts it, in clock seconds.
UNTIL_LIFTED = math.inf


@dataclass(frozen=True, slots=True)
class Rate:
    """So many sends in any period of so many seconds."""

    count: int
    seconds: float

    @property
    def spacing(self) -> float:
        """Seconds between two sends at this rate."""
        return self.seconds / self.count

    def __str__(self) -> str:
        """As people say it: `40 in 60 s`."""
        return f"{self.count:,} in {self.seconds:,g} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One engine, model and account, with what it lets through; an engine without models has one lane, its name."""

    engine: str
    model: str = ""
    account: str = ""
    #: Calls in flight; None for an engine on the workers' own machines: each takes what its crew can make.
    window: int | None = None
    #: All of them hold at once: so many a minute and so many an hour.
    rates: tuple[Rate, ...] = ()
    #: Rows that may share one call.
    rows_per_call: int = 1

    @property
    def id(self) -> str:
        """`engine`, `engine:model`, `engine:model@account`: the lane's name in the store and for people."""
        model = f":{self.model}" if self.model else ""
        return f"{self.engine}{model}{f'@{self.account}' if self.account else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A lane that lets nothing through: why, and until when."""

    lane: str
    reason: str
    #: Clock seconds; `UNTIL_LIFTED` where somebody must act.
    until: float

    @property
    def is_for_good(self) -> bool:
        """Whether nothing but a person lifts it."""
        return math.isinf(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRecord:
    """A lane as the store knows it, and what there is in it."""

    lane: Lane
    in_flight: int = 0
    ready: int = 0
    halt: Halt | None = None
    #: Failures of the engine in a row.
    failures: int = 0


#: Failures of an engine in a row after which its lane is held; then one call at a time is let through to try.
FAILURES_ALLOWED = 8
_FIRST_HALT_SECONDS, _LONGEST_HALT_SECONDS = 30.0, 900.0


def halt_seconds(failures: int) -> float:
    """How long a lane rests after so many failures of its engine in a row, longer each time that a trial fails."""
    trials: int = max(failures - FAILURES_ALLOWED, 0)
    return min(_FIRST_HALT_SECONDS * 2.0 ** min(trials, 10), _LONGEST_HALT_SECONDS)
