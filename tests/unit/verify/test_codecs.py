"""The codecs that were promised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import MediaFacts, Ruling
from clipmill.verify.codecs import check
from clipmill.verify.measured import Measured


@pytest.mark.parametrize(
    ("found", "wanted", "ruling"),
    [
        (("h264", "aac"), ("h264", "aac"), Ruling.PASS),
        (("mpeg4", "aac"), ("h264", "aac"), Ruling.FAIL),
        (("h264", ""), ("h264", "aac"), Ruling.FAIL),
        (("vp9", "opus"), ("", ""), Ruling.PASS),
    ],
)
def test_other_codecs_than_promised_fail(
    spec: MediaSpec, limits: VerifyLimits, found: tuple[str, str], wanted: tuple[str, str], ruling: Ruling
) -> None:
    measured = Measured(facts=MediaFacts(video_codec=found[0], audio_codec=found[1]))
    asked = replace(spec, video_codec=wanted[0], audio_codec=wanted[1])
    finding = check(measured, asked, limits)
    assert finding.ruling is ruling
    assert finding.message
