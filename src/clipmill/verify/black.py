"""Check: the picture is not black for most of the time."""

from __future__ import annotations

from clipmill.domain.media import MediaKind, MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured

#: What was drawn is sampled, what is in the file is counted.
_ROUNDING_PERCENT = 5.0


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """REVIEW where a greater share of the frames than `black_percent` is black, whether it was drawn so or not.

    Of a zip of pictures what was drawn is what there is to see: not all of them are decoded.
    """
    facts = measured.facts
    percent = 100 * facts.black_frames / facts.frames if facts.frames else 0.0
    if spec.kind is MediaKind.ARCHIVE:
        percent = spec.black_percent
    ruling = Ruling.REVIEW if percent > limits.black_percent else Ruling.PASS
    if spec.kind is MediaKind.IMAGE:
        return Finding("black", ruling, "the picture is black" if facts.black_frames else "the picture is not black")
    message = f"{percent:.0f} % of the frames are black, {limits.black_percent:g} % allowed"
    if ruling is Ruling.REVIEW and percent > spec.black_percent + _ROUNDING_PERCENT:
        message += f"; {spec.black_percent:.0f} % were drawn so"
    return Finding("black", ruling, message)
