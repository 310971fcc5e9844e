"""Time of a timeline: seconds as people write them, frames as the renderer counts them, exactly."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated

from pydantic import Field

#: A field holding a moment or a length, seconds: nothing is later than eleven days.
Seconds = Annotated[float, Field(ge=0, le=1_000_000)]

#: Frames a second.
Rate = int | Fraction


def exact(seconds: float | Fraction) -> Fraction:
    """Seconds as the decimal number that was written: 0.1 is one tenth, not its binary neighbour."""
    return seconds if isinstance(seconds, Fraction) else Fraction(str(seconds))


def frame_count(duration: float | Fraction, fps: Rate) -> int:
    """How many frames a video of this duration (seconds) has, at least one."""
    return max(1, round(exact(duration) * fps))


def first_frame(seconds: float | Fraction, fps: Rate) -> int:
    """The first frame that is shown at or after this time; frame f is shown from f / fps on."""
    return math.ceil(exact(seconds) * fps)


def last_frame(seconds: float | Fraction, fps: Rate) -> int:
    """The last frame that is shown at or before this time."""
    return math.floor(exact(seconds) * fps)
