"""Check: the pixel format, which decides where a video plays."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL for another pixel format; an empty one in the spec means that the engine promised none."""
    found, wanted = measured.facts.pixel_format, spec.pixel_format
    ruling = Ruling.PASS if not wanted or found == wanted else Ruling.FAIL
    return Finding("pixels", ruling, f"pixel format {found or 'unknown'}, {wanted or 'any'} asked")
