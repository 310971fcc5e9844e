"""Check: the number of frames and their rate."""

from __future__ import annotations

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, MediaFacts, Ruling
from clipmill.verify.measured import Measured

#: 30 and 29.97 frames per second differ by a thousandth.
_RATE_TOLERANCE = 0.0005


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL for another number of frames or another rate; a 0 in the spec means that the engine promised none."""
    facts = measured.facts
    right_count = not spec.frames or facts.frames == spec.frames
    ruling = Ruling.PASS if right_count and _right_rate(facts, spec) else Ruling.FAIL
    if spec.kind is MediaKind.ARCHIVE:
        return Finding("frames", ruling, f"{facts.frames} pictures, {spec.frames or 'any number'} asked")
    return Finding("frames", ruling, f"{facts.frames} frames at {facts.fps:.5g} a second, {_asked(spec)} asked")


def _right_rate(facts: MediaFacts, spec: MediaSpec) -> bool:
    """The rate itself, or as near to it as times in whole ticks of the container can come."""
    if not spec.fps or abs(facts.fps - spec.fps) <= _RATE_TOLERANCE * spec.fps:
        return True
    return bool(spec.tick_seconds) and abs(facts.seconds - facts.frames / spec.fps) <= spec.tick_seconds


def _asked(spec: MediaSpec) -> str:
    """The asked number and rate, in the words of the message."""
    return f"{spec.frames or 'any number'} at {f'{spec.fps:.5g}' if spec.fps else 'any rate'}"
