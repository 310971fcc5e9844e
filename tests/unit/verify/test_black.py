"""Black pictures."""

from __future__ import annotations

from collections.abc import Callable

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.black import check
from clipmill.verify.measured import Measured

Build = Callable[..., Measured]


def test_a_black_video_is_looked_at_by_a_person(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(black_frames=90), spec, limits)
    assert (finding.ruling, finding.message) == (Ruling.REVIEW, "100 % of the frames are black, 50 % allowed")


def test_a_fade_from_black_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(black_frames=15), spec, limits).ruling is Ruling.PASS


def test_the_limit_itself_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(black_frames=45), spec, limits).ruling is Ruling.PASS
