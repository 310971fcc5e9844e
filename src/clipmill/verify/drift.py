"""Check: the first frame looks like the reference picture."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """REVIEW where the difference is above `drift_percent`, or nobody can tell because the reference is unreadable."""
    percent = measured.facts.drift_percent
    if not spec.reference:
        return Finding("drift", Ruling.PASS, "no reference picture")
    if percent < 0:
        message = "the first frame could not be compared: the reference picture cannot be read"
        return Finding("drift", Ruling.REVIEW, message)
    ruling = Ruling.REVIEW if percent > limits.drift_percent else Ruling.PASS
    message = f"first frame drifts {percent:.1f} % from the reference, {limits.drift_percent:g} % allowed"
    return Finding("drift", ruling, message)
