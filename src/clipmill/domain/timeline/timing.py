"""Time of a timeline: seconds as people write them, frames as the renderer counts them, exactly."""

from __future__ import annotations

import math
from fractions import Fraction


def exact(seconds: float) -> Fraction:
    """Seconds as the decimal number that was written: 0.1 is one tenth, not its binary neighbour."""
    return Fraction(str(seconds))


def frame_count(duration: float, fps: int) -> int:
    """How many frames a video of this duration (seconds) has, at least one."""
    return max(1, round(exact(duration) * fps))


def first_frame(seconds: float, fps: int) -> int:
    """The first frame that is shown at or after this time; frame f is shown from f / fps on."""
    return math.ceil(exact(seconds) * fps)


def last_frame(seconds: float, fps: int) -> int:
    """The last frame that is shown at or before this time."""
    return math.floor(exact(seconds) * fps)
