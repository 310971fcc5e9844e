"""Check: the file can be decoded from its first frame to its last."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL for a file that is no video, ends early or holds damaged frames."""
    if measured.error:
        return Finding("decoding", Ruling.FAIL, f"the file cannot be decoded: {measured.error}")
    promised = measured.facts.frames + measured.missing_frames
    if measured.missing_frames:
        message = f"the file cannot be decoded: only {measured.facts.frames} of its {promised} frames are there"
        return Finding("decoding", Ruling.FAIL, message)
    if measured.damaged_frames:
        message = f"the file cannot be decoded: {measured.damaged_frames} of its {promised} frames are damaged"
        return Finding("decoding", Ruling.FAIL, message)
    return Finding("decoding", Ruling.PASS, f"all {promised} frames decoded")
