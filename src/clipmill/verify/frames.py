"""Check: the number of frames and their rate."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured

#: 30 and 29.97 frames per second differ by a thousandth.
_RATE_TOLERANCE = 0.0005


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL for another number of frames or another rate; a 0 in the spec means that the engine promised none."""
    facts = measured.facts
    message = f"{facts.frames} frames at {facts.fps:.5g} a second, {_asked(spec)} asked"
    right_count = not spec.frames or facts.frames == spec.frames
    right_rate = not spec.fps or abs(facts.fps - spec.fps) <= _RATE_TOLERANCE * spec.fps
    return Finding("frames", Ruling.PASS if right_count and right_rate else Ruling.FAIL, message)


def _asked(spec: MediaSpec) -> str:
    """The asked number and rate, in the words of the message."""
    return f"{spec.frames or 'any number'} at {f'{spec.fps:.5g}' if spec.fps else 'any rate'}"
