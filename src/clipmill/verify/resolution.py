"""Check: the size of the picture."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL for any other width or height; a 0 in the spec means that none is promised."""
    facts = measured.facts
    if not spec.width:
        return Finding("resolution", Ruling.PASS, f"{facts.width}×{facts.height} pixels, any size asked")
    ruling = Ruling.PASS if (facts.width, facts.height) == (spec.width, spec.height) else Ruling.FAIL
    return Finding("resolution", ruling, f"{facts.width}×{facts.height} pixels, {spec.width}×{spec.height} asked")
