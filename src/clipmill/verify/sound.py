"""Check: the sound is there, lasts as long as the video and can be heard."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured

#: A coder rounds sound up to whole frames and may drop the first one: 2,048 samples at 44.1 kHz.
_CODER_SECONDS = 2048 / 44_100


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL where asked sound is absent or of another length, REVIEW where it is silent all through."""
    facts = measured.facts
    if not spec.has_audio:
        return Finding("sound", Ruling.PASS, "no sound asked")
    if not facts.audio_seconds:
        return Finding("sound", Ruling.FAIL, f"no sound, {spec.seconds:.2f} s asked")
    off = abs(facts.audio_seconds - spec.seconds)
    if off > limits.duration_tolerance_seconds + _CODER_SECONDS:
        message = f"sound {facts.audio_seconds:.2f} s long, {spec.seconds:.2f} s asked"
        return Finding("sound", Ruling.FAIL, message)
    if not measured.audible:
        return Finding("sound", Ruling.REVIEW, f"{facts.audio_seconds:.2f} s of sound, all of it silent")
    return Finding("sound", Ruling.PASS, f"sound {facts.audio_seconds:.2f} s long, {spec.seconds:.2f} s asked")
