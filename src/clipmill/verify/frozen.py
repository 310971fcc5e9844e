"""Check: the picture moves where the plan says that it moves."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured

#: Shorter movements may lie within the noise of a coder.
_SHORTEST_SECONDS = 0.5


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL where nothing changes through a whole span of at least half a second in which something must move."""
    spans = [(start, end) for start, end in spec.moving if end - start >= _SHORTEST_SECONDS]
    frame = 1 / spec.fps if spec.fps else 0.0
    for start, end in spans:
        if any(since <= start + frame and until >= end - frame for since, until in measured.stills):
            message = f"the picture stands still from {start:.2f} to {end:.2f} s, movement is planned there"
            return Finding("frozen", Ruling.FAIL, message)
    message = f"movement seen in all of {len(spans)} planned spans" if spans else "no movement planned"
    return Finding("frozen", Ruling.PASS, message)
