"""Check: the codecs, which decide what can play the file."""

from __future__ import annotations

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Finding, Ruling
from clipmill.verify.measured import Measured


def check(measured: Measured, spec: MediaSpec, limits: VerifyLimits) -> Finding:
    """FAIL for other codecs than promised; an empty one in the spec means that the engine promised none."""
    facts = measured.facts
    wrong = [f"{found or 'nothing'} instead of {wanted}" for found, wanted in
             ((facts.video_codec, spec.video_codec), (facts.audio_codec, spec.audio_codec))
             if wanted and found != wanted]  # fmt: skip
    message = ", ".join(wrong) or " and ".join(filter(None, (facts.video_codec, facts.audio_codec))) or "no codec"
    return Finding("codecs", Ruling.FAIL if wrong else Ruling.PASS, message)
