"""Check: the video is as long as it was asked to be."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL where the length differs by more than `duration_tolerance_seconds`; a 0 in the spec promises none."""
    if not spec.seconds:
        return Finding("duration", Ruling.PASS, f"{measured.facts.seconds:.2f} s long, any length asked")
    off = abs(measured.facts.seconds - spec.seconds)
    ruling = Ruling.PASS if round(off, 4) <= limits.duration_tolerance_seconds else Ruling.FAIL
    return Finding("duration", ruling, f"{measured.facts.seconds:.2f} s long, {spec.seconds:.2f} s asked")
