"""The size of the picture against the asked one."""

from __future__ import annotations

from collections.abc import Callable

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.measured import Measured
from clipmill.verify.resolution import check

Build = Callable[..., Measured]


def test_another_size_fails_with_both_sizes_named(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(width=640, height=360), spec, limits)
    assert (finding.ruling, finding.message) == (Ruling.FAIL, "640×360 pixels, 1280×720 asked")


def test_a_turned_picture_fails(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(width=720, height=1280), spec, limits).ruling is Ruling.FAIL


def test_the_asked_size_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(), spec, limits).ruling is Ruling.PASS
