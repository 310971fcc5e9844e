"""The pixel format against the asked one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from clipmill.domain.media import MediaSpec
from clipmill.domain.template import VerifyLimits
from clipmill.domain.verdict import Ruling
from clipmill.verify.measured import Measured
from clipmill.verify.pixels import check

Build = Callable[..., Measured]


def test_another_format_fails_with_both_named(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    finding = check(measured(pixel_format="yuv444p"), spec, limits)
    assert (finding.ruling, finding.message) == (Ruling.FAIL, "pixel format yuv444p, yuv420p asked")


def test_an_engine_that_promised_no_format_passes(measured: Build, spec: MediaSpec, limits: VerifyLimits) -> None:
    assert check(measured(pixel_format="yuv444p"), replace(spec, pixel_format=""), limits).ruling is Ruling.PASS
