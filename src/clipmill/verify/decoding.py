"""Check: the file can be decoded from its first frame to its last."""

from __future__ import annotations

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL for a file that is not of its kind, ends early or holds damaged frames."""
    if measured.error:
        return Finding("decoding", Ruling.FAIL, f"the file cannot be decoded: {measured.error}")
    promised = measured.facts.frames + measured.missing_frames
    if measured.missing_frames:
        message = f"the file cannot be decoded: only {measured.facts.frames} of its {promised} frames are there"
        return Finding("decoding", Ruling.FAIL, message)
    if measured.damaged_frames:
        message = f"the file cannot be decoded: {measured.damaged_frames} of its {promised} frames are damaged"
        return Finding("decoding", Ruling.FAIL, message)
    if spec.kind is MediaKind.AUDIO:
        return Finding("decoding", Ruling.PASS, f"all {measured.facts.audio_seconds:.2f} s of sound decoded")
    message = "the picture decoded to its end" if spec.kind is MediaKind.IMAGE else f"all {promised} frames decoded"
    return Finding("decoding", Ruling.PASS, message)
