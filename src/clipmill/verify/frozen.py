"""Check: the picture moves where it was drawn to move."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured

#: Shorter movements may lie within the noise of a coder.
_SHORTEST_SECONDS = 0.5
#: A standstill this long inside a longer movement is a freeze.
_FREEZE_SECONDS = 1.0


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL where nothing changes for a second of movement, or through a whole movement of at least half a second."""
    frame = 1 / spec.fps if spec.fps else 0.0
    movements = [(start, end) for start, end in spec.moving if end - start >= _SHORTEST_SECONDS]
    for start, end in movements:
        for since, until in measured.stills:
            still = min(until, end) - max(since, start)
            if still > _FREEZE_SECONDS or still >= end - start - 2 * frame:
                message = f"the picture stands still from {since:.2f} to {until:.2f} s, where it must move"
                return Finding("frozen", Ruling.FAIL, message)
    message = f"movement seen in all of {len(movements)} spans" if movements else "no movement to be seen"
    return Finding("frozen", Ruling.PASS, message)
